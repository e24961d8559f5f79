import FoundationEssentials
import Testing

/// `kubelog rules`, and packs of one's own in every command that reads.
@Suite struct RulesCommandTests {
  private static let own = """
    // A rule of one's own.
    {
      pack: 'mine',
      component: 'klog',
      rules: [
        {
          id: 'disk-warm', kind: 'mine.disk.warm', messages: ['Disk is getting warm'],
          pattern: '^"Disk is getting warm" celsius=(?<celsius>\\\\d+)', types: { celsius: 'integer' },
          message: 'the disk has {celsius} degrees',
          hits: [
            {
              line: 'W1123 14:36:16.123456     506 disk.go:7] "Disk is getting warm" celsius=61',
              attributes: { celsius: '61' },
            },
          ],
          misses: ['I1123 14:36:16.123456     506 disk.go:9] "Disk is cool" celsius=21'],
        },
      ],
    }
    """
  private static let line = #"W1123 14:36:16.123456     506 disk.go:7] "Disk is getting warm" celsius=61"#

  private func with(pack: String? = nil, _ body: (Command) throws -> Void) throws {
    let command = try Command()
    defer { command.clean() }
    if let pack {
      let folder = "\(command.folder)/config/kubelog/rules"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(pack.utf8).write(to: URL(filePath: folder + "/mine.json5"))
    }
    try body(command)
  }

  @Test func aPackOfOnesOwnIsUsedByWhatReads() throws {
    try with(pack: Self.own) { command in
      try Data((Self.line + "\n").utf8).write(to: URL(filePath: command.folder + "/log"))
      let parsed = try command.run("parse log --year 2026")
      #expect(parsed.status == 0)
      #expect(parsed.output.contains("\"kind\":\"mine.disk.warm\"") && parsed.output.contains("\"celsius\":61"))
      #expect(try command.run("ingest log --year 2026 --node cp1").status == 0)
      let timeline = try command.run("timeline -o csv")
      #expect(timeline.output.contains("the disk has 61 degrees"))
      let listed = try command.run("rules list -o csv")
      #expect(
        listed.output.split(separator: "\n").last?.hasPrefix("disk-warm,mine.disk.warm,klog,mine,false,2,/") == true)
      #expect(try command.run("rules test").status == 0)
      #expect(try command.run("rules lint").status == 0)
    }
  }

  @Test func aBrokenPackStopsWhatReadsWithOneSentence() throws {
    try with(pack: Self.own.replacing("kind: 'mine.disk.warm'", with: "knd: 'x'")) { command in
      for words in ["parse /dev/null", "ingest /dev/null", "rules list", "rules test", "rules lint"] {
        let run = try command.run(words)
        #expect(run.status == 78, "\(words)")
        #expect(run.error.hasSuffix("mine.json5': rule 'disk-warm': a rule has no 'knd'\n"), "\(run.error)")
        #expect(run.error.split(separator: "\n").count == 1, "\(run.error)")
      }
    }
  }

  @Test func listAndShow() throws {
    try with { command in
      let listed = try command.run("rules list")
      #expect(listed.status == 0)
      #expect(listed.output.hasPrefix("ID "))
      #expect(listed.output.contains("kubelet-node-ready"))
      let shown = try command.run("rules show kubelet-node-ready")
      #expect(shown.status == 0)
      #expect(shown.output.contains("kind:      kubelet.node.ready\n"))
      #expect(shown.output.contains("led to by: Fast updating node status as it just became ready\n"))
      let json = try command.run("rules show kubelet-node-ready -o json")
      #expect(json.output.hasPrefix("{") && json.output.contains("\"path\":null"))
      let none = try command.run("rules show nothing")
      #expect(none.status == 64)
      #expect(none.error.contains("there is no rule 'nothing': kubelog rules list names them"))
    }
  }

  /// A pack may come from anybody.
  @Test func whatActsOnATerminalIsShownAsText() throws {
    try with(
      pack: Self.own.replacing("'disk-warm'", with: "'disk\\u001b[31m'").replacing(
        "{celsius} d", with: "{celsius}\\t\\u202ed")
    ) {
      command in
      let shown = try command.run("rules show \"$(printf 'disk\\033[31m')\"")
      #expect(shown.status == 0, "\(shown.error)")
      #expect(shown.output.hasPrefix("id:        disk\\e[31m\nkind:      mine.disk.warm\n"))
      #expect(shown.output.contains("\nmessage:   the disk has {celsius}\\t\\u{202E}degrees\n"), "\(shown.output)")
    }
  }

  @Test func testAndLintTellByTheirStatus() throws {
    try with { command in
      let test = try command.run("rules test")
      #expect(test.status == 0 && test.output.isEmpty)
      #expect(test.error.contains("samples: all come out as they should"))
      let pack = Self.own.replacing("celsius: '61'", with: "celsius: '62'").replacing("\\\\d+", with: "(?:\\\\d+)+")
      try Data(pack.utf8).write(to: URL(filePath: command.folder + "/new.json5"))
      let failed = try command.run("rules test new.json5 -o ndjson")
      #expect(failed.status == 1)
      #expect(failed.output.contains(#""problem":"celsius is '61', not '62'""#))
      let linted = try command.run("rules lint new.json5 -o ndjson")
      #expect(linted.status == 1)
      #expect(linted.output.contains("can backtrack without bound"))
      #expect(try command.run("rules test missing.json5").status == 66)
    }
  }
}

