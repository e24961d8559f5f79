internal import KubelogParse
internal import KubelogScan

/// The occurrences of one row of repeats that a transaction found.
struct Fold {
  let row: Digest
  /// Where its first event stands among those that ``Folds`` holds.
  fileprivate let batch: Int
  let index: Int
  private(set) var occurrences: Occurrences
  private(set) var isTentative: Bool
  /// Microseconds since 1970 UTC at which their minute begins.
  private let minute: Int64

  fileprivate init(_ row: Digest, _ offset: Int, _ event: borrowing Event, batch: Int, index: Int) {
    (self.row, self.batch, self.index) = (row, batch, index)
    (occurrences, isTentative) = (Occurrences(offset), event.isTentative)
    // Not the offset taken off the time: with an order among its like, it may be more than the time's own.
    let time = event.time.microseconds ?? 0
    minute = time - (time % 60_000_000 + 60_000_000) % 60_000_000
  }

  /// Adds an occurrence; the row may be cut only where each of them is.
  mutating func add(_ offset: Int, isTentative: Bool) {
    occurrences.insert(offset)
    self.isTentative = self.isTentative && isTentative
  }

  /// Adds the occurrences that the store has.
  mutating func add(_ stored: Occurrences, isTentative: Bool) {
    for offset in stored.offsets { occurrences.insert(offset) }
    self.isTentative = self.isTentative && isTentative
  }

  /// When the first was and when the last was, microseconds since 1970 UTC.
  var span: (began: Int64, ended: Int64) {
    (minute + Int64(occurrences.first ?? 0), minute + Int64(occurrences.last ?? 0))
  }
}

/// The rows of repeats that a transaction found, in the order in which they were begun.
struct Folds {
  private(set) var rows: [Fold] = []
  /// What was found: rows are told by the first event of each, where it stands. An event is never copied.
  private var batches: [[Event]] = []
  /// The places of rows by their digests, which are mixed already: the first free one from where a digest leads is its own.
  private var places: [Int32] = Array(repeating: -1, count: 1 << 13)

  /// The events of one batch come, of which some repeat.
  mutating func begin(_ events: [Event]) { batches.append(events) }

  /// Adds the event at `index` of the batch that was begun last.
  mutating func add(at index: Int, _ row: Digest, _ offset: Int) {
    let batch = batches.count - 1
    let isTentative = batches[batch][index].isTentative
    let place = place(of: row)
    if places[place] >= 0 {
      rows[Int(places[place])].add(offset, isTentative: isTentative)
    } else {
      places[place] = Int32(rows.count)
      rows.append(Fold(row, offset, batches[batch][index], batch: batch, index: index))
      if rows.count * 2 > places.count { spread() }
    }
  }

  /// Adds one more occurrence of a row that is there.
  mutating func add(_ again: Repeat) {
    let place = places[place(of: again.row)]
    guard place >= 0 else { preconditionFailure("a batch repeats what it does not tell") }
    rows[Int(place)].add(again.offset, isTentative: again.isTentative)
  }

  /// The events among which the one stands that began a row: at ``Fold/index``.
  func events(of fold: Fold) -> [Event] { batches[fold.batch] }

  /// Forgets all of them; what comes is another transaction's.
  mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    batches.removeAll(keepingCapacity: true)
    for place in places.indices { places[place] = -1 }
  }

  private func place(of row: Digest) -> Int {
    var place = Int(truncatingIfNeeded: row.low) & (places.count - 1)
    while places[place] >= 0, rows[Int(places[place])].row != row { place = (place + 1) & (places.count - 1) }
    return place
  }

  private mutating func spread() {
    places = Array(repeating: -1, count: places.count * 2)
    for (number, fold) in rows.enumerated() { places[place(of: fold.row)] = Int32(number) }
  }
}
