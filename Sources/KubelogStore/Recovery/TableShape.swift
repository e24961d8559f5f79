/// What a record must look like to be a row of a table: how a row is known whose table's pages cannot be found any more.
struct TableShape {
  /// The table.
  let name: String
  /// Whether its rows lie in an index instead of having numbers (WITHOUT ROWID).
  let isIndex: Bool
  private let columns: [Column]
  /// The fewest values: rows from before a column was added have none for it.
  private let fewest: Int

  private struct Column {
    var name: String
    var type: String
    var mayBeNull: Bool
    /// It is the number of the row itself, which the record does not repeat.
    var isRow: Bool
  }

  /// The shapes of all tables in a store, in the order in which they were made.
  static func all(_ store: borrowing Connection) throws(StoreError) -> [TableShape] {
    var shapes: [TableShape] = []
    // What was lost of a log that is followed comes back when it is read from its beginning: where reading stopped is not saved.
    let tables = try store.prepare(
      """
      SELECT name, sql FROM sqlite_schema
      WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'positions' ORDER BY rowid
      """)
    while try tables.step() {
      shapes.append(
        try TableShape(tables.text(0), isIndex: tables.text(1).contains("WITHOUT ROWID"), store))
    }
    return shapes
  }

  private init(_ name: String, isIndex: Bool, _ store: borrowing Connection) throws(StoreError) {
    (self.name, self.isIndex) = (name, isIndex)
    var (columns, fewest): ([Column], Int) = ([], 0)
    let read = try store.prepare("PRAGMA table_info(\"\(name)\")")
    while try read.step() {
      let isKey = read.integer(5) > 0
      let column = Column(
        name: read.text(1), type: read.text(2), mayBeNull: read.integer(3) == 0 && !isKey, isRow: isKey && !isIndex)
      columns.append(column)
      if !column.mayBeNull, read.cell(4) == .null { fewest = columns.count }
    }
    (self.columns, self.fewest) = (columns, fewest)
  }

  /// The values of a record that is a row of this table; nil where it is none.
  func row(_ record: PageRecord) -> [Statement.Cell]? {
    guard (record.row == nil) == isIndex, record.cells.count >= fewest, record.cells.count <= columns.count else {
      return nil
    }
    var cells = record.cells
    for (index, cell) in record.cells.enumerated() {
      let column = columns[index]
      if column.isRow {
        guard cell == .null, let row = record.row else { return nil }
        cells[index] = .integer(row)
        continue
      }
      switch cell {
      case .null: guard column.mayBeNull else { return nil }
      case .integer: guard column.type == "INTEGER" else { return nil }
      case .text: guard column.type == "TEXT" else { return nil }
      case .blob: guard column.type == "BLOB" else { return nil }
      case .real: return nil
      }
    }
    return cells
  }

  /// Adds a row of so many values, unless there is one with its key.
  func insertion(of count: Int) -> String {
    let names = columns.prefix(count).map(\.name).joined(separator: ", ")
    let places = (1...count).map { "?\($0)" }.joined(separator: ", ")
    return "INSERT OR IGNORE INTO \(name) (\(names)) VALUES (\(places))"
  }
}
