internal import FoundationEssentials

/// A file of rules: what to look for in the lines of one component, and what it means. Data, with its own samples.
struct RulePack: Decodable {
  /// The pack's name, its file's name without ending.
  var pack: String
  /// Which lines its rules are for.
  var component: Component
  var rules: [Rule]

  enum Component: String, Decodable {
    /// Lines with a klog header, from the kubelet or another Kubernetes program.
    case klog
    /// Lines of systemd itself about units.
    case systemd
  }

  /// One thing to recognize.
  struct Rule: Decodable {
    /// Unique over all packs.
    var id: String
    /// The kind of the events it makes.
    var kind: String
    /// Beginnings of the message, at least 8 bytes each; without them ``sources`` decides.
    var messages: [String]?
    /// klog source files whose lines are all looked at.
    var sources: [String]?
    /// PCRE2 over the body; named groups become attributes, `node` and `subject` have a meaning of their own.
    var pattern: String?
    /// The sentence for people, `{group}` for what was found.
    var message: String?
    /// Only for lines that have no klog letter.
    var severity: String?
    /// Whether a condition says it over and over: then the occurrences of one minute are one row.
    var repeats: Bool?
    /// Lines it must match, with all the attributes.
    var hits: [Hit]?
    /// Lines it must not match.
    var misses: [String]?
  }

  /// A line and what must come out of it.
  struct Hit: Decodable {
    var line: String
    var attributes: [String: String]?
  }

  /// The packs that are built in, in the order of their names.
  ///
  /// Throws what the decoder throws: only where a pack in the source tree is wrong.
  static func builtIn() throws -> [RulePack] {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    return try EmbeddedPacks.files.map { try decoder.decode(RulePack.self, from: Data($0.text.utf8)) }
  }
}
