import ArgumentParser
import KubelogKit

/// `kubelog quorum`: who had a vote, and how many could be lost.
struct QuorumCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quorum",
    abstract: "List the members of the control plane over time, their majority, and how many more may be lost.",
    discussion: """
      Example:
        kubelog quorum -o json | jq '.[] | select(.state == "lost" or .state == "at-risk")'
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      let (kubelog, query) = (try common.kubelog(), try Answers.query("quorum"))
      var present = ResultTable(columns: [])
      try show(
        common, output.output,
        emptyNote: "no member of a control plane was seen yet: kubeadm init 2>&1 | kubelog ingest"
      ) { columns, row in
        try kubelog.each(query) {
          present.columns = $0
          columns($0)
        } row: {
          if present.number("to", $0) == nil { present.rows.append($0) }
          return row($0)
        }
      }
      if output.output == .table {
        for note in try kubelog.notes(onQuorum: present) { say("note: \(note)") }
      }
    }
  }
}
