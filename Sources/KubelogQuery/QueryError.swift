public import KubelogStore

/// Why a question got no answer.
public enum QueryError: Error, Equatable {
  /// No query is called that.
  case unknownQuery(String, known: [String])
  /// The query has no such parameter.
  case unknownParameter(String, query: String, known: [String])
  /// The text is no value of the parameter's type.
  case badParameter(String, text: String, type: ColumnType)
  /// The store failed, or the SQL is wrong.
  case store(StoreError)

  /// One sentence that names the thing and the way out.
  public var sentence: String {
    switch self {
    case .unknownQuery(let name, let known):
      "there is no query called '\(name)': one of \(known.joined(separator: ", "))"
    case .unknownParameter(let name, let query, let known):
      "the query '\(query)' has no parameter '\(name)'"
        + (known.isEmpty ? ": it takes none" : ": it takes \(known.joined(separator: ", "))")
    case .badParameter(let name, let text, let type):
      "'\(text)' is no value for '\(name)': give a \(type.rawValue)"
        + (type == .time ? " such as 2026-11-23T14:00:00Z" : "")
    case .store(let error): error.sentence
    }
  }

  /// The exit status that README.md lists.
  public var exitStatus: Int32 {
    if case .store(let error) = self { return error.exitStatus }
    return 64
  }
}
