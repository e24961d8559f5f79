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
  /// The statement.
  public var sql: String

  init(name: String, text: String) {
    (self.name, title, summary, parameters, columns) = (name, "", "", [], [])
    var rest = text[...]
    while rest.hasPrefix("-- "), let end = rest.firstIndex(of: "\n") {
      let line = rest[..<end]
      rest = rest[rest.index(after: end)...]
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].trimmed
      switch line.dropFirst(3)[..<colon].trimmed {
      case "title": title = value
      case "summary": summary += summary.isEmpty ? value : " " + value
      case "parameter": parameters.append(Self.parameter(value))
      case "column": columns.append(Self.column(value))
      default: break
      }
    }
    sql = text
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
