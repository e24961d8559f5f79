import KubelogQuery
import KubelogReport
import Testing

@Suite struct TableTextTests {
  @Test func columnsAreAligned() {
    #expect(
      Renderer(Presentation(zone: seoul)).render(sessions) == """
        COMMAND  OUTCOME    STARTED (KST)          TOOK  WARNINGS
        init     succeeded  2026-11-23 23:09:38   48.2s         1
        join     failed     -                    1h 52m        12

        """)
  }

  @Test func noBlanksAtLineEnds() {
    let table = ResultTable(
      columns: [
        Column(name: "node", type: .text, title: "NODE"), Column(name: "note", type: .text, title: "LONG NOTE"),
      ],
      rows: [[.text("master-1"), .text("x  ")], [.text("node-1"), .text("")]])
    #expect(render(table, .table) == "NODE      LONG NOTE\nmaster-1  x\nnode-1\n")
  }

  @Test(arguments: [
    ("a\u{1B}[2Jb", #"a\e[2Jb"#),
    ("a\nb\tc\rd", #"a\nb\tc\rd"#),
    ("a\r\nb", #"a\r\nb"#),
    ("\u{7}\u{7F}\u{9B}31m", #"\u{7}\u{7F}\u{9B}31m"#),
    ("\u{202E}txt\u{2069}", #"\u{202E}txt\u{2069}"#),
    ("\u{2028}\u{200F}", #"\u{2028}\u{200F}"#),
    ("é 한국", "é 한국"),
  ])
  func nothingActsOnTheTerminal(text: String, expected: String) {
    #expect(render(column("t", .text, .text(text)), .table) == "T\n\(expected)\n")
    #expect(render(column("t", .text, title: text, .null), .table) == "\(expected)\n-\n")
  }

  @Test func wideSignsTakeTwoColumns() {
    let table = ResultTable(
      columns: [Column(name: "a", type: .text, title: "A"), Column(name: "b", type: .text, title: "B")],
      rows: [[.text("한국"), .text("x")], [.text("🚀"), .text("x")], [.text("e\u{301}"), .text("x")]])
    #expect(render(table, .table) == "A     B\n한국  x\n🚀    x\ne\u{301}     x\n")
  }

  // MARK: Times

  /// An end beside its beginning is a clock on the same day, by the calendar of the reader; programs never see it.
  @Test func endsStandShortBesideBeginnings() {
    let table = ResultTable(
      columns: [
        Column(name: "time", type: .time, title: "TIME"), Column(name: "_until", type: .time, title: "UNTIL"),
      ],
      rows: [
        [.integer(moment), .integer(moment + 60_000_000)], [.integer(moment), .null],
        [.integer(moment), .integer(moment + 3_600_000_000)],
      ])
    #expect(
      Renderer(Presentation(zone: seoul)).render(table) == """
        TIME (KST)           UNTIL
        2026-11-23 23:09:38  23:10:38
        2026-11-23 23:09:38  -
        2026-11-23 23:09:38  2026-11-24 00:09:38

        """)
    #expect(render(table, .csv).hasPrefix("time\r\n") || render(table, .csv).hasPrefix("time\n"))
  }

  @Test func timesAcrossSummerTimeNameTheirZoneThemselves() {
    let hour: Int64 = 3_600_000_000
    let end: Int64 = 1_792_890_000_000_000
    let text = Renderer(Presentation(zone: berlin)).render(
      column("t", .time, title: "SEEN", .integer(end - hour / 2), .integer(end + hour / 2), .null))
    #expect(text == "SEEN\n2026-10-25 02:30:00 CEST\n2026-10-25 02:30:00 CET\n-\n")
  }

  @Test func columnWithoutTimesIsInTheZoneOfNow() {
    let summer = Presentation(zone: berlin, now: 1_792_800_000_000_000)
    #expect(Renderer(summer).render(column("t", .time, .null)) == "T (CEST)\n-\n")
    let winter = Presentation(zone: berlin, now: moment)
    #expect(Renderer(winter).render(column("t", .time, .null)) == "T (CET)\n-\n")
  }

  @Test func genericCompanionMarksTimesAndWhatRemains() {
    let table = ResultTable(
      columns: [
        Column(name: "expires_at", type: .time, title: "EXPIRES"),
        Column(name: "remaining_s", type: .duration, title: "LEFT"),
        Column(name: "ttl_s", type: .duration, title: "TTL"),
        Column(name: "approximate", type: .boolean, title: nil),
      ],
      rows: [
        [.integer(moment), .integer(60), .integer(60), .integer(1)],
        [.integer(moment), .integer(60), .integer(60), .integer(0)],
        [.null, .null, .integer(60), .integer(1)],
        [.integer(moment), .integer(60), .integer(60), .null],
      ])
    #expect(
      render(table, .table) == """
        EXPIRES (UTC)         LEFT  TTL
        ≈2026-11-23 14:09:38   ≈1m   1m
        2026-11-23 14:09:38     1m   1m
        -                        -   1m
        2026-11-23 14:09:38     1m   1m

        """)
  }

  @Test func namedCompanionGoesBeforeTheGenericOne() {
    let table = ResultTable(
      columns: [
        Column(name: "created_at", type: .time, title: "CREATED"),
        Column(name: "expires_at", type: .time, title: "EXPIRES"),
        Column(name: "remaining_s", type: .duration, title: "LEFT"),
        Column(name: "approximate", type: .boolean, title: nil),
        Column(name: "expires_at_approximate", type: .boolean, title: nil),
      ],
      rows: [[.integer(0), .integer(0), .integer(5), .integer(1), .integer(0)]])
    #expect(
      render(table, .markdown).hasSuffix("| ≈1970-01-01 00:00:00 | 1970-01-01 00:00:00 | 5s |\n"))
  }

  // MARK: Narrow terminals

  /// 8 + 2 + 46 + 2 + 19 + 2 + 5 = 84 columns wide.
  static let events = ResultTable(
    columns: [
      Column(name: "node", type: .text, title: "NODE"),
      Column(name: "message", type: .text, title: "MESSAGE"),
      Column(name: "time", type: .time, title: "TIME"),
      Column(name: "count", type: .integer, title: "COUNT"),
    ],
    rows: [
      [.text("master-1"), .text("The kubelet is not running: 연결이 거부됨 🚀🚀"), .integer(moment), .integer(3)],
      [.text("node-1"), .text("ok"), .integer(0), .integer(20000)],
    ])

  @Test(arguments: [nil, 0, 84])
  func enoughRoomCutsNothing(width: Int?) {
    let text = Renderer(Presentation(width: width)).render(Self.events)
    #expect(text.contains("The kubelet is not running: 연결이 거부됨 🚀🚀"))
    #expect(text.hasPrefix("NODE      MESSAGE"))
  }

  @Test func oneColumnTooFewCuts() {
    #expect(Renderer(Presentation(width: 83)).render(Self.events).contains("거부됨 🚀…  2026"))
  }

  @Test func widestTextIsCut() {
    #expect(
      Renderer(Presentation(width: 66)).render(Self.events) == """
        NODE      MESSAGE                       TIME (UTC)           COUNT
        master-1  The kubelet is not running:…  2026-11-23 14:09:38      3
        node-1    ok                            1970-01-01 00:00:00  20000

        """)
  }

  @Test func wideSignIsNeverCutInHalf() {
    // 30 columns for the message: 28 of text, one that 연 does not fit into, and the ellipsis.
    #expect(
      Renderer(Presentation(width: 68)).render(Self.events).contains("not running: …   2026"))
  }

  @Test func textKeepsEightColumns() {
    #expect(
      Renderer(Presentation(width: 46)).render(Self.events) == """
        NODE      MESSAGE   TIME (UTC)           COUNT
        master-1  The kub…  2026-11-23 14:09:38      3
        node-1    ok        1970-01-01 00:00:00  20000

        """)
  }

  @Test func fortyColumnsShowRecords() {
    #expect(
      Renderer(Presentation(width: 40, zone: seoul)).render(Self.events) == """
        NODE: master-1
        MESSAGE: The kubelet is not running: 연결이 거부됨 🚀🚀
        TIME (KST): 2026-11-23 23:09:38
        COUNT: 3

        NODE: node-1
        MESSAGE: ok
        TIME (KST): 1970-01-01 09:00:00
        COUNT: 20000

        """)
  }

  @Test func longHeadingIsCutWithItsColumn() {
    let table = column("d", .text, title: "DESCRIPTION", .text("short"))
    #expect(Renderer(Presentation(width: 8)).render(table) == "DESCRIP…\nshort\n")
    #expect(Renderer(Presentation(width: 7)).render(table) == "DESCRIPTION: short\n")
  }

  @Test func numbersTimesAndDurationsAreNeverCut() {
    let table = column("n", .integer, .integer(123_456_789_012))
    #expect(Renderer(Presentation(width: 10)).render(table) == "N: 123456789012\n")
    let seconds = column("d", .duration, title: "DURATION OF IT", .integer(60))
    #expect(Renderer(Presentation(width: 10)).render(seconds) == "DURATION OF IT: 1m\n")
  }

  // MARK: Colour

  @Test(arguments: [
    ("valid", 32), ("Ready", 32), ("succeeded", 32),
    ("expiring", 33), ("NotReady", 33), ("incomplete", 33), ("warning", 33), ("unknown", 33), ("Unknown", 33),
    ("expired", 31), ("failed", 31), ("error", 31), ("superseded", 31),
  ])
  func stateWordsAreColoured(word: String, code: Int) {
    let text = Renderer(Presentation(color: true)).render(column("s", .text, .text(word)))
    #expect(text == "\u{1B}[1mS\u{1B}[0m\n\u{1B}[\(code)m\(word)\u{1B}[0m\n")
  }

  @Test(arguments: ["ready", "it failed", "", "master-1"])
  func otherTextIsNot(text: String) {
    let rendered = Renderer(Presentation(color: true)).render(column("s", .text, .text(text)))
    #expect(rendered == "\u{1B}[1mS\u{1B}[0m\n\(text)\n")
  }

  @Test(arguments: [nil, 60, 56, 40])
  func coloursTakeNoRoom(width: Int?) {
    let plain = Renderer(Presentation(width: width)).render(sessions)
    let coloured = Renderer(Presentation(width: width, color: true)).render(sessions)
    #expect(coloured != plain)
    let stripped = [0, 1, 31, 32].reduce(coloured) { text, code in
      text.split(separator: "\u{1B}[\(code)m", omittingEmptySubsequences: false).joined()
    }
    #expect(stripped == plain)
  }

  @Test func cutStateKeepsItsColour() {
    let table = ResultTable(
      columns: [
        Column(name: "a", type: .text, title: "A"), Column(name: "b", type: .integer, title: "BBBBBBBB"),
      ],
      rows: [[.text("succeeded"), .integer(1)]])
    let text = Renderer(Presentation(width: 18, color: true)).render(table)
    #expect(text.hasSuffix("\u{1B}[32msucceed…\u{1B}[0m         1\n"))
  }
}
