public import KubelogParse
internal import KubelogStore

/// Judges what rules found: which problems are causes, which symptoms, which are over, and what was normal.
///
/// One problem at one node is one case. It is told when nothing speaks against it, asked in this order:
///
/// 1. It was normal where it was seen: the catalogue says when (``Problem/Benign``).
/// 2. It is over: a later run of kubeadm on the node succeeded, it became Ready, an event came that ends it, or its log went
///    on for ten minutes without it.
/// 3. Another case at the same node and time explains it: the catalogue's `outranks`, and nothing else, says which.
public struct Diagnosis: Sendable {
  /// All cases: those to be told first, the worst and earliest of them first.
  public let cases: [ProblemCase]

  /// What is to be told.
  public var open: [ProblemCase] { cases.filter { $0.state == .open } }

  /// The diagnosis of everything in a store, by a catalogue. Throws ``QueryError``.
  public init(_ answers: borrowing Answers, _ catalogue: [Problem]) throws(QueryError) {
    var round = Round(Judge(try Self.marks(answers, catalogue)), catalogue)
    var places = PlaceReader(try Answers.query("finding-places").columns)
    // Of those in runs, which are few, more is asked, many at a time. All are added in the order of input: what follows waits.
    var waiting: [(place: FindingPlace, names: Names, isOfRun: Bool)] = []
    func settle() throws(QueryError) {
      let ofRuns = try Self.runFindings(waiting.filter(\.isOfRun).map(\.place.id), answers)
      for (place, names, isOfRun) in waiting {
        if !isOfRun {
          round.add(place, names) { places.finding(place, names) }
        } else if let finding = ofRuns[place.id] {
          round.add(finding)
        }
      }
      waiting.removeAll(keepingCapacity: true)
    }
    try answers.each("finding-places") { row throws(QueryError) in
      let (place, names, isOfRun) = places.place(row)
      if waiting.isEmpty, !isOfRun { return round.add(place, names) { places.finding(place, names) } }
      waiting.append((place, names, isOfRun))
      if waiting.count == Self.mostWaiting { try settle() }
    }
    try settle()
    let words = FindingReader(try Answers.query("findings").columns)
    let asked: [String: Value] = ["ids": .text("[\(round.asked.map { "\($0)" }.joined(separator: ","))]")]
    for row in round.asked.isEmpty ? [] : try answers.answer("findings", asked).rows { round.tell(words.finding(row)) }
    let sources = try answers.answer("source-paths")
    let paths = Dictionary(
      sources.rows.compactMap { row in
        sources.integer("source", row).flatMap { id in sources.text("path", row).map { (Int(id), $0) } }
      }, uniquingKeysWith: { first, _ in first })
    self.init(round, paths)
  }

  private static let mostWaiting = 512

  /// As many as there are nodes, or more: the rows are not kept beside them.
  private static func marks(_ answers: borrowing Answers, _ catalogue: [Problem]) throws(QueryError) -> [Mark] {
    let kinds = Set(catalogue.flatMap(\.endedBy)).sorted()
    var (marks, head) = ([Mark](), ResultTable(columns: []))
    let values: [String: Value] = ["kinds": .text(jsonText(kinds))]
    try answers.each(try Answers.query("problem-marks"), values, columns: { head.columns = $0 }) { row in
      if let mark = Mark(head, row) { marks.append(mark) }
      return true
    }
    return marks
  }

