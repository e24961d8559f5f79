internal import KubelogParse
internal import KubelogScan

/// How rows are stored that are added together: those of repeats, and those of what does not repeat.
extension Writer {
  /// Stores what was folded.
  func flushFolds() throws(StoreError) {
    let all = folds.rows
    for fold in all {
      let (events, index, span) = (folds.events(of: fold), fold.index, fold.span)
      guard events[index].time.source <= .given else { continue }
      logs.extend(events[index].node, span.began, span.ended, byte: events[index].position.byte)
    }
    for start in stride(from: 0, to: all.count, by: WriterStatements.rowsAtOnce) {
      try store(all[start..<min(start + WriterStatements.rowsAtOnce, all.count)])
    }
    folds.removeAll()
  }

  /// Stores rows of which nearly always all are new, or none is.
  private func store(_ some: ArraySlice<Fold>) throws(StoreError) {
    guard areFoldsNew, some.count == WriterStatements.rowsAtOnce else {
      for fold in some {
        if areFoldsNew {
          if try !insert(fold) { areFoldsNew = try !merge(fold) }
        } else if try !merge(fold) {
          areFoldsNew = try insert(fold)
        }
      }
      return
    }
    var index: Int32 = 1
    try withRows { rows throws(StoreError) in
      for fold in some {
        try bind(fold, to: statements.insertFolds, at: index, &rows)
        index += WriterStatements.columnsOfRow
      }
      try rows.run(statements.insertFolds)
    }
    let added = connection.changes
    if added == some.count {
      tally.newEvents += some.reduce(0) { $0 + $1.occurrences.count }
    } else {
      // Those that were added have the highest numbers.
      _ = try statements.lastEvent.step()
      let before = statements.lastEvent.integer(0) - Int64(added)
      statements.lastEvent.reset()
      for fold in some { areFoldsNew = try !merge(fold, before: before) }
    }
  }

  /// Adds a row; false where the store has it.
  private func insert(_ fold: Fold) throws(StoreError) -> Bool {
    try withRows { rows throws(StoreError) in
      try bind(fold, to: statements.insertFold, at: 1, &rows)
      try rows.run(statements.insertFold)
    }
    guard connection.changes == 1 else { return false }
    tally.newEvents += fold.occurrences.count
    return true
  }

  // MARK: Rows

  /// Adds the events of a batch that stand at `places`, each dated and with nothing open in its time, in the order given.
  func add(_ events: [Event], at places: ArraySlice<Int>) throws(StoreError) {
    guard areRowsNew, places.count == WriterStatements.rowsAtOnce else {
      for place in places { areRowsNew = try insert(events[place], run: nil) }
      return
    }
    var index: Int32 = 1
    var isWhole = true
    try withRows { rows throws(StoreError) in
      for place in places {
        guard case .dated(let digest) = events[place].identity else { preconditionFailure("it is not dated") }
        if let time = events[place].time.microseconds { statements.insertRows.bind(time, at: index + 3) }
        statements.insertRows.bind(1, at: index + 7)
        statements.insertRows.bind(events[place].isTentative ? 1 : 0, at: index + 16)
        rows.add(digest, at: index)
        try bind(events, place, to: statements.insertRows, at: index, &rows)
        index += WriterStatements.columnsOfRow
      }
      isWhole = try rows.runUntilConflict(statements.insertRows)
    }
    // Their numbers follow each other.
    let added = connection.changes
    var row = connection.lastInsertion - Int64(added)
    for place in places.prefix(added) {
      guard case .dated(let digest) = events[place].identity else { continue }
      row += 1
      try wasAdded(events[place], digest, as: row)
    }
    guard !isWhole else { return }
    areRowsNew = false
    try add(events, at: places.dropFirst(added))
  }

  /// Binds what an event tells to the parameters from `index` on; its texts wait in `rows`. It is not copied: each field by
  /// itself.
  private func bind(
    _ events: [Event], _ place: Int, to statement: borrowing Statement, at index: Int32, _ rows: inout RowBuffer
  ) throws(StoreError) {
    statement.bind(try kind(events[place].kind), at: index + 1)
    statement.bind(Int64(events[place].severity.rawValue), at: index + 2)
    statement.bind(Int64(events[place].time.source.rawValue), at: index + 4)
    if let uncertainty = events[place].time.uncertainty { statement.bind(uncertainty, at: index + 5) }
    statement.bind(cluster, at: index + 10)
    statement.bind(source, at: index + 13)
    statement.bind(Int64(events[place].position.line), at: index + 14)
    statement.bind(Int64(events[place].position.byte), at: index + 15)
    if let node = events[place].node { rows.add(node, at: index + 9) }
    rows.add(events[place].message, at: index + 11)
    if !events[place].attributes.isEmpty { rows.add(events.attributesJSON(at: place), at: index + 12) }
    if let problem = events.problem(at: place) { rows.add(problem, at: index + 17) }
  }

  /// Lends the buffer as a variable: each access to a property of this object is watched.
  private func withRows(_ body: (inout RowBuffer) throws(StoreError) -> Void) throws(StoreError) {
    var rows = RowBuffer()
    swap(&rows, &buffer)
    defer { swap(&rows, &buffer) }
    try body(&rows)
  }

  /// Binds a row's columns to the parameters from `index` on; its texts wait in `rows`.
  private func bind(
    _ fold: Fold, to statement: borrowing Statement, at index: Int32, _ rows: inout RowBuffer
  ) throws(StoreError) {
    let span = fold.span
    statement.bind(span.began, at: index + 3)
    if fold.occurrences.count > 1 { statement.bind(span.ended, at: index + 6) }
    statement.bind(Int64(fold.occurrences.count), at: index + 7)
    statement.bind(fold.isTentative ? 1 : 0, at: index + 16)
    rows.add(fold.row, at: index)
    rows.add(fold.occurrences, at: index + 8)
    try bind(folds.events(of: fold), fold.index, to: statement, at: index, &rows)
  }

  /// Adds the occurrences to the row that the store has; false where it has none, or has it only since it had as many rows
  /// as `before`.
  private func merge(_ fold: Fold, before: Int64 = .max) throws(StoreError) -> Bool {
    statements.findFold.bind(.blob(fold.row.bytes), at: 1)
    defer { statements.findFold.reset() }
    guard try statements.findFold.step() else { return false }
    let row = statements.findFold.integer(0)
    guard row <= before else {
      tally.newEvents += fold.occurrences.count
      return false
    }
    var fold = fold
    let stored = Occurrences(stored: statements.findFold.blob(1))
    let wasTentative = statements.findFold.integer(2) == 1
    fold.add(stored, isTentative: wasTentative)
    let new = fold.occurrences.count - stored.count
    tally.newEvents += new
    guard new > 0 || fold.isTentative != wasTentative else { return true }
    try statements.updateFold.run(
      .integer(row), .integer(fold.span.began), Self.last(fold), .integer(Int64(fold.occurrences.count)),
      .blob(fold.occurrences.bytes),
      .integer(fold.isTentative ? 1 : 0))
    return true
  }

  /// When the last of several was, for the column of that name.
  private static func last(_ fold: Fold) -> Statement.Cell {
    fold.occurrences.count > 1 ? .integer(fold.span.ended) : .null
  }
}
