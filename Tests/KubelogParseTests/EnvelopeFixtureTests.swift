import FoundationEssentials
@testable import KubelogParse
import KubelogScan
import Testing

/// Every envelope against every fixture under Fixtures/envelopes: exactly one wins, and it is the one the folder is named
/// for, in whatever order they are tried.
@Suite struct EnvelopeFixtureTests {
  struct Fixture: Sendable, CustomTestStringConvertible {
    let name: String
    let lines: [String]

    /// The envelope that it shows.
    var envelope: String { String(name.prefix { $0 != "@" }) }
    var testDescription: String { name }
  }

  private static let root = String(#filePath.split(separator: "/Tests/KubelogParseTests/")[0]) + "/Fixtures/envelopes"

  /// The fixtures of envelopes that stand around one line: those around bytes and screens, and json-pretty, which only its
  /// second line gives away, are held by their expected events alone.
  static let all: [Fixture] = {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted()
    return names.filter { !["gzip", "utf-16", "typescript", "watch", "journal-json@pretty"].contains($0) }.map { name in
      let folder = "\(root)/\(name)"
      let inputs = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      let input = inputs.first { $0.hasPrefix("input") } ?? ""
      let text = FileManager.default.contents(atPath: "\(folder)/\(input)").map { String(decoding: $0, as: UTF8.self) }
      let bare = (text ?? "").replacing("\u{FEFF}", with: "")
      return Fixture(name: name, lines: bare.split(separator: "\n").map(String.init))
    }
  }()

  /// The envelopes that take a line, tried one by one, each with nothing known but what `out` learnt before.
  private func winners(_ line: String, _ out: inout Output) -> Set<String> {
    let bytes = Array(line.utf8)
    var found: Set<String> = []
    for envelope in Envelope.allCases {
      var record = Record(body: 0..<bytes.count)
      if envelope.open(bytes.span, &record, &out) { found.insert(envelope.rawValue) }
    }
    var fields = JournalFields()
    let taken = fields.take(bytes.span, at: LinePosition())
    if case .part = taken { found.insert(fields.form == .export ? "journal-export" : "journal-verbose") }
    if let start = JournalJSON.start(bytes.span, 0..<bytes.count) {
      var entry = JournalEntry()
      if JournalJSON.read(bytes.span, start..<bytes.count, into: &entry, at: LinePosition()) {
        found.insert("journal-json")
      }
      var (text, record): ([UInt8], Record) = ([], Record(body: 0..<bytes.count))
      if Docker.read(bytes.span, start..<bytes.count, into: &text, &record, &out) { found.insert("docker-json") }
    }
    if Ansible.mayBegin(bytes.span, 0..<bytes.count) {
      var ansible = Ansible()
      if ansible.take(bytes.span, 0..<bytes.count) != nil { found.insert("ansible") }
    }
    return found
  }

  private var output: Output {
    Output(
      clock: SourceClock(ClockOptions(year: 2026, zone: .utc, now: present)), givenNode: nil, rules: RuleSet([]))
  }

  @Test func thereIsAFixtureForEveryEnvelope() {
    let shown = Set(Self.all.map(\.envelope))
    #expect(shown == Set(SourceForm.allCases.map(\.rawValue)).subtracting(["plain"]))
  }

  @Test(arguments: all)
  func exactlyOneWins(_ fixture: Fixture) {
    var out = output
    var wins: [String: Int] = [:]
    for line in fixture.lines {
      let found = winners(line, &out)
      #expect(found.count <= 1, "\(line) is in \(found.sorted())")
      for name in found { wins[name, default: 0] += 1 }
    }
    #expect(Array(wins.keys) == [fixture.envelope])
    #expect(wins.values.reduce(0, +) > 0)
  }

  /// A line of one envelope is never taken for a line of another, whatever was read before.
  @Test func whatWasLearntFromOneDoesNotLeadAstray() {
    var out = output
    for fixture in Self.all { for line in fixture.lines { _ = winners(line, &out) } }
    for fixture in Self.all where fixture.envelope != "ansible" {
      for line in fixture.lines {
        let found = winners(line, &out)
        #expect(found.isSubset(of: [fixture.envelope]), "\(line) is in \(found.sorted())")
      }
    }
  }
}
