import ArgumentParser
import KubelogKit

/// `kubelog diff`: two runs of kubeadm side by side.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Set two runs of kubeadm side by side, phase by phase.",
    discussion: """
      What each was, how long each phase took in both, and what differs: versions, flags, findings of the checks. A
      phase is missing where a run has none of that name; a duration that is not known is not computed.

      Examples:
        kubelog diff 3f2a 91c0
        kubelog diff 3f2a 91c0 -o json | jq '.phases[] | select(.difference_s > 10)'
      """)

  @Argument(
    help: ArgumentHelp("One session, by the beginning of its id.", valueName: "A"), completion: .custom(Self.sessions))
  var a: String

  @Argument(
    help: ArgumentHelp("The other session, by the beginning of its id.", valueName: "B"),
    completion: .custom(Self.sessions))
  var b: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    try reporting {
      let kubelog = try common.kubelog()
      let diff = try kubelog.diff(a, b)
      let presentation = try common.presentation(output.output)
      Terminal.writeOutput(output.output == .json ? diff.json : diff.text(presentation))
      guard output.output == .table else { return }
      for note in diff.notes { say("note: \(note)") }
    }
  }

  private static func sessions(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
    (try? Kubelog(storePath: Kubelog.defaultStorePath).sessionIDs()) ?? []
  }
}
