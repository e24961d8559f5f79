internal import KubelogScan

/// The values of rows on their way into a statement. Texts lie one behind the other in a buffer that is used again and again:
/// SQLite reads them there, and nobody makes a copy of each.
struct RowBuffer {
  private struct Piece {
    var index: Int32
    var range: Range<Int>
    var isText: Bool
  }

  private var bytes: [UInt8] = []
  private var pieces: [Piece] = []

  /// Adds a text for parameter `index`.
  mutating func add(_ text: borrowing String, at index: Int32) {
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    pieces.append(Piece(index: index, range: start..<bytes.count, isText: true))
  }

  /// Adds a digest's bytes for parameter `index`.
  mutating func add(_ digest: Digest, at index: Int32) {
    let start = bytes.count
    withUnsafeBytes(of: (digest.high.bigEndian, digest.low.bigEndian)) { bytes.append(contentsOf: $0) }
    pieces.append(Piece(index: index, range: start..<bytes.count, isText: false))
  }

  /// Adds occurrences as they are stored for parameter `index`.
  mutating func add(_ occurrences: borrowing Occurrences, at index: Int32) {
    let start = bytes.count
    occurrences.write(to: &bytes)
    pieces.append(Piece(index: index, range: start..<bytes.count, isText: false))
  }

  /// Runs `statement` by what was added and the numbers that are bound to it already, and forgets it. It gives no rows.
  mutating func run(_ statement: borrowing Statement) throws(StoreError) {
    try lend(to: statement) { statement throws(StoreError) in _ = try statement.step() }
  }

  /// The same, but false where it ended at a row that breaks a constraint.
  mutating func runUntilConflict(_ statement: borrowing Statement) throws(StoreError) -> Bool {
    try lend(to: statement) { statement throws(StoreError) in try statement.runUntilConflict() }
  }

  private mutating func lend<Result>(
    to statement: borrowing Statement, _ body: (borrowing Statement) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    defer {
      bytes.removeAll(keepingCapacity: true)
      pieces.removeAll(keepingCapacity: true)
    }
    return try bytes.withUnsafeBufferPointer { bytes throws(StoreError) in
      let bytes = UnsafeRawBufferPointer(bytes)
      for piece in pieces {
        statement.lend(UnsafeRawBufferPointer(rebasing: bytes[piece.range]), at: piece.index, isText: piece.isText)
      }
      defer { statement.reset() }
      return try body(statement)
    }
  }
}
