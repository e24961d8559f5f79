/// The forms an answer can be printed in, by the word `--output` takes.
public enum OutputFormat: String, CaseIterable, Sendable {
  /// Aligned columns for people.
  case table
  /// One JSON array, or one object where the answer is one thing.
  case json
  /// One JSON object a line.
  case ndjson
  /// RFC 4180 with a heading row.
  case csv
  /// A GitHub table.
  case markdown
}

/// A time zone as a function of the moment, so that this module needs neither zoneinfo nor the machine's settings.
public struct LocalZone: Sendable {
  /// Takes microseconds since 1970 UTC; answers the seconds east of UTC and the abbreviation in force at that moment.
  public let offset: @Sendable (Int64) -> (seconds: Int, name: String)

  /// A zone that asks `offset` about every moment it shows.
  public init(offset: @escaping @Sendable (Int64) -> (seconds: Int, name: String)) {
    self.offset = offset
  }

  /// Coordinated Universal Time.
  public static let utc = LocalZone { _ in (0, "UTC") }
}

/// Everything besides the answer that decides how the answer looks; all of it given, so that the same call prints the
/// same text anywhere, any day.
public struct Presentation: Sendable {
  /// The form to print.
  public var format: OutputFormat
  /// The width of the terminal in columns; nil when there is none, and then nothing is cut. 0 and less count as nil.
  public var width: Int?
  /// Whether headings and state words are coloured; only the table form ever is.
  public var color: Bool
  /// The zone of the times in tables and Markdown; JSON and CSV are always in UTC.
  public var zone: LocalZone
  /// Microseconds since 1970 UTC; names the zone over a column that holds no time at all.
  public var now: Int64
  /// Whether the answer is one thing: JSON then prints one object and not an array.
  public var single: Bool

  /// The defaults are what a pipe gets: no width, no colour, UTC.
  public init(
    format: OutputFormat = .table, width: Int? = nil, color: Bool = false, zone: LocalZone = .utc, now: Int64 = 0,
    single: Bool = false
  ) {
    self.format = format
    self.width = width
    self.color = color
    self.zone = zone
    self.now = now
    self.single = single
  }
}
