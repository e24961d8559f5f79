/// A known failure: what it is, why it happens and what to do about it.
///
/// Rules say which lines show it; what is said here decides what a finding of it means beside others. All of it is data of
/// the packs, so that a pack of one's own can add to it.
public struct Problem: Sendable, Equatable {
  /// Unique over all packs, words of a-z and 0-9 with `-` between.
  public var id: String
  /// What it is, in a few words; `{name}` for an attribute of the line that shows it, here and in cause and remedy.
  public var title: String
  /// Why it happens.
  public var cause: String
  /// Commands and steps, the most useful first.
  public var remedy: [String]
  /// Where it is written about: a page or an issue.
  public var reference: String
  /// How bad it is. What kubeadm's checks only warn of is never worse than a warning.
  public var severity: Severity
  /// Problems that are nothing but symptoms where this one is found, and through them theirs.
  public var outranks: [String]
  /// When it is normal, and so no problem.
  public var benignWhen: [Benign]
  /// What ends it: `ready` for a node that becomes Ready, or kinds of events. Besides, a later run of kubeadm on the node that
  /// succeeds ends every problem, and a log that goes on without it.
  public var endedBy: [String]
  /// Whether other nodes than the one that shows it suffer from it.
  public var reach: Reach
  /// Whether it is said once and lasts, instead of being said again as long as it lasts.
  public var isSaidOnce: Bool
  /// Whether it is only told where nothing else says why: every other problem outranks it.
  public var isLastResort: Bool
  /// Whether it is no failure but what is left to do, found by looking at everything that was read, not by a rule.
  public var isNextStep: Bool

  /// The attribute of an event that names the problem it shows.
  static let attribute = "problem"

  /// When something that looks like a failure is normal.
  public enum Benign: String, Decodable, Sendable, CaseIterable {
    /// While an init, a join or an upgrade of the node runs that succeeds, and for five minutes after it.
    case boot
    /// Between an install that succeeded and the network that it needs.
    case beforeCNI = "before-cni"
    /// Before kubeadm was first run on the host.
    case beforeInit = "before-init"
    /// Before all nodes of the control plane have joined.
    case beforeJoins = "before-joins"
    /// As long as it is said for less than three minutes.
    case brief

    /// When that is, in words.
    public var sentence: String {
      switch self {
      case .boot: "while the node is installed, and until five minutes after"
      case .beforeCNI: "before a pod network is installed"
      case .beforeInit: "before kubeadm is first run"
      case .beforeJoins: "before all control planes have joined"
      case .brief: "for less than three minutes"
      }
    }
  }

  /// Who suffers from it.
  public enum Reach: String, Decodable, Sendable, CaseIterable { case node, cluster }

  /// A problem of its parts.
  public init(
    id: String, title: String, cause: String, remedy: [String], reference: String, severity: Severity,
    outranks: [String] = [], benignWhen: [Benign] = [], endedBy: [String] = [], reach: Reach = .node,
    isSaidOnce: Bool = false, isLastResort: Bool = false, isNextStep: Bool = false
  ) {
    (self.id, self.title, self.cause, self.remedy, self.reference) = (id, title, cause, remedy, reference)
    (self.severity, self.outranks, self.benignWhen, self.endedBy) = (severity, outranks, benignWhen, endedBy)
    (self.reach, self.isSaidOnce, self.isLastResort, self.isNextStep) = (reach, isSaidOnce, isLastResort, isNextStep)
  }

  /// The problems that are symptoms of `id`, directly and through others.
  public static func outranked(by id: String, _ problems: [Problem]) -> Set<String> {
    var (found, open): (Set<String>, [String]) = ([], [id])
    while let next = open.popLast() {
      for symptom in problems.first(where: { $0.id == next })?.outranks ?? [] where found.insert(symptom).inserted {
        open.append(symptom)
      }
    }
    return found
  }

  /// It with `values` for the `{name}`s in its texts. A name without value takes the blank before it along; of the remedy
  /// steps whose names all have values are kept, if there are any.
  public func filled(_ values: [String: String]) -> Problem {
    let attributes = values.map { Attribute($0.key, .text($0.value)) }
    let fill = { (text: String) in Template(text).fill(attributes) }
    let whole = remedy.filter { step in Template(step).groups.allSatisfy { values[$0] != nil } }
    var filled = self
    (filled.title, filled.cause) = (fill(title), fill(cause))
    filled.remedy = (whole.isEmpty ? remedy : whole).map(fill)
    return filled
  }
}

extension Problem: Decodable {
  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, title, cause, remedy, reference, severity, outranks, reach
    case benignWhen = "benign_when"
    case endedBy = "ended_by"
    case isSaidOnce = "said_once"
    case isLastResort = "last_resort"
    case isNextStep = "next_step"
  }

  /// Reads it as a pack holds it; what may be left out has a default.
  public init(from decoder: any Decoder) throws {
    let keyed = try decoder.container(keyedBy: CodingKeys.self)
    id = try keyed.decode(String.self, forKey: .id)
    title = try keyed.decode(String.self, forKey: .title)
    cause = try keyed.decode(String.self, forKey: .cause)
    remedy = try keyed.decode([String].self, forKey: .remedy)
    reference = try keyed.decode(String.self, forKey: .reference)
    let name = try keyed.decode(String.self, forKey: .severity)
    guard let severity = Severity.allCases.first(where: { $0.name == name }) else {
      throw DecodingError.dataCorruptedError(forKey: .severity, in: keyed, debugDescription: name)
    }
    self.severity = severity
    outranks = try keyed.decodeIfPresent([String].self, forKey: .outranks) ?? []
    benignWhen = try keyed.decodeIfPresent([Benign].self, forKey: .benignWhen) ?? []
    endedBy = try keyed.decodeIfPresent([String].self, forKey: .endedBy) ?? []
    reach = try keyed.decodeIfPresent(Reach.self, forKey: .reach) ?? .node
    isSaidOnce = try keyed.decodeIfPresent(Bool.self, forKey: .isSaidOnce) ?? false
    isLastResort = try keyed.decodeIfPresent(Bool.self, forKey: .isLastResort) ?? false
    isNextStep = try keyed.decodeIfPresent(Bool.self, forKey: .isNextStep) ?? false
  }
}