  /// Findings in runs by their numbers in the store.
  private static func runFindings(_ ids: [Int64], _ answers: borrowing Answers) throws(QueryError) -> [Int64: Finding] {
    guard !ids.isEmpty else { return [:] }
    let table = try answers.answer("findings", ["ids": .text("[\(ids.map { "\($0)" }.joined(separator: ","))]")])
    let reader = FindingReader(table.columns)
    return Dictionary(
      table.rows.map { reader.finding($0) }.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The diagnosis of findings by marks.
  init(_ findings: [Finding], _ marks: [Mark], _ catalogue: [Problem]) {
    var round = Round(Judge(marks), catalogue)
    let numbered = findings.enumerated().map { index, finding in
      var finding = finding
      finding.id = Int64(index)
      return finding
    }
    var texts = Words()
    for finding in numbered {
      if finding.session == nil, finding.kind.isEmpty {
        round.add(finding.place, Names(finding, &texts)) { finding }
      } else {
        round.add(finding)
      }
    }
    for finding in numbered { round.tell(finding) }
    self.init(round, Dictionary(findings.map { ($0.moment.source, $0.path) }, uniquingKeysWith: { first, _ in first }))
  }

  /// Findings as they come, put into groups.
  private struct Round {
    let judge: Judge
    let catalogue: [Problem]
    private let known: [String: Problem]
    private(set) var groups: [ProblemGroup] = []
    private var places: [ProblemGroup.Key: Int] = [:]
    private var placesOfFindings: [Int64: Int] = [:]
    /// What was found out last about findings that are alike in all that decides, each at a place that their names give.
    private var verdicts = [Verdict?](repeating: nil, count: Self.mostVerdicts)
    private static let mostVerdicts = 512

    private struct Verdict {
      var names: Names
      var source: Int
      var interval: Judge.Interval
      /// The place of the group.
      var group: Int
    }

    init(_ judge: Judge, _ catalogue: [Problem]) {
      (self.judge, self.catalogue) = (judge, catalogue)
      known = Dictionary(catalogue.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Adds the finding at `place`, a line of a log. What comes next is mostly like what came before, and then it is not
    /// asked for.
    mutating func add(_ place: FindingPlace, _ names: Names, _ finding: () -> Finding) {
      let slot = (names.problem &* 31 ^ names.node &* 7 ^ names.cluster) & (Self.mostVerdicts - 1)
      if let known = verdicts[slot], known.names == names, known.source == place.moment.source,
        let span = place.span, known.interval.holds(span.first, span.last)
      {
        return groups[known.group].addAnother(place)
      }
      let finding = finding()
      guard let group = add(finding), let interval = judge.interval(of: finding) else { return }
      verdicts[slot] = Verdict(names: names, source: place.moment.source, interval: interval, group: group)
    }

    /// Adds a finding, and gives the place of its group; nil where the catalogue does not know its problem.
    @discardableResult
    mutating func add(_ finding: Finding) -> Int? {
      guard let (standing, group) = verdict(finding) else { return nil }
      groups[group].add(finding, standing)
      return group
    }

    /// How a finding stands and the place of its group; nil for what an earlier catalogue named and this one does not know.
    private mutating func verdict(_ finding: Finding) -> (standing: Judge.Standing, place: Int)? {
      guard let problem = known[finding.problem] else { return nil }
      let standing = judge.standing(of: finding, problem)
      let state: ProblemCase.State =
        switch standing {
        case .open: .open
        case .benign: .benign
        case .ended: .ended
        }
      let key = ProblemGroup.Key(problem: problem.id, node: finding.node, cluster: finding.cluster, state: state)
      let place = places[key] ?? groups.count
      if place == groups.count {
        groups.append(ProblemGroup(problem, key))
        places[key] = place
      }
      return (standing, place)
    }

    /// The findings that are to be told.
    var asked: [Int64] { groups.flatMap { $0.asked + [$0.last] } }

    /// Adds what a finding says, where that is asked.
    mutating func tell(_ finding: Finding) {
      if placesOfFindings.isEmpty {
        for (place, group) in groups.enumerated() {
          for id in group.asked + [group.last] { placesOfFindings[id] = place }
        }
      }
      if let place = placesOfFindings[finding.id] { groups[place].tell(finding) }
    }
  }

  private init(_ round: Round, _ paths: [Int: String]) {
    var groups = round.groups
    let (judge, catalogue) = (round.judge, round.catalogue)
    for index in groups.indices { groups[index].settleBrief() }
    Self.explain(&groups, catalogue)
    // What explains a run that failed is over only when kubeadm comes through.
    let needed = Set(groups.filter(\.isOfKubeadm).compactMap(\.cause?.id))
    for index in groups.indices where !needed.contains(groups[index].problem.id) { groups[index].settleQuiet(judge) }
    Self.explain(&groups, catalogue)
    cases = groups.map { $0.told(paths) }.sorted(by: Self.comesFirst)
  }

  /// Finds for each group that is not over the one that explains it.
  private static func explain(_ groups: inout [ProblemGroup], _ catalogue: [Problem]) {
    let causes = Causes(groups, catalogue)
    for place in groups.indices {
      groups[place].cause = groups[place].state == .open ? causes.cause(of: place, groups) : nil
    }
  }

  private static func comesFirst(_ left: ProblemCase, _ right: ProblemCase) -> Bool {
    func rank(_ told: ProblemCase) -> (Int, Int, Int, Int64) {
      let state = ProblemCase.State.allCases.firstIndex(of: told.state) ?? 0
      return (state, -told.severity.rawValue, told.problem.isLastResort ? 1 : 0, told.firstSeen ?? .max)
    }
    if rank(left) != rank(right) { return rank(left) < rank(right) }
    return (left.problem.id, left.node ?? "") < (right.problem.id, right.node ?? "")
  }
}
