/// A value of a JSON or YAML document, as `kubectl -o json|yaml|kyaml` prints them.
enum Document: Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([Document])
  /// The members in the order they stand.
  case object([Member])

  /// A name and what it holds.
  struct Member: Equatable {
    var name: String
    var value: Document
  }

  /// The deepest nesting that is read; what lies deeper is null.
  static let deepest = 64

  /// The member `name` of an object; the last one where it stands twice, as Go and JavaScript take it.
  subscript(name: String) -> Document? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  /// The text, nil where it is none.
  var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// The text where there is any in it: Kubernetes writes "" for what is not set.
  var words: String? {
    if case .text(let text) = self, !text.isEmpty { text } else { nil }
  }

  /// The whole number, nil where it is none.
  var integer: Int? {
    if case .number(let number) = self { Int(exactly: number) } else { nil }
  }

  /// The truth value, nil where it is none.
  var bool: Bool? {
    if case .bool(let flag) = self { flag } else { nil }
  }

  /// The elements; empty where it is no list.
  var elements: [Document] {
    if case .list(let elements) = self { elements } else { [] }
  }

  /// The members; empty where it is no object.
  var members: [Member] {
    if case .object(let members) = self { members } else { [] }
  }
}