extension String {
  /// With `new` for every `old`.
  fileprivate func replacing(_ old: String, with new: String) -> String {
    split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }
}

/// An install without a clock, told in the order it was done.
@Suite struct WholeInstallTests {
  @Test func aTimelineTellsTheStepsInTheOrderOfTheirSource() throws {
    let command = try Command()
    defer { command.clean() }
    let input = "'\(Command.fixtures)/terminal/whole-install/input.txt'"
    for _ in 1...2 {
      #expect(try command.run("ingest --recorded \(input)").status == 0)
      let told = try command.run("timeline -o ndjson").output.split(separator: "\n").map(String.init)
      let places = told.compactMap { line in
        line.firstRange(of: "\"line\":").flatMap { Int(line[$0.upperBound...].prefix { $0 != "," }) }
      }
      #expect(places.count == 27)
      #expect(places == places.sorted())
      #expect(told.first?.contains("host.swap.off") == true)
      #expect(told.last?.contains("cni.applied") == true)
    }
  }
}

/// `docs/adding-a-kubelet-event.md`, followed to the letter.
@Suite struct AddingAnEventTests {
  @Test func theWorkedExampleWorks() throws {
    let root = String(Command.fixtures.dropLast("/Fixtures".count))
    let page = try #require(FileManager.default.contents(atPath: root + "/docs/adding-a-kubelet-event.md"))
    let blocks = String(decoding: page, as: UTF8.self).split(separator: "```").map(String.init)
    let line = try #require(blocks.first { $0.hasPrefix("\nI1123") }).dropFirst()
    let pack = try #require(blocks.first { $0.hasPrefix("json5\n") }).dropFirst(6)
    let command = try Command()
    defer { command.clean() }
    let folder = "\(command.folder)/config/kubelog/rules"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(pack.utf8).write(to: URL(filePath: folder + "/listening.json5"))
    try Data(line.utf8).write(to: URL(filePath: command.folder + "/kubelet.log"))
    #expect(try command.run("rules test").status == 0)
    #expect(try command.run("rules lint").status == 0)
    #expect(try command.run("ingest --year 2026 --time-zone UTC --node cp1 kubelet.log").status == 0)
    let shown = try command.run("timeline --kind kubelet.start -o json")
    #expect(shown.output.contains(#""time":"2026-11-23T14:36:16.123456Z""#))
    #expect(shown.output.contains(#""node":"cp1""#) && shown.output.contains(#""port":10250"#))
    #expect(shown.output.contains("the kubelet serves on 0.0.0.0, port 10250"))
  }
}
