internal import FoundationEssentials

/// Why rules cannot be used.
public struct RuleError: Error, Equatable, Sendable {
  /// The pack's file.
  public var path: String
  /// The rule's id or place, nil where the pack as a whole is wrong.
  public var rule: String?
  /// What is wrong with it.
  public var problem: String

  /// An error of its parts.
  public init(path: String, rule: String?, problem: String) {
    (self.path, self.rule, self.problem) = (path, rule, problem)
  }

  /// One sentence that names the file, the rule and the fault.
  public var sentence: String {
    "rule pack '\(path)': \(rule.map { "rule '\($0)': " } ?? "")\(problem)"
  }

  /// The exit status that README.md lists.
  public var exitStatus: Int32 { 78 }
}

extension RulePack: Decodable {
  /// Reads the text of a pack, JSON5. Throws ``RuleError``; whether its rules make sense is asked later.
  static func read(_ text: String, path: String) throws(RuleError) -> RulePack {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    do {
      var pack = try decoder.decode(RulePack.self, from: Data(text.utf8))
      pack.path = path
      return pack
    } catch let fault as Fault {
      throw RuleError(path: path, rule: fault.rule, problem: fault.problem)
    } catch {
      throw RuleError(path: path, rule: nil, problem: Self.problem(error))
    }
  }

  /// What is wrong with one rule of a pack that is being read.
  private struct Fault: Error {
    var rule: String?
    var problem: String
  }

  /// Any key, to see those that nobody knows.
  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init?(intValue: Int) { nil }
    init(stringValue: String) { self.stringValue = stringValue }
  }

  private static let packKeys: Set<String> = ["pack", "component", "rules", "problems"]
  private static let ruleKeys: Set<String> = [
    "id", "kind", "messages", "sources", "contains", "needs", "pattern", "types", "attributes", "message", "severity",
    "repeats", "certificate", "problem", "hits", "misses",
  ]
  private static let problemKeys = Set(Problem.CodingKeys.allCases.map(\.rawValue))

  init(from decoder: any Decoder) throws {
    let keyed = try decoder.container(keyedBy: Key.self)
    for key in keyed.allKeys.map(\.stringValue).sorted() where !Self.packKeys.contains(key) {
      throw Fault(rule: nil, problem: "a pack has no '\(key)'")
    }
    let problems: [Problem] =
      keyed.contains(Key(stringValue: "problems"))
      ? try Self.list("problems", of: "a problem", Self.problemKeys, keyed) : []
    // A pack may do nothing but describe problems.
    let isCatalogue = !problems.isEmpty && !keyed.contains(Key(stringValue: "rules"))
    self.init(
      pack: try keyed.decode(String.self, forKey: Key(stringValue: "pack")),
      component: isCatalogue ? .failure : try keyed.decode(Component.self, forKey: Key(stringValue: "component")),
      rules: isCatalogue ? [] : try Self.list("rules", of: "a rule", Self.ruleKeys, keyed), problems: problems)
  }

  /// Reads a list whose elements have ids; what is wrong with one is said with its id or number.
  private static func list<Element: Decodable>(
    _ name: String, of noun: String, _ keys: Set<String>, _ keyed: KeyedDecodingContainer<Key>
  ) throws -> [Element] {
    var elements: [Element] = []
    var list = try keyed.nestedUnkeyedContainer(forKey: Key(stringValue: name))
    while !list.isAtEnd {
      let element = try list.superDecoder()
      let fields = try? element.container(keyedBy: Key.self)
      let id = try? fields?.decode(String.self, forKey: Key(stringValue: "id"))
      do {
        for key in (fields?.allKeys ?? []).map(\.stringValue).sorted() where !keys.contains(key) {
          throw Fault(rule: nil, problem: "\(noun) has no '\(key)'")
        }
        elements.append(try Element(from: element))
      } catch {
        let problem = (error as? Fault)?.problem ?? Self.problem(error)
        throw Fault(rule: id ?? "number \(elements.count + 1)", problem: problem)
      }
    }
    return elements
  }

  /// The decoder's error in words of the pack.
  private static func problem(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    func place(_ context: DecodingError.Context) -> String {
      let names = context.codingPath.map { $0.intValue.map { "\($0 + 1)" } ?? $0.stringValue }
      return names.last { $0.utf8.contains { $0 > 0x39 } } ?? "it"
    }
    switch error {
    case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "'\(place(context))' has a value of the wrong form"
    case .dataCorrupted(let context):
      if context.codingPath.isEmpty {
        return "it is no JSON5: \(context.underlyingError.map { "\($0)" } ?? "syntax error")"
      }
      return switch place(context) {
      case "component": "'component' is none of \(Component.allCases.map(\.rawValue).joined(separator: ", "))"
      default: "'\(place(context))' has a value that is not known"
      }
    @unknown default: return "it cannot be read"
    }
  }
}
