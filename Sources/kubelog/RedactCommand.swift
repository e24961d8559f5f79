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

      --hosts also masks addresses, by their shape, and names of hosts. An address becomes one of 240.0.0.0/4 (240: it
      was in 10/8, 241: 172.16/12, 242: 192.168/16, 243: 100.64/10, else another) or of 2001:db8::/32, a MAC f2:00:…,
      a name host-x….domain-x…; the same one the same in all files of a run, networks together. Ports, prefix lengths,
      127.0.0.1, 0.0.0.0, ::1, 169.254/16, kubeadm's 10.96.0.1 and 10.96.0.10, addresses for documentation, versions,
      Kubernetes' own names and public sites stay.
      A name is known from where nothing else can stand: a journal's prefix, a prompt, tables and certificates' names,
      node="cp1", kubeadm join, URLs with a port. Files are read twice, so that it is masked wherever it stands as a
      word. A stream cannot be: there a name is masked from the line on that first has it in such a place, and lines
      come whole. A name that no such place has (`kubectl get nodes -o jsonpath=…`) stays: look before you post.

      Examples:
        kubeadm init 2>&1 | kubelog redact
        kubelog redact kubelet.log > post.log
        kubelog redact --hosts init.txt kubelet.log > post.log
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
