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
      let kubelog = try common.kubelog()
      let table = try kubelog.answer("quorum")
      try show(
        table, common, output.output,
        emptyNote: "no member of a control plane was seen yet: kubeadm init 2>&1 | kubelog ingest")
      if output.output == .table {
        for note in try kubelog.notes(onQuorum: table) { say("note: \(note)") }
      }
    }
  }
}
