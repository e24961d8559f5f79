import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct WrappedCommandTests {
  private static let whole =
    "kubeadm join k8s-api.lab.local:6443 --token \(Sample.token) --discovery-token-ca-cert-hash \(Sample.hash) "
    + "--control-plane --certificate-key \(Sample.key)"

  /// Whatever the terminal's width, the command is the same; a blank at the margin is lost by copying.
  @Test(arguments: 42...160)
  func everyWidth(_ width: Int) throws {
    var lines: [String] = []
    var rest = Self.whole[...]
    while !rest.isEmpty {
      lines.append(String(rest.prefix(width)))
      rest = rest.dropFirst(width)
    }
    let parsed = try parse(lines.joined(separator: "\n") + "\n\n")
    let secrets = parsed.events("kubeadm.join-command").flatMap(\.secrets)
    #expect(secrets.map(\.value) == [Sample.token, Sample.key])
    #expect(secrets.first?.endpoint == "k8s-api.lab.local:6443")
    #expect(secrets.first?.caHashes == [Sample.hash])
  }

  @Test(
    arguments: [
      "\\\n\t--discovery-token-ca-cert-hash", "\\\n    --discovery-token-ca-cert-hash",
      "\n\t--discovery-token-ca-cert-hash", "\\  \n--discovery-token-ca-cert-hash",
      "\\\\\\n\\t--discovery-token-ca-cert-hash",
      "\\ --discovery-token-ca-cert-hash", "\\\n\t--discovery-token-ca-cert-hash \\\n",
    ])
  func waysToGoOn(_ joint: String) throws {
    let parsed = try parse("kubeadm join a:1 --token \(Sample.token) \(joint) \(Sample.hash)\n")
    #expect(parsed.secrets.map(\.value) == [Sample.token])
    #expect(parsed.secrets.first?.caHashes == [Sample.hash])
  }

  @Test(
    arguments: [
      ("kubeadm join a:1 --token m4449q.4sf", "wioowappz2qreX"), ("kubeadm join a:1 --token m4449q.4sf", "hello"),
      ("kubeadm join a:1 --token \(Sample.token)", "abc"), ("kubeadm join a:1 --certificate-key abc", "def ghi"),
      ("kubeadm join a:1 --tok", "yo \(Sample.token)"), ("kubeadm init", "[init] Using Kubernetes version: v1.22.4"),
      ("kubeadm join 10.0.0.1", "root@cp1:~#"),
    ])
  func whatDoesNotFitIsNotGlued(text: String, next: String) {
    #expect(WrappedCommand.joined(text, next) == nil)
  }

  @Test func severalInOneLineOfJSON() throws {
    let parsed = try parse(
      "\"msg\": \"kubeadm join a:1 --token \(Sample.token) --discovery-token-ca-cert-hash \(Sample.hash)\\n\\nkubeadm join "
        + "b:1 --token abcdef.0123456789abcdef --control-plane --certificate-key \(Sample.key)\"}\n")
    #expect(parsed.secrets.map(\.value) == [Sample.token, "abcdef.0123456789abcdef", Sample.key])
    #expect(parsed.events("kubeadm.join-command").map { $0.attribute("endpoint") } == ["a:1", "b:1"])
    #expect(parsed.secrets.first?.caHashes == [Sample.hash])
  }

  @Test(
    arguments: [
      "Run 'kubeadm join <ip>:<port> --token <token>' on each node", "see kubeadm join --help",
      "the command kubeadm join 10.0.0.1 needs a --token", "kubeadm join [api-server-endpoint] [flags]",
    ])
  func proseIsNoJoinCommand(_ text: String) throws {
    #expect(try parse(text + "\n").events.isEmpty)
  }

  @Test func keyBrokenByTheTerminal() throws {
    let parsed = try parse(
      """
      [upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
      [upload-certs] Using certificate key:

      \(Sample.key.prefix(60))
      \(Sample.key.suffix(4))
      """)
    #expect(parsed.secrets == [SecretSighting(kind: .certificateKey, value: Sample.key, role: .uploaded)])
  }

  @Test(arguments: ["    host: \(Sample.key)", "m1 | \(Sample.key.uppercased())"])
  func keyBehindAPrefix(_ line: String) throws {
    let parsed = try parse("[upload-certs] Using certificate key:\n\(line)\n")
    #expect(parsed.secrets.map(\.value) == [Sample.key])
  }

  @Test func halfAKeyIsNone() throws {
    let parsed = try parse(
      "[upload-certs] Using certificate key:\n\(Sample.key.prefix(60))\n[bootstrap-token] Using token: \(Sample.token)\n"
    )
    #expect(parsed.secrets.map(\.kind) == [.bootstrapToken])
    #expect(parsed.events("kubeadm.certs.uploaded").count == 1)
  }
}
