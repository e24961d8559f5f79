import ArgumentParser
import KubelogKit

/// `kubelog sessions`: kubeadm runs, oldest first.
struct SessionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sessions", abstract: "List the runs of kubeadm: what, where, when, how they ended.",
    discussion: """
      Below the table stands what sessions were still waiting for when they failed or the input ended.

      Examples:
        kubelog sessions
        kubelog sessions -o json | jq '.[] | select(.outcome == "failed") | {failed_phase, waiting_for, error}'
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      let (kubelog, query) = (try common.kubelog(), try Answers.query("sessions"))
      var (head, notes) = (ResultTable(columns: []), SessionNotes())
      try show(
        common, output.output, emptyNote: "no session of kubeadm was read yet: kubeadm init 2>&1 | kubelog ingest"
      ) { columns, row in
        try kubelog.each(query) {
          head.columns = $0
          columns($0)
        } row: {
          notes.add(head, $0)
          return row($0)
        }
      }
      guard output.output == .table else { return }
      for note in notes.sentences { say("note: \(note)") }
    }
  }
}

/// `kubelog phases`: the steps of sessions and their durations.
struct PhasesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phases", abstract: "List the phases of kubeadm's runs and how long they took.",
    discussion: """
      The slowest of a session is marked where the durations of all of them are known.

      Example:
        kubelog phases --session 3f2a
      """)

  @Option(name: .long, help: ArgumentHelp("Only this session, by the beginning of its id.", valueName: "id"))
  var session: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      let (kubelog, query) = (try common.kubelog(), try Answers.query("phases"))
      let isForPeople = output.output == .table || output.output == .markdown
      var mark = SlowestMark(columns: [])
      try show(
        common, output.output,
        emptyNote: session.map { "no session begins with '\($0)': kubelog sessions lists them" }
          ?? "no phases were read yet"
      ) { columns, row in
        try kubelog.each(query, ["session": session.map { .text($0) } ?? .null]) {
          mark = SlowestMark(columns: $0)
          columns(isForPeople ? mark.columns : $0)
        } row: {
          row(isForPeople ? mark.row($0) : $0)
        }
      }
    }
  }
}

/// `kubelog nodes`: the last known state of each node, its history, or how long it took to become ready.
struct NodesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nodes",
    abstract: "List nodes with their last known state, how it changed, or how long they took to become ready.",
    discussion: """
      Examples:
        kubectl get nodes -w | kubelog ingest
        kubelog nodes --history --node worker-1
        kubelog nodes --summary
      """)

  @Flag(name: .long, help: "The changes of status instead, oldest first.")
  var history = false

  @Flag(name: .long, help: "When each joined, how long until it was ready, how long it was not, why, and restarts.")
  var summary = false

  @Option(name: .long, help: ArgumentHelp("Only this node.", valueName: "name"))
  var node: String?

  @OptionGroup var output: OutputOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if history, summary { throw ValidationError("--history and --summary exclude each other: give one of them") }
  }

  func run() throws {
    try reporting {
      let query = history ? "node-transitions" : summary ? "time-to-ready" : "nodes"
      let (kubelog, values) = (try common.kubelog(), ["node": node.map { Value.text($0) } ?? .null])
      let definition = try Answers.query(query)
      try show(
        common, output.output,
        emptyNote: node.map { "no node '\($0)' was seen" } ?? "no node was seen yet: kubectl get nodes | kubelog ingest"
      ) {
        try kubelog.each(definition, values, columns: $0, row: $1)
      }
    }
  }
}

/// `kubelog timeline`: what happened, in order.
struct TimelineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "timeline", abstract: "List every event in order across all sources.",
    discussion: """
      Examples:
        kubelog timeline --since 2026-11-23T14:00:00Z --severity warning
        kubelog timeline --node cp1 --kind kubelet.node --fold none -o ndjson
      """)

  @Option(name: .long, help: ArgumentHelp("Not before this time (RFC 3339).", valueName: "time"))
  var since: String?

  @Option(name: .long, help: ArgumentHelp("Before this time.", valueName: "time"))
  var until: String?

  @Option(name: .long, help: ArgumentHelp("Only these nodes (again for more).", valueName: "name"))
  var node: [String] = []

  @Option(name: .long, help: ArgumentHelp("Only these sessions, by the beginning of their ids.", valueName: "id"))
  var session: [String] = []

  @Option(name: .long, help: ArgumentHelp("Only these kinds; kubelet means all kubelet.*", valueName: "kind"))
  var kind: [String] = []

  @Option(name: .long, help: "This bad or worse: info, warning or error.")
  var severity: Severity?

  @Option(name: .long, help: "What is said again: repeats for one row with a count, none for a row each.")
  var fold = Fold.repeats

  /// What becomes one row.
  enum Fold: String, ExpressibleByArgument, CaseIterable { case repeats, none }

  @OptionGroup var output: OutputOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      let value = { (time: Int64?) -> Value in time.map { .integer($0) } ?? .null }
      let list = { (texts: [String]) -> Value in texts.isEmpty ? .null : .text(jsonText(texts)) }
      let values = [
        "since": value(try moment(since, flag: "--since")), "until": value(try moment(until, flag: "--until")),
        "nodes": list(node),
        "sessions": list(session), "kinds": list(kind), "severity": severity.map { .text($0.name) } ?? .null,
        "fold": .text(fold.rawValue),
      ]
      let (kubelog, query) = (try common.kubelog(), try Answers.query("timeline"))
      try show(common, output.output, emptyNote: "no events") {
        try kubelog.each(query, values, columns: $0, row: $1)
      }
    }
  }
}
