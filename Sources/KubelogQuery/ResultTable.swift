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
