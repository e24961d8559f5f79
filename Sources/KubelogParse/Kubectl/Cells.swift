internal import KubelogScan

/// Splits a table row at tabs and at runs of two or more blanks; where there is neither, at single blanks (a collapsed
/// paste).
struct Cells {
  private var index: Int
  private let end: Int
  /// Whether single blanks belong to a cell.
  let isWide: Bool

  init(_ line: Bytes, _ range: Range<Int>) {
    let trimmed = line.trimmed(range)
    (index, end) = (trimmed.lowerBound, trimmed.upperBound)
    isWide = line.first("  ", in: trimmed) != nil || line.first(0x09, in: trimmed) != nil
  }

  /// The next cell of `line`, the same that this was made of.
  mutating func next(_ line: Bytes) -> Range<Int>? {
    while index < end, isBlank(line[index]) { index += 1 }
    guard index < end else { return nil }
    let start = index
    while index < end {
      if line[index] == 0x09 { break }
      if line[index] == 0x20, !isWide || (index + 1 < end && isBlank(line[index + 1])) { break }
      index += 1
    }
    return start..<index
  }

  /// What is left of the row.
  func rest(_ line: Bytes) -> Range<Int> { line.trimmed(index..<end) }

  /// All cells of a row.
  static func all(_ line: Bytes, _ range: Range<Int>) -> [Range<Int>] {
    var cells = Cells(line, range)
    var found: [Range<Int>] = []
    while let cell = cells.next(line) { found.append(cell) }
    return found
  }
}
