internal import KubelogParse
internal import KubelogScan

/// The occurrences of one row of repeats that a transaction found.
final class Fold {
  let row: Digest
  private(set) var occurrences: Occurrences
  let first: Event
  private(set) var isTentative: Bool
  /// Microseconds since 1970 UTC at which their minute begins.
  private let minute: Int64

  init(_ first: Event, _ row: Digest, _ offset: Int) {
    (self.row, occurrences, self.first, isTentative) = (row, Occurrences(offset), first, first.isTentative)
    minute = (first.time.microseconds ?? 0) - Int64(offset)
  }

  /// Adds an occurrence; the row may be cut only where each of them is.
  func add(_ offset: Int, isTentative: Bool) {
    occurrences.insert(offset)
    self.isTentative = self.isTentative && isTentative
  }

  /// Adds the occurrences that the store has.
  func add(_ stored: Occurrences, isTentative: Bool) {
    for offset in stored.offsets { occurrences.insert(offset) }
    self.isTentative = self.isTentative && isTentative
  }

  /// When the first was and when the last was, microseconds since 1970 UTC.
  var span: (began: Int64, ended: Int64) {
    let offsets = occurrences.offsets
    return (minute + Int64(offsets[0]), minute + Int64(offsets[offsets.count - 1]))
  }
}

/// The rows of repeats that a transaction found, in the order in which they were begun.
struct Folds {
  private var byRow: [Digest: Fold] = [:]
  private var inOrder: [Fold] = []

  /// Adds an event that repeats.
  mutating func add(_ event: Event, _ row: Digest, _ offset: Int) {
    if let fold = byRow[row] { return fold.add(offset, isTentative: event.isTentative) }
    let fold = Fold(event, row, offset)
    byRow[row] = fold
    inOrder.append(fold)
  }

  /// Adds one more occurrence of a row that is there.
  func add(_ again: Repeat) {
    guard let fold = byRow[again.row] else { preconditionFailure("a batch repeats what it does not tell") }
    fold.add(again.offset, isTentative: again.isTentative)
  }

  /// Takes all of them; what comes is another transaction's.
  mutating func takeAll() -> [Fold] {
    defer {
      byRow.removeAll(keepingCapacity: true)
      inOrder = []
    }
    return inOrder
  }
}
