public import KubelogParse
public import KubelogStore

/// Why a question got no answer.
public enum QueryError: Error, Equatable {
  /// No query is called that.
  case unknownQuery(String, known: [String])
  /// The query has no such parameter.
  case unknownParameter(String, query: String, known: [String])
  /// The text is no value of the parameter's type.
  case badParameter(String, text: String, type: ColumnType)
  /// A user's own query cannot be used.
  case badQuery(path: String, reason: String)
  /// What it is to be judged by cannot be used: a user's own pack of rules.
  case badRule(RuleError)
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
      "'\(text)' is no value for '\(name)': give \(type == .integer ? "an" : "a") \(type.rawValue)"
        + (type == .time ? " such as 2026-11-23T14:00:00Z" : "")
    case .badQuery(let path, let reason): "'\(path)' cannot be asked: \(reason)"
    case .badRule(let error): error.sentence
    case .store(let error): error.sentence
    }
  }

  /// The exit status that README.md lists.
  public var exitStatus: Int32 {
    switch self {
    case .store(let error): error.exitStatus
    case .badQuery: 78
    case .badRule(let error): error.exitStatus
    case .unknownQuery, .unknownParameter, .badParameter: 64
    }
  }
}
