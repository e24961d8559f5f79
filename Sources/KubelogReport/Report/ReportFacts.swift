import KubelogQuery

/// What the rows say when they are put together; all sections read it.
struct ReportFacts {
  let sessions: [SessionRow]
  let phases: [String: [PhaseRow]]
  let nodes: [NodeRow]
  let transitions: [TransitionRow]
  let cordons: [CordonRow]
  let quorum: [QuorumRow]
  /// What is to be said about the last rows of ``quorum``, sentences without a big first letter and a full stop.
  let quorumNotes: [String]
  let secrets: [SecretRow]
  let preflight: [PreflightRow]
  let network: [EventRow]
  /// What was done to nodes and to the units on them.
  let happenings: [EventRow]
  let sources: [SourceRow]
  /// Open ones first, then those that are over.
  let problems: [ReportProblem]
  let nextSteps: [ReportProblem]
  /// How many rows stand before those of an answer, of answers of which some do.
  let leftOut: [String: Int]
  let scope: String?
  let now: Int64
  let times: ReportTimes
  /// By its node, which session is the first that names an endpoint.
  private let endpoints: [String: Int]
  /// From the first to the last dated thing; nil where nothing has a time.
  let span: ClosedRange<Int64>?

  init(
    _ answers: [String: ResultTable], _ leftOut: [String: Int], _ problems: [ReportProblem],
    _ nextSteps: [ReportProblem], quorumNotes: [String], scope: String?, now: Int64, zone: LocalZone
  ) {
    func rows<Row>(_ name: String, _ make: (ResultTable, [Value]) -> Row) -> [Row] {
      guard let table = answers[name] else { return [] }
      return table.rows.map { make(table, $0) }
    }
    sessions = rows("sessions", SessionRow.init)
    endpoints = Dictionary(
      sessions.enumerated().compactMap { place, session in
        session.endpoint == nil ? nil : session.node.map { ($0, place) }
      }, uniquingKeysWith: { first, _ in first })
    phases = Dictionary(grouping: rows("phases", PhaseRow.init), by: \.session)
    nodes = rows("nodes", NodeRow.init)
    transitions = rows("node-transitions", TransitionRow.init)
    cordons = rows("cordons", CordonRow.init)
    quorum = rows("quorum", QuorumRow.init)
    self.quorumNotes = quorumNotes
    secrets = rows("secrets", SecretRow.init).filter { !$0.isProxy }
    preflight = rows("preflight-findings", PreflightRow.init)
    network = rows("timeline", EventRow.init)
    happenings = rows(Report.nodeEvents, EventRow.init)
    sources = rows("source-times", SourceRow.init)
    self.problems = problems.filter { $0.state == "open" } + problems.filter { $0.state == "ended" }
    self.nextSteps = nextSteps
    (self.leftOut, self.scope, self.now) = (leftOut, scope, now)
    let moments =
      sessions.flatMap { [$0.started, $0.ended] } + transitions.map(\.time) + nodes.map(\.lastSeen)
      + cordons.flatMap { [$0.from, $0.to] }
    let known = moments.compactMap { $0 }
    span = known.min().flatMap { first in known.max().map { first...$0 } }
    times = ReportTimes(zone: zone, now: now, first: span?.lowerBound)
  }

  /// What is not told, and where it is; nil where all is.
  var absences: String? {
    let names = [
      ("sessions", "sessions"), ("phases", "phases"), ("preflight-findings", "preflight findings"),
      ("node-transitions", "changes of nodes"), ("cordons", "cordons"), ("quorum", "changes of the quorum"),
      ("secrets", "secrets"), ("timeline", "events of the network"), (Report.nodeEvents, "events of nodes"),
      ("source-times", "sources"),
    ]
    let texts = names.compactMap { answer, name in
      leftOut[answer].map { count in
        "\(count) earlier \(name) (kubelog query \(answer == Report.nodeEvents ? "timeline" : answer))"
      }
    }
    return texts.isEmpty ? nil : texts.joined(separator: ", ")
  }

  /// Nodes that were not removed, control plane first, each in the order first seen.
  var presentNodes: [NodeRow] { orderedNodes.filter { $0.removed == nil } }

