import ArgumentParser
import KubelogKit

/// `kubelog run`: run a command and record what it prints.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract:
      "Run a command, pass its output on unchanged, and record it with its arguments, exit status and duration.",
    discussion: """
      Ends with the command's own exit status, 128 and the signal where one ended it, 126 or 127 where it could not be
      started. Whatever keeps kubelog from recording is said at the end and changes neither the command nor its output.

      On a terminal the command has a terminal of its own; what is redirected stays apart, input as it is. Below output
      that rests, a line shows kubeadm's phase in progress, unless the command moves the cursor itself or TERM is dumb.

      Examples:
        kubelog run -- kubeadm init --upload-certs --control-plane-endpoint lb:6443
        kubelog run --node worker-1 -- ssh root@worker-1 kubeadm join lb:6443 --token … --discovery-token-ca-cert-hash …
        kubelog run -- kubeadm reset -f 2>errors.log | tee reset.log
        kubelog run -- kubectl get nodes -w
      """)

  @OptionGroup var names: NameFlags

  @OptionGroup var values: ValueFlags

  @OptionGroup var common: CommonOptions

  @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("The command and its arguments.", valueName: "command"))
  var words: [String] = []

  func run() throws {
    var command = words[...]
    if command.first == "--" { command.removeFirst() }
    guard !command.isEmpty else {
      throw ValidationError("there is no command to run: kubelog run -- kubeadm init")
    }
    var options = IngestOptions()
    (options.node, options.cluster) = (names.node, names.cluster)
    options.keepsValues = !values.areLeftOut
    let kubelog = try common.kubelog()
    let outcome: PassThrough.Outcome
    do {
      outcome = try kubelog.run(Array(command), options, line: liveLine) { Failure($0).parts }
    } catch {
      say("kubelog: \(error.sentence)")
      throw ExitCode(error.exitStatus)
    }
    // Only for a person: what a program reads is the command's.
    if Terminal.hasError { for sentence in outcome.summary { say("kubelog: \(sentence)") } }
    outcome.tell()
    throw ExitCode(outcome.status ?? 70)
  }
}

extension ParsableCommand {
  /// The live line where there is a terminal for it.
  var liveLine: LiveLine? {
    guard Terminal.isError else { return nil }
    return LiveLine(columns: { Terminal.columns(ofError: true) ?? 80 }, write: { Terminal.writeError($0) })
  }
}

extension PassThrough.Outcome {
  /// Says what is to be said in any case.
  func tell() {
    for note in notes { say("kubelog: \(note)") }
    if let failure { say("kubelog: \(failure.sentence)") }
  }
}
