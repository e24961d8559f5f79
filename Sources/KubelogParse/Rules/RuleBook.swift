internal import KubelogScan

/// The rules that a reader goes by: the built-in packs, and a user's own behind them.
///
/// A user's rule with the id of a built-in one takes its place; all others are asked after the built-in rules, so that a
/// pack of one's own adds to what is known and never changes it by accident.
public struct RuleBook: Sendable {
  /// The packs as they are used.
  let packs: [RulePack]
  /// The known failures, those of a user's packs behind the built-in ones.
  public let problems: [Problem]
  /// Ids that stand twice in a user's packs.
  private let duplicates: [Finding]

  /// A user's pack: its path, for errors, and its text.
  public typealias Source = (path: String, text: String)

  /// The built-in packs and `sources`. Throws ``RuleError`` where one cannot be read, or holds a rule that can never work.
  public init(_ sources: [Source] = []) throws(RuleError) {
    self = try RuleBook(sources, withSamples: false)
    if let twice = duplicates.first { throw RuleError(path: twice.pack, rule: twice.rule, problem: twice.problem) }
    for pack in packs where pack.path != nil {
      for rule in pack.rules {
        if let fault = (RuleCheck.faults(rule, pack.component) + problemFaults(rule)).first {
          throw RuleError(path: pack.path ?? pack.pack, rule: rule.id, problem: fault)
        }
      }
    }
    for source in sources {
      for problem in try RulePack.read(source.text, path: source.path).problems {
        if let fault = RuleCheck.faults(problem).first {
          throw RuleError(path: source.path, rule: problem.id, problem: fault)
        }
      }
    }
  }

  /// As ``init(_:)``, but only the form of the packs must be right: for who looks for faults.
  public init(unchecked sources: [Source]) throws(RuleError) { try self.init(sources, withSamples: true) }

  private init(_ sources: [Source], withSamples: Bool) throws(RuleError) {
    var users: [RulePack] = []
    for source in sources { users.append(try RulePack.read(source.text, path: source.path)) }
    var own: [String: String] = [:]
    var duplicates: [Finding] = []
    for pack in users {
      for rule in pack.rules {
        if let other = own.updateValue(pack.path ?? "", forKey: rule.id) {
          duplicates.append(
            Finding(rule: rule.id, pack: pack.path ?? "", problem: "the same id stands in '\(other)'", line: nil))
        }
      }
    }
    let replaced = Dictionary(
      users.flatMap { pack in pack.rules.map { ($0.id, (pack: pack, rule: $0)) } },
      uniquingKeysWith: { first, _ in first })
    var packs: [RulePack] = []
    var placed: Set<String> = []
    let builtIn = try RulePack.builtIn(withSamples: withSamples)
    for pack in builtIn {
      // Rules in the places of built-in ones keep their order, in pieces of packs where the origin changes.
      for rule in pack.rules {
        let user = replaced[rule.id].flatMap { $0.pack.component == pack.component ? $0 : nil }
        if replaced[rule.id] != nil, user == nil { continue }
        if user != nil { placed.insert(rule.id) }
        let origin = user?.pack ?? pack
        if packs.last?.path != origin.path || packs.last?.pack != origin.pack || packs.last?.component != pack.component
        {
          packs.append(RulePack(pack: origin.pack, component: pack.component, rules: [], path: origin.path))
        }
        packs[packs.count - 1].rules.append(user?.rule ?? rule)
      }
    }
    for var pack in users {
      pack.rules.removeAll { placed.contains($0.id) }
      if !pack.rules.isEmpty { packs.append(pack) }
    }
    var problems: [Problem] = []
    for problem in builtIn.flatMap(\.problems) + users.flatMap(\.problems) {
      if let place = problems.firstIndex(where: { $0.id == problem.id }) {
        problems[place] = problem
      } else {
        problems.append(problem)
      }
    }
    self.problems = problems
    self.packs = packs
    self.duplicates = duplicates
  }

  /// What is wrong with the problem that a rule names.
  private func problemFaults(_ rule: RulePack.Rule) -> [String] {
    guard let id = rule.problem, !problems.contains(where: { $0.id == id }) else { return [] }
    return ["there is no problem '\(id)'"]
  }

  /// What is known of a rule, for people.
  public struct Entry: Sendable {
    /// Unique over all packs.
    public var id: String
    /// The kind of the events it makes.
    public var kind: String
    /// Which lines it is for.
    public var component: String
    /// The pack it stands in.
    public var pack: String
    /// The pack's file; nil for a pack that is built in.
    public var path: String?
    /// What leads to it: beginnings of messages, source files, texts anywhere.
    public var literals: [String]
    /// Its pattern.
    public var pattern: String?
    /// Its sentence.
    public var message: String?
    /// The severity for lines that have none of their own.
    public var severity: String?
    /// Whether the occurrences of a minute are one row.
    public var repeats: Bool
    /// The problem that its lines show.
    public var problem: String?
    /// Lines it matches.
    public var hits: [String]
    /// Lines it leaves alone.
    public var misses: [String]
  }

  /// All rules in the order they are asked.
  public var entries: [Entry] {
    packs.flatMap { pack in
      pack.rules.map { rule in
        Entry(
          id: rule.id, kind: rule.kind, component: pack.component.rawValue, pack: pack.pack, path: pack.path,
          literals: (rule.messages ?? []) + (rule.sources ?? []) + (rule.contains ?? []), pattern: rule.pattern,
          message: rule.message, severity: rule.severity, repeats: rule.repeats ?? false,
          problem: rule.problem, hits: (rule.hits ?? []).map(\.line), misses: rule.misses ?? [])
      }
    }
  }

  /// What a check of the rules found.
  public struct Finding: Sendable, Equatable {
    /// The rule's id.
    public var rule: String
    /// Its pack's file, or the name of a built-in pack.
    public var pack: String
    /// What is wrong.
    public var problem: String
    /// The line that shows it, if a line does.
    public var line: String?
  }

  /// How many lines of samples the rules have.
  public var samples: Int {
    packs.reduce(0) { $0 + $1.rules.reduce(0) { $0 + ($1.hits ?? []).count + ($1.misses ?? []).count } }
  }

  /// Every sample of every rule that does not come out as the rule says.
  public func test() -> [Finding] {
    RuleCheck(packs).test()
      + packs.flatMap { pack in
        pack.rules.flatMap { rule in
          problemFaults(rule).map { Finding(rule: rule.id, pack: pack.path ?? pack.pack, problem: $0, line: nil) }
        }
      }
  }

  /// What is doubtful about the rules: see `kubelog rules lint --help`.
  public func lint() -> [Finding] { duplicates + RuleCheck(packs).lint() + lintProblems() }

  /// What is doubtful about the problems.
  private func lintProblems() -> [Finding] {
    let named = Set(packs.flatMap { $0.rules.compactMap(\.problem) })
    var findings: [Finding] = []
    for problem in problems {
      var faults = RuleCheck.faults(problem)
      for id in problem.outranks where !problems.contains(where: { $0.id == id }) {
        faults.append("it outranks '\(id)', which is no problem")
      }
      if !problem.isNextStep, !named.contains(problem.id) { faults.append("no rule names it") }
      if Problem.outranked(by: problem.id, problems).contains(problem.id) { faults.append("it outranks itself") }
      findings += faults.map { Finding(rule: problem.id, pack: "problems", problem: $0, line: nil) }
    }
    return findings
  }
}
