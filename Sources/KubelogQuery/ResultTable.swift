/// One value of an answer, as SQLite has it.
public enum Value: Sendable, Equatable {
  /// Nothing is known: JSON `null`, an empty table cell; never "".
  case null
  /// A whole number; for a `time` column microseconds since 1970 UTC, for a `boolean` column 0 or 1.
  case integer(Int64)
  /// A real number; for a `duration` column seconds.
  case real(Double)
  /// Text; for a `json` column one JSON document, inserted as it is.
  case text(String)
}

/// What the values of a column mean, and so how each output format shows them.
public enum ColumnType: String, Sendable, CaseIterable {
  /// Free text.
  case text
  /// Microseconds since 1970 UTC: RFC 3339 in JSON, local time in tables.
  case time
  /// Seconds: a number in JSON, `1h 52m` in tables.
  case duration
  /// A whole number.
  case integer
  /// A number.
  case number
  /// 0 or 1: `false` or `true`.
  case boolean
  /// A JSON document held as text.
  case json
}

/// One column of an answer.
public struct Column: Sendable, Equatable {
  /// The JSON key, `snake_case`.
  public var name: String
  /// What its values mean.
  public var type: ColumnType
  /// The heading in tables and Markdown; nil for a column that only JSON and CSV carry.
  public var title: String?

  /// A column called `name`; with `title` nil it is left out of tables.
  public init(name: String, type: ColumnType, title: String?) {
    self.name = name
    self.type = type
    self.title = title
  }
}

/// The answer to one question: typed columns and their rows, in order.
public struct ResultTable: Sendable, Equatable {
  /// The columns, in the order of the JSON keys.
  public var columns: [Column]
  /// The rows; each has as many values as there are columns.
  public var rows: [[Value]]

  /// A table of `rows` under `columns`.
  public init(columns: [Column], rows: [[Value]] = []) {
    self.columns = columns
    self.rows = rows
  }
}

extension ResultTable {
  /// A row's text in the column `name`, nil for null.
  public func text(_ name: String, _ row: [Value]) -> String? {
    guard let index = columns.firstIndex(where: { $0.name == name }), case .text(let text) = row[index] else {
      return nil
    }
    return text
  }

  /// A row's number in the column `name`, nil for null.
  public func number(_ name: String, _ row: [Value]) -> Double? {
    guard let index = columns.firstIndex(where: { $0.name == name }) else { return nil }
    return switch row[index] {
    case .integer(let number): Double(number)
    case .real(let number): number
    case .null, .text: nil
    }
  }

  /// A row's whole number in the column `name`, nil for null.
  public func integer(_ name: String, _ row: [Value]) -> Int64? {
    guard let index = columns.firstIndex(where: { $0.name == name }), case .integer(let number) = row[index] else {
      return nil
    }
    return number
  }

  /// A row's moment in the column `name`, microseconds since 1970 UTC; nil for null.
  public func moment(_ name: String, _ row: [Value]) -> Int64? {
    number(name, row).flatMap { Int64(exactly: $0.rounded()) }
  }

  /// The texts of a row's JSON list in the column `name`; none for null.
  public func texts(_ name: String, _ row: [Value]) -> [String] { text(name, row).map { JSONValues.list($0) } ?? [] }

  /// Whether a row's value in the column `name` is true.
  public func isTrue(_ name: String, _ row: [Value]) -> Bool { number(name, row) == 1 }
}
