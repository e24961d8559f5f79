import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct KlogBlockTests {
  /// The lines of a journal, each in its envelope: `w1 506| text` is host, process, what the entry says.
  private func journal(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard let bar = line.firstIndex(of: "|") else { return String(line) }
      let head = line[..<bar].split(separator: " ")
      return "Nov 23 14:36:16 \(head[0]) kubelet[\(head[1])]: \(line[line.index(bar, offsetBy: 2)...])"
    }.joined(separator: "\n")
  }

  private static let head = "E1123 14:36:16.123456     506 kubelet_node_status.go:93] "

  /// One message of several lines, in a journal of its own.
  private static let failed = """
    w1 506| \(head)"Unable to register node with API server" err=<
    w1 506| \tPost "https://lb:6443/api/v1/nodes": dial tcp 10.0.0.1:6443: connect:
    w1 506| \tconnection refused
    w1 506|  > node="w1"

    """

  private func registrations(_ text: String) throws -> [Event] {
    try parse(journal(text), year: 2026).events("kubelet.node.registration-failed")
  }

  @Test func entriesOfOneProcessAreOneMessage() throws {
    let found = try registrations(Self.failed)
    #expect(found.map(\.node) == ["w1"])
    #expect(
      found.map { $0.attribute("error") } == [
        #"Post \"https://lb:6443/api/v1/nodes\": dial tcp 10.0.0.1:6443: connect:\nconnection refused"#
      ])
    #expect(found.map(\.severity) == [.error])
    #expect(found.map(\.position.line) == [1])
    #expect(found.map(\.isTentative) == [false])
  }

  /// The same text in one line, as a klog before 2.40 quotes it, makes the same event but for its identity.
  @Test func blockAndQuotedTextSayTheSame() throws {
    let quoted =
      "w1 506| \(Self.head)\"Unable to register node with API server\" err=\""
      + #"Post \"https://lb:6443/api/v1/nodes\": dial tcp 10.0.0.1:6443: connect:\nconnection refused" node="w1""#
    let (block, line) = (try registrations(Self.failed), try registrations(quoted))
    #expect(block.map(\.attributes) == line.map(\.attributes))
    #expect(block.map(\.message) == line.map(\.message))
    #expect(block.map(\.identity) == line.map(\.identity))
  }

  @Test func othersMayWriteInBetween() throws {
    let alone = try registrations(Self.failed)
    var lines = Self.failed.split(separator: "\n").map(String.init)
    for index in [3, 2, 1] {
      lines.insert("w1 507| I1123 14:36:16.123456     507 other.go:1] \"Hello\" node=\"w1\"", at: index)
      lines.insert("w2 506| \tof another host", at: index)
      lines.insert("Nov 23 14:36:16 w1 systemd[1]: Started kubelet: The Kubernetes Node Agent.", at: index)
    }
    let found = try registrations(lines.joined(separator: "\n"))
    #expect(found.map(\.identity) == alone.map(\.identity))
    #expect(found.map(\.attributes) == alone.map(\.attributes))
  }

  @Test func twoBlocksAtOnceAreKeptApart() throws {
    let first = Self.failed.split(separator: "\n").map(String.init)
    let second = first.map { $0.replacing("506", with: "612").replacing("refused", with: "reset") }
    let mixed = zip(first, second).flatMap { [$0, $1] }.joined(separator: "\n")
    let found = try registrations(mixed)
    #expect(found.map { $0.attribute("error")?.hasSuffix("refused") } == [true, false])
    #expect(found.map { $0.attribute("error")?.hasSuffix("reset") } == [false, true])
    #expect(found.map(\.position.line) == [1, 2])
  }

  @Test func withoutAJournalAroundIt() throws {
    let plain = Self.failed.replacing("w1 506| ", with: "")
    let found = try parse(plain, node: "w1", year: 2026).events("kubelet.node.registration-failed")
    #expect(found.map { $0.attribute("error")?.hasSuffix(#"connect:\nconnection refused"#) } == [true])
  }

  @Test func inOtherEnvelopes() throws {
    let lines = Self.failed.split(separator: "\n").map { String($0.dropFirst("w1 506| ".count)) }
    let forms: [(String) -> String] = [
      {
        #"{"__REALTIME_TIMESTAMP":"\#(moment("2026-11-23T14:36:16Z"))","_HOSTNAME":"w1","SYSLOG_IDENTIFIER":"kubelet","#
          + #""_PID":"506","MESSAGE":"\#(Self.escaped($0))"}"#
      },
      { "Nov 23 14:36:16 \($0)" }, { "2026-11-23T14:36:16.123456789Z stderr F \($0)" },
      { "2026-11-23T14:36:16+0000 w1 kubelet[506]: \($0)" },
      { "    w1: \($0)" },
    ]
    for form in forms {
      let found = try parse(lines.map(form).joined(separator: "\n") + "\n", node: "w1", year: 2026)
      #expect(found.kinds == ["kubelet.node.registration-failed"], "\(form(lines[1]))")
      #expect(found.events.map { $0.attribute("error")?.hasSuffix(#"connect:\nconnection refused"#) } == [true])
    }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\t", with: "\\t")
  }

  /// Tabs may have become blanks in a terminal, and `#011` in rsyslog.
  @Test(arguments: ["\t", "        ", "    ", "#011"])
  func tabsThatWereChanged(tab: String) throws {
    let found = try registrations(Self.failed.replacing("\t", with: tab))
    #expect(found.map { $0.attribute("error")?.hasSuffix(#"connect:\nconnection refused"#) } == [true])
  }

  @Test(arguments: 1...3)
  func aBlockThatIsCutIsGivenAsFarAsItGoes(lines: Int) throws {
    let cut = Self.failed.split(separator: "\n").prefix(lines).joined(separator: "\n") + "\n"
    let atTheEnd = try registrations(cut)
    #expect(atTheEnd.count == 1)
    #expect(atTheEnd.map(\.isTentative) == [true])
    let next =
      "w1 506| I1123 14:36:17.000000     506 kubelet_node_status.go:74] \"Successfully registered node\" node=\"w1\""
    let parsed = try parse(journal(cut + next), year: 2026)
    #expect(parsed.kinds == ["kubelet.node.registration-failed", "kubelet.node.registered"])
    #expect(parsed.events.map(\.isTentative) == [false, true])
    #expect(parsed.events.first?.severity == .error)
  }

  /// Cut or whole, read now or later: it is one message.
  @Test func aChangeOfStateIsKnownByItsFirstLine() throws {
    let text = """
      w1 506| I1123 14:36:16.123456     506 setters.go:577] "Node became not ready" node="w1" condition=<
      w1 506| \t{Type:Ready
      w1 506| \tReason:KubeletNotReady}
      w1 506|  >
      """
    let whole = try parse(journal(text + "\n"), year: 2026).events
    let cut = try parse(journal(text.split(separator: "\n").prefix(2).joined(separator: "\n")), year: 2026).events
    #expect(whole.map(\.kind) == ["kubelet.node.not-ready"])
    #expect(whole.map(\.identity) == cut.map(\.identity))
  }

  @Test func whatIsTooLongIsGivenOnceAndItsRestIsNobodys() throws {
    for count in [KlogBlock.mostLines + 20, 20] {
      let width = count > 100 ? 10 : KlogBlock.mostBytes / 10
      let many = (0..<count).map { "w1 506| \t\($0)" + String(repeating: "x", count: width) }
      let lines = Self.failed.split(separator: "\n").map(String.init)
      let text = ([lines[0]] + many + [lines[3]] + lines).joined(separator: "\n") + "\n"
      let found = try registrations(text)
      #expect(found.map(\.position.line) == [1, count + 3])
    }
  }

  @Test(
    arguments: [
      ("x=<", true), (#""a" err=<"#, true), (#""a" err=< "#, true), ("=<", false), (" =<", false), ("a =<", false),
      ("a=<b", false), ("a<", false), ("", false), ("a=<<", false),
    ])
  func opens(text: String, expected: Bool) {
    #expect(text.bytes { KlogBlock.opens($0, 0..<$0.count) } == expected)
  }

  /// Free text may end like that as well.
  @Test func whatOnlyLooksLikeABlock() throws {
    let text = """
      w1 506| I1123 14:36:16.123456     506 kubelet_node_status.go:75] Successfully registered node w1 x=<
      w1 506| I1123 14:36:17.123456     506 kubelet_node_status.go:75] Successfully registered node w1

      """
    #expect(try parse(journal(text), year: 2026).events.map(\.node) == ["w1", "w1"])
  }

  @Test func lettersDecide() throws {
    for (letter, severity) in [("I", Severity.info), ("W", .warning), ("E", .error), ("F", .error)] {
      let found = try registrations(Self.failed.replacing("| E1123", with: "| \(letter)1123"))
      #expect(found.map(\.severity) == [severity])
    }
  }
}
