import KubelogScan
import TestSamples
import Testing

@Suite struct BytesTests {
  @Test(
    arguments: [
      (0, true), (1, false), (-1, false), (4, true), (6, false), (7, false), (100, false),
    ])
  func literalStandsAtAnOffset(offset: Int, expected: Bool) {
    let (found, foundBytes) = "abc abc".bytes { ($0.has("abc", at: offset), $0.has(Array("abc".utf8), at: offset)) }
    #expect(found == expected)
    #expect(foundBytes == expected)
  }

  /// Texts of few letters, so that parts of the literal stand everywhere; ranges of any length and place, since the processor
  /// compares 32 places at once.
  @Test(arguments: 1...12)
  func firstPlaceOfALiteralIsTheFirst(length: Int) {
    var random = Dice(seed: UInt64(length))
    func text(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0x61...0x62, using: &random) } }
    var places = 0
    for _ in 0..<2_000 {
      let (text, literal) = (text(.random(in: 0...150, using: &random)), text(length))
      let start = Int.random(in: 0...text.count, using: &random)
      let range = start..<Int.random(in: start...text.count, using: &random)
      let expected = range.first { $0 + length <= range.upperBound && text[$0..<$0 + length].elementsEqual(literal) }
      let found = text.bytes { $0.first(literal, in: range) }
      #expect(found == expected)
      if expected != nil { places += 1 }
    }
    #expect(places > 0)
  }

  @Test func firstPlaceOfNothingIsTheBeginning() {
    let places = "abc".bytes { ($0.first("", in: 1..<3), $0.first("", in: 3..<3), $0.first([UInt8](), in: 0..<0)) }
    #expect(places == (1, 3, 0))
    let inNothing = "".bytes { ($0.first("", in: 0..<0), $0.first("a", in: 0..<0)) }
    #expect(inNothing == (0, nil))
  }

  @Test func emptyLiteralIsEverywhere() {
    let found = "ab".bytes { ($0.has("", at: 0), $0.has("", at: 2), $0.has("", at: 3), $0.has([UInt8](), at: 2)) }
    #expect(found == (true, true, false, true))
    let inNothing = "".bytes { ($0.has("", at: 0), $0.has("a", at: 0), $0.has([UInt8](), at: 0)) }
    #expect(inNothing == (true, false, true))
  }

  @Test(
    arguments: [
      ("Using Kubernetes", true), ("using kubernetes", true), ("USING KUBERNETES", true), ("usingkubernetes", false),
      ("using kubernete", false), ("[sing kubernetes", false),
    ])
  func caseDoesNotCountWhereItIsIgnored(text: String, expected: Bool) {
    #expect(text.bytes { $0.hasIgnoringCase("using kubernetes", at: 0) } == expected)
  }

  /// `[` is `{` with the bit of case off: only letters are folded.
  @Test func onlyLettersHaveCase() {
    #expect("[".bytes { $0.hasIgnoringCase("{", at: 0) } == false)
    #expect("@".bytes { $0.hasIgnoringCase("`", at: 0) } == false)
    #expect("AZ".bytes { $0.hasIgnoringCase("az", at: 0) })
  }

  @Test func firstByteInARange() {
    let text = "a:b:c"
    #expect(text.bytes { $0.first(0x3A, in: 0..<5) } == 1)
    #expect(text.bytes { $0.first(0x3A, in: 2..<5) } == 3)
    #expect(text.bytes { $0.first(0x3A, in: 2..<3) } == nil)
    #expect(text.bytes { $0.first(0x3A, in: 3..<3) } == nil)
    #expect("".bytes { $0.first(0x3A, in: 0..<0) } == nil)
  }

  @Test(
    arguments: [
      ("aab", 0..<3, 1), ("aaab", 0..<4, 2), ("xxab", 0..<3, nil), ("xxab", 0..<4, 2), ("abab", 1..<4, 2),
      ("a", 0..<1, nil), ("", 0..<0, nil),
    ] as [(String, Range<Int>, Int?)])
  func firstLiteralLiesWhollyInTheRange(text: String, range: Range<Int>, expected: Int?) {
    #expect(text.bytes { $0.first("ab", in: range) } == expected)
  }

  @Test(
    arguments: [
      ("  a b\t\r", 2..<5), ("ab", 0..<2), ("   ", 3..<3), ("", 0..<0), ("\ra", 1..<2), ("a\u{A0}", 0..<3),
    ])
  func trimmedOfBlanksTabsAndCarriageReturns(text: String, expected: Range<Int>) {
    #expect(text.bytes { $0.trimmed(0..<$0.count) } == expected)
  }

  @Test func brokenBytesBecomeReplacementCharacters() {
    #expect([0x61, 0xFF, 0x62].bytes { $0.text(0..<3) } == "a\u{FFFD}b")
    #expect("äb".bytes { $0.text(0..<2) } == "ä")
    #expect("abc".bytes { $0.text(1..<1) } == "")
  }

  @Test func eightBytesAreOneNumberTheFirstLowest() {
    let text = "123456789"
    #expect(text.bytes { $0.word(at: 0) } == 0x38_37_36_35_34_33_32_31)
    #expect(text.bytes { $0.word(at: 1) } == 0x39_38_37_36_35_34_33_32)
    #expect(text.bytes { $0.word(at: 2) } == nil)
    #expect(text.bytes { $0.word(at: -1) } == nil)
  }

  @Test(
    arguments: [
      ("0", 0), ("007", 7), ("999999999999999999", 999_999_999_999_999_999), ("1000000000000000000", nil), ("", nil),
      ("12a", nil), ("-1", nil), ("1.5", nil), (" 1", nil),
    ] as [(String, Int?)])
  func decimalFillsItsRange(text: String, expected: Int?) {
    #expect(text.bytes { $0.decimal(0..<$0.count) } == expected)
  }

  @Test(arguments: [(0, 12), (1, 23), (2, nil), (3, nil), (4, nil), (-1, nil)] as [(Int, Int?)])
  func twoDigits(offset: Int, expected: Int?) {
    #expect("123x".bytes { $0.twoDigits(at: offset) } == expected)
  }

  @Test func endOfARun() {
    let text = "12ab"
    #expect(text.bytes { $0.end(of: isDigit, from: 0) } == 2)
    #expect(text.bytes { $0.end(of: isDigit, from: 0, to: 1) } == 1)
    #expect(text.bytes { $0.end(of: isDigit, from: 2) } == 2)
    #expect(text.bytes { $0.end(of: { _ in true }, from: 0, to: 99) } == 4)
  }

  @Test func classesOfBytes() {
    func members(_ accept: (UInt8) -> Bool) -> String {
      String(decoding: (UInt8(0)...127).filter { accept($0) && $0 > 0x20 }, as: UTF8.self)
    }
    #expect(members(isDigit) == "0123456789")
    #expect(members(isTokenByte) == "0123456789abcdefghijklmnopqrstuvwxyz")
    #expect(members(isHexByte) == "0123456789ABCDEFabcdef")
    #expect(members(isWordByte).count == 94)
    #expect([0x20, 0x09, 0x0D].allSatisfy(isBlank))
    #expect(![0x0A, 0x00, 0x41].contains(where: isBlank))
    #expect(![0x20, 0x09, 0x7F, 0x00].contains(where: isWordByte))
    #expect((UInt8(128)...255).allSatisfy { !isDigit($0) && !isHexByte($0) && !isTokenByte($0) && isWordByte($0) })
  }
}
