/// A named query: one question, its parameters and what its columns mean. Read from the head of a `queries/*.sql` file.
///
/// ```sql
/// -- title: Nodes and their last known state
/// -- summary: One row a node, …
/// -- parameter: now time -- the moment that "remaining" counts from
/// -- parameter: within duration = 7200
/// -- column: name text NAME
/// -- column: ready_at time          (no heading: not in tables)
/// SELECT …
/// ```
///
/// A long one goes in stages: below a line `-- stage: NAME` stands a query whose rows what follows asks as the table NAME,
/// and the answer stands below `-- answer`. SQLite would plan a common table expression anew wherever it is named.
/// Where what follows looks up rows of a stage one by one, a line `-- index: COLUMN, COLUMN` below its name says by what.
/// A line `-- uses: NAME` in the head puts the stages of another query before its own.
public struct QueryDefinition: Sendable, Equatable {
  /// A parameter, bound as `:name`.
  public struct Parameter: Sendable, Equatable {
    /// Its name without colon.
    public var name: String
    /// How its text is read.
    public var type: ColumnType
    /// Its value when none is given, as text; nil for SQL's NULL.
    public var defaultText: String?
    /// What it is for.
    public var help: String
  }

  /// A query whose rows the next ones ask by its name.
  public struct Stage: Sendable, Equatable {
    /// The name of the table that its rows are kept in.
    public var name: String
    /// The query.
    public var sql: String
    /// The columns by which its rows are looked up; none where they are not.
    public var index: [String] = []

    /// A stage whose name stands above `text`.
    init(name: String, text: String) {
      (self.name, sql) = (name, text)
      let mark = "-- index: "
      guard text.hasPrefix(mark), let end = text.firstIndex(of: "\n") else { return }
      index = text[..<end].dropFirst(mark.count).split(separator: ",").map(\.trimmed)
    }
  }

  /// The file's name without ending.
  public var name: String
  /// The question in a few words.
  public var title: String
  /// What the answer says and what not.
  public var summary: String
  /// What can be asked for.
  public var parameters: [Parameter]
  /// The columns of the answer.
  public var columns: [Column]
  /// The file.
  public var text: String
  /// Queries whose rows the statement asks by their names, in the order in which they are to be asked.
  public var stages: [Stage]
  /// The statement.
  public var sql: String

  /// Reads `text`; `library` gives the texts of the queries that it may use.
  init(name: String, text: String, library: (String) -> String? = { _ in nil }) {
    (self.name, self.text, title, summary, parameters, columns, stages) = (name, text, "", "", [], [], [])
    sql = text
    var rest = text[...]
    while rest.hasPrefix("-- "), !rest.hasPrefix("-- stage: "), let end = rest.firstIndex(of: "\n") {
      let line = rest[..<end]
      rest = rest[rest.index(after: end)...]
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].trimmed
      switch line.dropFirst(3)[..<colon].trimmed {
      case "title": title = value
      case "summary": summary += summary.isEmpty ? value : " " + value
      case "parameter": parameters.append(Self.parameter(value))
      case "uses":
        guard let used = library(value) else { continue }
        for stage in Self(name: value, text: used, library: { $0 == name ? nil : library($0) }).stages
        where !stages.contains(stage) { stages.append(stage) }
      case "column": columns.append(Self.column(value))
      default: break
      }
    }
    while let mark = rest.firstRange(of: "-- stage: "), let line = rest[mark.upperBound...].firstIndex(of: "\n"),
      let end = rest[line...].firstRange(of: ";\n")
    {
      stages.append(
        Stage(name: rest[mark.upperBound..<line].trimmed, text: String(rest[rest.index(after: line)..<end.lowerBound])))
      rest = rest[end.upperBound...]
      sql = String(rest)
    }
  }

  private static func parameter(_ text: String) -> Parameter {
    let (head, help) = text.cut(at: " -- ")
    let (declaration, value) = head.cut(at: " = ")
    let words = declaration.split(separator: " ")
    return Parameter(
      name: words.first.map(String.init) ?? "",
      type: words.dropFirst().first.flatMap { ColumnType(rawValue: String($0)) } ?? .text, defaultText: value,
      help: help ?? "")
  }

  private static func column(_ text: String) -> Column {
    let words = text.split(separator: " ", maxSplits: 2)
    return Column(
      name: words.first.map(String.init) ?? "",
      type: words.dropFirst().first.flatMap { ColumnType(rawValue: String($0)) } ?? .text,
      title: words.count > 2 ? words[2].trimmed : nil)
  }
}

extension StringProtocol {
  /// Without blanks at either end.
  var trimmed: String {
    var slice = self[startIndex..<endIndex]
    while slice.first == " " { slice = slice.dropFirst() }
    while slice.last == " " { slice = slice.dropLast() }
    return String(slice)
  }
}

extension String {
  /// What stands before and after the first `mark`; after is nil when it is not there.
  fileprivate func cut(at mark: String) -> (String, String?) {
    guard let range = firstRange(of: mark) else { return (trimmed, nil) }
    return (self[..<range.lowerBound].trimmed, self[range.upperBound...].trimmed)
  }
}