  /// All nodes: control plane, workers, former ones.
  var orderedNodes: [NodeRow] {
    let rank = { (node: NodeRow) in node.removed != nil ? 2 : node.isControlPlane ? 0 : 1 }
    return nodes.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      if rank(a) != rank(b) { return rank(a) < rank(b) }
      if a.firstSeen != b.firstSeen { return (a.firstSeen ?? .max) < (b.firstSeen ?? .max) }
      return left.offset < right.offset
    }.map(\.element)
  }

  var readyNodes: [NodeRow] { presentNodes.filter { $0.status == "Ready" } }

  var controlPlane: [NodeRow] { presentNodes.filter(\.isControlPlane) }

  /// What was known last of the majority of each control plane that still has members.
  var lastQuorums: [QuorumRow] { quorum.filter { $0.to == nil } }

  /// A control plane as people call it: its cluster's name, else where its members' sessions lead, else its first member.
  func named(_ rows: [QuorumRow]) -> String {
    if let cluster = rows.lazy.compactMap(\.cluster).first { return cluster }
    let places = Set(rows.lazy.flatMap(\.names).compactMap { endpoints[$0] })
    return places.min().flatMap { sessions[$0].endpoint } ?? rows.lazy.flatMap(\.names).first ?? "unnamed"
  }

  /// From when to when the charts of nodes are drawn; nil where no change of a node has a time.
  var nodeAxis: ClosedRange<Int64>? {
    guard let first = transitions.compactMap(\.time).min(), let span else { return nil }
    let last = max(span.upperBound, first + 1_000_000)
    let margin = max(1_000_000, (last - first) / 25)
    // What runs before the nodes are there is the sessions' story, unless it is close by.
    let joined = sessions.compactMap { $0.installs && $0.outcome == "succeeded" ? $0.started : nil }
    return max((joined + [first]).min() ?? first, first - (last - first) / 2) - margin...last + margin
  }

  /// The last `init` that was meant.
  var lastInit: SessionRow? { sessions.last { $0.command == "init" && !$0.isDryRun } }

  /// Sessions that failed for no known problem whose command was not run again on the same node.
  var openFailures: [SessionRow] {
    let explained = Set(problems.compactMap(\.session))
    // By what was run where, the place of the last one that came to an end.
    var last: [[String?]: Int] = [:]
    for (place, session) in sessions.enumerated()
    where ["succeeded", "failed"].contains(session.outcome) && !session.isDryRun {
      last[[session.command, session.node]] = place
    }
    return sessions.enumerated().filter { place, session in
      session.outcome == "failed" && session.installs && !explained.contains(session.id)
        && last[[session.command, session.node]] ?? place <= place
    }.map(\.element)
  }

  /// Each once, in the order first said.
  static func distinct(_ texts: [String?]) -> [String] {
    var known: Set<String> = []
    return texts.compactMap { $0 }.filter { known.insert($0).inserted }
  }

  /// What the report is about: an endpoint where there is one.
  var title: String {
    let endpoints = Self.distinct(sessions.map(\.endpoint))
    if endpoints.count == 1 { return endpoints[0] }
    if let node = lastInit?.node { return node }
    if let scope { return scope }
    if endpoints.count > 1 { return "\(endpoints.count) clusters" }
    let all = presentNodes.count
    return all == 0 ? "Nothing installed yet" : all == 1 ? "A cluster of one node" : "A cluster of \(all) nodes"
  }

  /// The versions of Kubernetes that sessions and nodes named.
  var versions: [String] { Self.distinct(sessions.map(\.version) + nodes.map(\.version)) }

  /// Tokens and keys that may still open something, the soonest to end first.
  var openSecrets: [SecretRow] {
    secrets.filter { $0.kind != "certificate" && $0.isOpen }
  }

  /// When the network of pods came: a moment that a source gives, or bounds, of nodes whose bounds overlap together.
  struct NetworkMoment {
    /// Equal where a source gives the moment.
    var from, to: Int64
    /// Those it is bounded for.
    var nodes: [String] = []
  }

  /// Each time that the network of pods came to some nodes: the one that a source gives, else between when a node's kubelet
  /// missed it last and when the node was Ready first.
  var networkMoments: [NetworkMoment] {
    let said = network.filter { $0.kind == "cni.applied" || $0.kind == "runtime.cni-found" }
    if let time = said.compactMap(\.time).min() { return [NetworkMoment(from: time, to: time)] }
    let misses = Dictionary(grouping: network.filter { $0.kind.hasSuffix("network-not-ready") }, by: \.node)
    let firstReady = firstReady
    let bounded = nodes.compactMap { node -> NetworkMoment? in
      guard let ready = firstReady[node.name],
        let missing = misses[node.name]?.filter({ ($0.time ?? .max) <= ready }).compactMap({
          $0.last.map { min($0, ready) }
        }).max()
      else { return nil }
      return NetworkMoment(from: missing, to: ready, nodes: [node.name])
    }
    return bounded.sorted { $0.to < $1.to }.reduce(into: []) { moments, next in
      guard let last = moments.last, next.from <= last.to else { return moments.append(next) }
      moments[moments.count - 1] = NetworkMoment(
        from: min(last.from, next.from), to: max(last.to, next.to), nodes: last.nodes + next.nodes)
    }
  }

  /// One sentence: the state, then what is open in the order of harm.
  var verdict: String {
    guard !sessions.isEmpty || !nodes.isEmpty else { return "Nothing was read that tells of an installation." }
    var state: String
    switch lastInit?.outcome {
    case "succeeded": state = "The cluster is installed"
    case "failed": state = "The installation failed"
    case "incomplete": state = "The installation had not ended when the input did"
    default:
      state =
        leftOut["sessions"] != nil
        ? "None of the last \(sessions.count) sessions is a kubeadm init"
        : sessions.contains { $0.installs } ? "Joins were read, but no kubeadm init" : "No installation was read"
    }
    let (ready, all) = (readyNodes.count, presentNodes.count)
    let unknown = presentNodes.filter { $0.status == "Unknown" }.count
    if all == 0 || unknown == all {
      state += "; whether nodes are Ready is not known"
    } else if ready == all {
      state += all == 1 ? "; its one node is Ready" : "; all \(all) nodes are Ready"
    } else {
      state += "; \(ready) of \(all) nodes \(ready == 1 ? "is" : "are") Ready"
    }
    let open = steps.compactMap(\.short).prefix(3)
    guard !open.isEmpty else { return state + "." }
    let list = open.count == 1 ? open[0] : open.dropLast().joined(separator: ", ") + " and " + (open.last ?? "")
    return state + ", but " + list + "."
  }
}
