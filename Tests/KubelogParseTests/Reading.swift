import KubelogScan
import Testing

@testable import KubelogParse

/// What a parser makes of an input and leaves behind.
struct Reading: Equatable, CustomTestStringConvertible {
  var testDescription: String { "\(events.count) events of \(lines) lines, \(format)" }

  var events: [Event] = []
  var sessions: [SessionFacts] = []
  var runs: [RunLines] = []
  var unknown: [UnknownShape] = []
  var letters = KlogLetters()
  var format = ""
  var lines = 0
  /// How many of the lines were gone over.
  var passed = 0

  /// Reads `bytes` as they come in chunks; by `rules` instead of those that are built in, where they are given.
  init(_ bytes: [UInt8], skims: Bool, chunk: Int = 1 << 16, rules: RuleSet? = nil) throws {
    let clock = ClockOptions(year: 2026, zone: .utc, modified: present, liveness: .recorded, now: present)
    var parser = Parser(SourceOptions(clock: clock), try rules ?? RuleSet(RulePack.builtIn()))
    parser.skims = skims
    var lines = LineSplitter()
    var start = 0
    while start < bytes.count {
      let end = min(start + chunk, bytes.count)
      let piece = bytes.span.extracting(start..<end)
      let isPlain = isPlain(piece)
      parser.expect(piece, isPlain: isPlain, holdsPart: lines.holdsPartialLine)
      lines.feed(piece, isPlain: isPlain) { chunk, start, isASCII in
        let passed = parser.passOver(chunk, from: start, isASCII: isASCII)
        self.passed += passed.lines
        return passed
      } _: {
        parser.take($0, at: $1)
      }
      add(parser.drain())
      start = end
    }
    lines.finish { parser.take($0, at: $1, isWhole: false) }
    parser.finish()
    add(parser.drain())
    (unknown, letters, format) = (parser.unknown, parser.letters, parser.format)
    self.lines = lines.lines
  }

  private mutating func add(_ batch: Batch) {
    events += batch.events
    sessions += batch.sessions
    runs += batch.runs
  }
}
