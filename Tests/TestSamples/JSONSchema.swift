import FoundationEssentials

/// A JSON value, read.
public indirect enum JSONValue: Decodable, Equatable, Sendable {
  case null, boolean(Bool), number(Double), string(String), array([JSONValue]), object([String: JSONValue])

  /// Reads a document.
  public init(text: String) throws { self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }

  /// Reads any value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }
}

/// A JSON Schema of docs/schema/: as much of the language (draft 2020-12) as those files use, and nothing else is let pass.
public struct JSONSchema: Sendable {
  private let root: JSONValue

  /// The files of docs/schema/, without ending.
  public static let names = [
    "db-check", "db-compact", "db-forget", "db-recover", "diff", "event", "history", "ingest", "join", "nodes",
    "phases", "problems", "quorum", "report",
    "secrets", "sessions", "summary",
  ]

  /// `docs/schema/` of the project.
  public static let folder = String(#filePath.split(separator: "/Tests/TestSamples/")[0]) + "/docs/schema"

  /// The schema called `name`.
  public init(named name: String) throws {
    try self.init(
      text: String(decoding: Data(contentsOf: URL(fileURLWithPath: "/\(Self.folder)/\(name).json")), as: UTF8.self))
  }

  /// The schema that `text` holds.
  public init(text: String) throws { root = try JSONValue(text: text) }

  /// What is wrong with a document, each with its place; empty where it holds.
  public func faults(of text: String) -> [String] {
    guard let value = try? JSONValue(text: text) else { return ["it is no JSON"] }
    return Self.faults(value, root, "")
  }

  private static func faults(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
    guard case .object(let rules) = schema else { return ["\(place): the schema is no object"] }
    return rules.sorted { $0.key < $1.key }.flatMap { name, rule in
      faults(value, name, rule, rules).map { "\(place): \($0)" } + inner(value, name, rule, place)
    }
  }

  private static func faults(_ value: JSONValue, _ name: String, _ rule: JSONValue, _ rules: [String: JSONValue])
    -> [String]
  {
    switch (name, rule) {
    case ("$schema", _), ("title", _), ("description", _), ("properties", _), ("items", _): return []
    case ("$ref", .string(let file)):
      // Another schema of the folder, by its file's name.
      guard file.hasSuffix(".json"), let schema = try? JSONSchema(named: String(file.dropLast(5))) else {
        return ["there is no schema \(file)"]
      }
      return faults(value, schema.root, "")
    case ("type", .string(let type)): return has(value, type) ? [] : ["\(value) is no \(type)"]
    case ("type", .array(let types)):
      return types.contains { if case .string(let type) = $0 { has(value, type) } else { false } }
        ? [] : ["\(value) is none of \(types)"]
    case ("enum", .array(let values)): return values.contains(value) ? [] : ["\(value) is none of \(values)"]
    case ("minimum", .number(let least)):
      guard case .number(let number) = value else { return [] }
      return number >= least ? [] : ["\(number) is less than \(least)"]
    case ("format", .string("date-time")):
      guard case .string(let text) = value else { return [] }
      let isTime = text.utf8.count == 27 && text.hasSuffix("Z") && text.dropFirst(10).hasPrefix("T")
      return isTime ? [] : ["'\(text)' is no time in UTC with microseconds"]
    case ("required", .array(let names)):
      guard case .object(let members) = value else { return [] }
      return names.compactMap {
        if case .string(let name) = $0, members[name] == nil { "it has no '\(name)'" } else { nil }
      }
    case ("additionalProperties", .boolean(false)):
      guard case .object(let members) = value, case .object(let known)? = rules["properties"] else { return [] }
      return members.keys.sorted().filter { known[$0] == nil }.map { "nobody knows '\($0)'" }
    default: return ["the schema has '\(name)', which is not understood"]
    }
  }

  private static func inner(_ value: JSONValue, _ name: String, _ rule: JSONValue, _ place: String) -> [String] {
    switch (name, value, rule) {
    case ("items", .array(let items), _):
      items.enumerated().flatMap { faults($0.element, rule, "\(place)[\($0.offset)]") }
    case ("properties", .object(let members), .object(let known)):
      members.sorted { $0.key < $1.key }.flatMap { member in
        known[member.key].map { faults(member.value, $0, "\(place).\(member.key)") } ?? []
      }
    default: []
    }
  }

  private static func has(_ value: JSONValue, _ type: String) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .boolean), ("number", .number), ("string", .string), ("array", .array),
      ("object", .object):
      true
    case ("integer", .number(let number)): number == number.rounded(.towardZero)
    default: false
    }
  }
}
