internal import KubelogParse

/// The findings of one problem at one node that stand alike: normal ones, those that are over, those that are not.
struct ProblemGroup {
  /// What findings have in common.
  struct Key: Hashable {
    var problem: String
    var node: String?
    var cluster: String?
    var state: ProblemCase.State
  }

  let problem: Problem
  private(set) var state: ProblemCase.State
  let node: String?
  let cluster: String?
  /// The problem that explains it.
  var cause: Problem?
  /// The first findings and the last: those whose words are told.
  private(set) var asked: [Int64] = []
  private(set) var last: Int64 = 0
  // Of the findings, which may be many, what is told of them.
  private var count = 0
  private var isDated = true
  private var firstSeen: Int64?, lastSeen: Int64?
  private var sources: Set<Int> = []
  private var sessions: Set<String> = []
  private var lastSession: String?
  private var isOnlyWarnings = true
  private var values: [String: String] = [:]
  /// The first of each wording, and the last of all.
  private var evidence: [ProblemCase.Evidence] = []
  private var lastEvidence: ProblemCase.Evidence?
  private var benign: Problem.Benign?
  private var end: Mark?
  private var quietAt: Int64?

  /// How long something is brief: kubeadm gives up after four minutes; microseconds.
  private static let briefTime: Int64 = 180_000_000
  /// How long a log must go on without it.
  private static let quietTime: Int64 = 600_000_000
  /// How far apart cause and symptom may be.
  private static let reachTime: Int64 = 900_000_000

  /// How many findings are asked for what they say.
  private static let mostAsked = 50

  init(_ problem: Problem, _ key: Key) {
    (self.problem, state, node, cluster) = (problem, key.state, key.node, key.cluster)
  }

  /// Adds the place of a finding that is like one that was added, in all but its place and time.
  mutating func addAnother(_ place: FindingPlace) {
    if asked.count < Self.mostAsked { asked.append(place.id) }
    last = place.id
    count += place.count
    guard let span = place.span else {
      isDated = false
      return
    }
    firstSeen = min(firstSeen ?? span.first, span.first)
    lastSeen = max(lastSeen ?? span.last, span.last)
  }

  /// Adds a finding that stands as the others do.
  mutating func add(_ finding: Finding, _ standing: Judge.Standing) {
    addAnother(finding.place)
    sources.insert(finding.moment.source)
    if let session = finding.session {
      sessions.insert(session)
      lastSession = session
    }
    if finding.kind != "kubeadm.preflight.warning" { isOnlyWarnings = false }
    switch standing {
    case .open: break
    case .benign(let when): benign = benign ?? when
    // It is over when the last of it is.
    case .ended(let mark): if end.map({ mark.moment.isAfter($0.moment) }) ?? true { end = mark }
    }
  }

  /// Adds what one of the findings says that are asked.
  mutating func tell(_ finding: Finding) {
    let line = ProblemCase.Evidence(path: finding.path, line: finding.line, text: finding.text)
    if asked.contains(finding.id) {
      values.merge(finding.values) { first, _ in first }
      if evidence.count < ProblemCase.mostEvidence - 1, !evidence.contains(where: { $0.text == line.text }) {
        evidence.append(line)
      }
    }
    if finding.id == last { lastEvidence = line }
  }

  // MARK: What the findings have in common

  /// Whether kubeadm itself told of it: then it is over only when kubeadm comes through.
  var isOfKubeadm: Bool { !sessions.isEmpty }

  /// What kubeadm's checks only warn of is no error here.
  var severity: Severity { isOnlyWarnings ? min(problem.severity, .warning) : problem.severity }

  // MARK: What all of them together tell

  /// It was said for a moment only.
  mutating func settleBrief() {
    guard state == .open, problem.benignWhen.contains(.brief), isDated, !isOfKubeadm, let firstSeen, let lastSeen,
      lastSeen - firstSeen < Self.briefTime
    else { return }
    (state, benign) = (.benign, .brief)
  }

  /// Its log went on without it.
  mutating func settleQuiet(_ judge: Judge) {
    guard state == .open, !problem.isSaidOnce, isDated, !isOfKubeadm, let lastSeen else { return }
    let ends = sources.compactMap { judge.logEnd(source: $0, node: node) }
    guard let logEnd = ends.max(), logEnd - lastSeen >= Self.quietTime else { return }
    (state, quietAt) = (.ended, lastSeen)
  }

  /// Whether it may explain `other`: at the same node, or where it reaches the whole cluster, and about then.
  func reaches(_ other: ProblemGroup) -> Bool {
    guard cluster == nil || other.cluster == nil || cluster == other.cluster else { return false }
    if node == nil || other.node == nil {
      // Of two runs that do not tell their nodes nobody knows that it is the same.
      guard sessions.isEmpty || other.sessions.isEmpty || !sessions.isDisjoint(with: other.sessions) else {
        return false
      }
    } else if node != other.node, problem.reach == .node {
      return false
    }
    guard isDated, other.isDated, let first = firstSeen, let last = lastSeen, let otherFirst = other.firstSeen,
      let otherLast = other.lastSeen
    else { return state != .ended }
    return otherFirst <= last + Self.reachTime && first <= otherLast + Self.reachTime
  }

  // MARK: What is told

  /// The group as it is told; `paths` are those of all sources.
  func told(_ paths: [Int: String]) -> ProblemCase {
    var lines = evidence
    if let lastEvidence, lines.last != lastEvidence { lines.append(lastEvidence) }
    return ProblemCase(
      problem: problem.filled(values), severity: severity, state: cause == nil ? state : .symptom, reason: reason,
      causedBy: cause?.id, node: node, cluster: cluster, session: lastSession, firstSeen: firstSeen,
      lastSeen: lastSeen, endedAt: state == .ended ? endedAt : nil, count: count, evidence: lines,
      paths: Set(sources.compactMap { paths[$0] }))
  }

  private var endedAt: Int64? { quietAt ?? end.flatMap { $0.moment.isDated ? $0.moment.time : nil } }

  private var reason: String {
    if let cause { return "it is a symptom: \(cause.title)" }
    if state == .benign, let benign { return "it is normal \(benign.sentence)" }
    guard state == .ended else { return "nothing that was read ends or explains it" }
    switch end?.mark {
    case "success"?: return "a later run of kubeadm succeeded"
    case "ready"?: return "the node became Ready"
    case let kind?: return "it ended with \(kind)"
    case nil: return "its log went on for ten minutes without it"
    }
  }
}
