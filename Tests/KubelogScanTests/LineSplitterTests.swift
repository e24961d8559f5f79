import KubelogScan
import Testing

@Suite struct LineSplitterTests {
  /// However a stream falls into chunks, its lines and their places are the same.
  static let chunkSizes = [1, 2, 7, 64 << 10]

  @Test(arguments: chunkSizes)
  func linesAndPlaces(size: Int) {
    let (lines, splitter) = split(Array("one\n\ntwo \u{20AC}\r\n\r\nthree\r\r\n four".utf8), chunksOf: size)
    #expect(
      lines == [
        SplitLine(text: "one", line: 1, byte: 0),
        SplitLine(text: "", line: 2, byte: 4),
        SplitLine(text: "two \u{20AC}", line: 3, byte: 5),
        SplitLine(text: "", line: 4, byte: 14),
        SplitLine(text: "three", line: 5, byte: 16),
        SplitLine(text: " four", line: 6, byte: 24),
      ])
    #expect(splitter.lines == 6)
    #expect(splitter.bytes == 29)
    #expect(splitter.badUTF8Lines == 0)
    #expect(splitter.truncatedLines == 0)
  }

  @Test(arguments: ["a\nb\n\nc", "a\nb\n\nc\n"], chunkSizes)
  func carriageReturnsMakeNoDifference(text: String, size: Int) {
    let plain = split(Array(text.utf8), chunksOf: size).lines.map(\.text)
    let windows = split(Array(text.replacing("\n", with: "\r\n").utf8), chunksOf: size).lines.map(\.text)
    #expect(plain == ["a", "b", "", "c"])
    #expect(windows == plain)
  }

  @Test(
    arguments: [
      ("", []), ("\n", [""]), ("\n\n", ["", ""]), ("a", ["a"]), ("a\n", ["a"]), ("a\rb\n", ["a\rb"]), ("\r", [""]),
    ])
  func ends(text: String, expected: [String]) {
    for size in Self.chunkSizes {
      #expect(split(Array(text.utf8), chunksOf: size).lines.map(\.text) == expected)
    }
  }

  @Test func partOfALineIsHeldUntilItsEnd() {
    var splitter = LineSplitter()
    #expect(!splitter.holdsPartialLine)
    let input = Array("a\nb".utf8)
    splitter.feed(input.span) { _, _ in }
    #expect(splitter.holdsPartialLine)
    #expect(splitter.lines == 1)
    #expect(splitter.bytes == 3)
    splitter.finish { _, _ in }
    #expect(!splitter.holdsPartialLine)
    #expect(splitter.lines == 2)
  }

  @Test func finishedSplitterGivesNothingMore() {
    var splitter = split(Array("a\nb".utf8)).splitter
    var more = 0
    splitter.finish { _, _ in more += 1 }
    #expect(more == 0)
    #expect(splitter.lines == 2)
  }

  @Test(arguments: [4096, 64 << 10, 4 << 20])
  func lineThatIsTooLongIsCutOnceAndCounted(size: Int) {
    let long = LineSplitter.longestLine + 5
    let input = Array("before\n".utf8) + Array(repeating: 0x78, count: long) + Array("\nafter\r\nlast".utf8)
    let (lines, splitter) = split(input, chunksOf: size)
    #expect(lines.map(\.text.utf8.count) == [6, LineSplitter.longestLine, 5, 4])
    #expect(lines.last?.text == "last")
    #expect(lines.map(\.byte) == [0, 7, 7 + long + 1, 7 + long + 1 + 7])
    #expect(lines.map(\.line) == [1, 2, 3, 4])
    #expect(splitter.truncatedLines == 1)
    #expect(splitter.lines == 4)
    #expect(splitter.bytes == input.count)
  }

  @Test(arguments: [4096, 4 << 20])
  func longestLineItselfIsWhole(size: Int) {
    let input = Array(repeating: 0x78 as UInt8, count: LineSplitter.longestLine) + [0x0A]
    let (lines, splitter) = split(input, chunksOf: size)
    #expect(lines.map(\.text.utf8.count) == [LineSplitter.longestLine])
    #expect(splitter.truncatedLines == 0)
  }

  @Test func longLineWithoutAnEndIsCutToo() {
    let input = Array(repeating: 0x78 as UInt8, count: LineSplitter.longestLine * 2)
    let (lines, splitter) = split(input)
    #expect(lines.map(\.text.utf8.count) == [LineSplitter.longestLine])
    #expect(splitter.truncatedLines == 1)
    #expect(!splitter.holdsPartialLine)
  }

  @Test(arguments: chunkSizes)
  func linesThatAreNotUTF8AreCountedAndGiven(size: Int) {
    let input: [UInt8] =
      Array("good ä\n".utf8) + [0x62, 0xFF, 0x0A] + Array("good\n".utf8) + [0xC3, 0x0A] + [0xED, 0xA0, 0x80]
    let (lines, splitter) = split(input, chunksOf: size)
    #expect(splitter.badUTF8Lines == 3)
    #expect(lines.map(\.line) == [1, 2, 3, 4, 5])
    #expect(lines[1].text == "b\u{FFFD}")
    #expect(lines[2].text == "good")
  }

  @Test func whatTheCallerThrowsComesOut() {
    struct Stop: Error, Equatable {}
    var splitter = LineSplitter()
    let input = Array("a\nb\n".utf8)
    #expect(throws: Stop()) {
      try splitter.feed(input.span) { _, position in if position.line == 2 { throw Stop() } }
    }
    #expect(splitter.lines == 2)
  }
}
