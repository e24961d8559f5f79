@testable import KubelogScan
import Testing

@Suite struct PatternTests {
  /// The named groups of the first match in `text`, nil where there is none.
  private func groups(_ pattern: String, _ text: [UInt8], in range: Range<Int>? = nil) throws -> [String: String]? {
    let pattern = try Pattern(pattern)
    guard text.bytes({ pattern.match($0, in: range ?? 0..<$0.count) }) == .matched else { return nil }
    var found: [String: String] = [:]
    for group in pattern.groups {
      if let place = pattern.range(of: group.number) {
        found[group.name] = text.bytes { $0.text(place) }
      }
    }
    return found
  }

  @Test func namedGroups() throws {
    let found = try groups(
      "node=\"(?<node>[^\"]+)\"(?: err=\"(?<err>[^\"]*)\")?", Array("x node=\"cp1\" err=\"\"".utf8))
    #expect(found == ["node": "cp1", "err": ""])
    #expect(try groups("(?<a>a)|(?<b>b)", Array("b".utf8)) == ["b": "b"])
    #expect(try groups("(a)(?<last>z)", Array("az".utf8)) == ["last": "z"])
    #expect(try groups("abc", Array("abd".utf8)) == nil)
  }

  /// What the beginning of a text tells about all texts that begin so.
  @Test(arguments: [
    ("^\"Probe failed\" probeType=", "\"Probe failed\" p", true),
    ("^\"Probe failed\" probeType=", "\"Probe passed\" p", false),
    ("^node \"(?<node>[^\"]+)\" not found", "node \"cp-1\" not ", true), ("^node \"", "\"SyncLoop ADD\" s", false),
    ("ailed to (list|watch)", "nothing of that", true), ("^(a|b)$", "a", true), ("^(a|b)$", "ab", false),
    ("^x|y", "zzz", true), ("^(?:(?<subject>[\\w.-]+): )?Rotating", "kubernetes.io/kube", false),
    ("^(?:(?<subject>[\\w./-]+): )?Rotating", "kubernetes.io/kube", true),
  ])
  func beginningsTellWhatCannotMatch(_ pattern: String, _ beginning: String, _ may: Bool) throws {
    let pattern = try Pattern(pattern)
    #expect(beginning.bytes { pattern.mayMatch(textBeginningWith: $0, in: 0..<$0.count) } == may)
  }

  @Test func groupsComeInTheOrderOfTheirNumbers() throws {
    #expect(try Pattern("(?<zone>a)(b)(?<alpha>c)").groups.map(\.name) == ["zone", "alpha"])
    #expect(try Pattern("(?<zone>a)(b)(?<alpha>c)").groups.map(\.number) == [1, 3])
    #expect(try Pattern("ab").groups.isEmpty)
  }

  @Test func rangesCountFromTheStartOfTheLine() throws {
    let pattern = try Pattern("^b+")
    #expect("abbb".bytes { pattern.match($0, in: 1..<3) } == .matched)
    #expect(pattern.range(of: 0) == 1..<3)
    #expect(pattern.range(of: 7) == nil)
    #expect("abbb".bytes { pattern.match($0, in: 0..<4) } == .noMatch)
    #expect("".bytes { pattern.match($0, in: 0..<0) } == .noMatch)
  }

  @Test func nothingOutsideTheRangeIsSeen() throws {
    #expect(try groups("(?<all>b+)$", Array("abbbc".utf8), in: 1..<3) == ["all": "bb"])
    #expect(try groups("(?<=a)b", Array("ab".utf8), in: 1..<2) == nil)
  }

  @Test(arguments: [("(", 1), ("a(b", 3), ("[z-a]", 3), ("a**?+", nil), ("(?<1a>x)", 3)] as [(String, Int?)])
  func wrongPatternsSayWhere(text: String, offset: Int?) throws {
    let error = #expect(throws: Pattern.CompileError.self) { _ = try Pattern(text) }
    #expect(error?.message.isEmpty == false)
    if let offset { #expect(error?.offset == offset) }
  }

  @Test func wrongPatternIsNamedInPCREsWords() {
    #expect(throws: Pattern.CompileError(message: "missing closing parenthesis", offset: 1)) { _ = try Pattern("(") }
  }

  @Test func brokenUTF8NeverMatchesAndDoesNoHarm() throws {
    let broken: [UInt8] = [0x78, 0xFF, 0x6F, 0x6B, 0xC3]
    #expect(try groups("(?<word>ok)", broken) == ["word": "ok"])
    #expect(try groups("x.ok", broken) == nil)
    #expect(try groups("(?<letter>.)$", Array("grün ü".utf8)) == ["letter": "ü"])
  }

  /// A line that a pattern would try for ever costs a moment and is given up.
  @Test(arguments: ["(a+)+$", "^(a|a)*$"])
  func catastropheIsGivenUp(text: String) throws {
    let pattern = try Pattern(text)
    let line = String(repeating: "a", count: 5000) + "b"
    #expect(line.bytes { pattern.match($0, in: 0..<$0.count) } == .limit)
    // The pattern still works.
    #expect("aaabc".bytes { pattern.match($0, in: 0..<3) } != .limit)
  }

  @Test func honestLongLineIsNotGivenUp() throws {
    let line = String(repeating: "key=\"value\" ", count: 50_000) + "node=\"cp1\""
    #expect(
      try groups("^(?:[^\"]|\"[^\"]*+\")*?node=\"(?<node>[^\"]+)\"$", Array("node=\"cp1\"".utf8)) == ["node": "cp1"])
    #expect(try groups(" node=\"(?<node>[^\"]+)\"$", Array(line.utf8)) == ["node": "cp1"])
  }
}
