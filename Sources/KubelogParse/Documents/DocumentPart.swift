internal import KubelogScan

/// A part of a document that is complete: one object of a list, or all of a document but those.
struct DocumentPart {
  /// Its text; empty where it was too long.
  private(set) var text: [UInt8] = []
  /// Where it begins.
  let position: LinePosition
  /// Whether it is an element of `items`.
  let isItem: Bool
  /// Whether its end was seen; otherwise the input ends there or something else begins.
  var isWhole = true
  private var isTooLong = false

  /// The most bytes of one part; a longer one is passed over.
  static let longest = 4 << 20

  /// A part whose text begins in the line at `position`.
  init(at position: LinePosition, isItem: Bool) {
    self.position = position
    self.isItem = isItem
  }

  /// Adds bytes of a line.
  mutating func add(_ line: Bytes, _ range: Range<Int>) {
    guard !isTooLong, !range.isEmpty else { return }
    guard text.count + range.count < Self.longest else {
      isTooLong = true
      text = []
      return
    }
    line.append(range, to: &text)
  }

  /// Adds a line with its end.
  mutating func addLine(_ line: Bytes, _ range: Range<Int>) {
    add(line, range)
    endLine()
  }

  /// Adds a line end.
  mutating func endLine() {
    if !isTooLong { text.append(0x0A) }
  }
}
