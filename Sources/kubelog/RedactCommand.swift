import ArgumentParser
import KubelogKit

/// `kubelog redact`: a filter that makes logs safe to post.
struct RedactCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "redact",
    abstract: "Print the input with every secret masked, safe to post.",
    discussion: """
      Masks token secrets, certificate keys, private keys, bearer and web tokens, passwords and the data of Secrets;
      token ids and CA hashes stay. The same secret is the same <redacted-…> within one run.

      Examples:
        kubeadm init 2>&1 | kubelog redact
        kubelog redact kubelet.log > post.log
        journalctl -u kubelet | kubelog redact | gzip > post.log.gz
      """)

  @Argument(help: ArgumentHelp("Files to read; - is standard input.", valueName: "file"))
  var files: [String] = []

  @Flag(help: "Also put pseudonyms in the place of addresses and of names of hosts.")
  var hosts = false

  func run() throws {
    try reporting {
      if files.isEmpty || files.contains("-"), Terminal.isInput {
        Terminal.writeError("kubelog: reading from the terminal; end with Ctrl-D\n")
      }
      var redaction = Redaction(hosts: hosts)
      for file in files { redaction.learn(file) }
      var output = OutputBytes()
      var status: Int32 = 0
      for file in files.isEmpty ? ["-"] : files {
        do {
          try redaction.redact(file) { bytes in
            if let bytes { try output.write(bytes) } else { try output.flush() }
          }
        } catch OutputBytes.Failure.closed {
          // A reader that went away (`| head`) has what it wanted.
          throw ExitCode.success
        } catch let failure as OutputBytes.Failure {
          throw failure
        } catch {
          let failure = Failure(error)
          failure.report()
          status = max(status, failure.status)
        }
      }
      if status != 0 { throw ExitCode(status) }
    }
  }
}
