import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct CommandLineTests {
  @Test(
    arguments: [
      ("kubeadm init --upload-certs", .`init`), ("kubeadm init", .`init`), ("kubeadm join 10.0.0.1:6443", .join),
      ("kubeadm init phase upload-certs --upload-certs", .uploadCerts), ("kubeadm init phase certs all", .phase),
      ("kubeadm join phase kubelet-start", .phase), ("kubeadm reset -f", .reset),
      ("kubeadm upgrade plan", .upgradePlan), ("kubeadm upgrade apply v1.22.5", .upgradeApply),
      ("kubeadm upgrade node", .upgradeNode), ("kubeadm token create --ttl 2h", .tokenCreate),
      ("kubeadm token list", .tokenList), ("kubeadm token delete abcdef", .tokenDelete),
      ("kubeadm token generate", .tokenGenerate), ("kubeadm certs renew all", .certsRenew),
      ("kubeadm alpha certs check-expiration", .certsCheckExpiration),
      ("kubeadm certs certificate-key", .certsCertificateKey), ("kubeadm alpha certs renew apiserver", .certsRenew),
      ("kubeadm alpha phase certs all", .phase), ("kubeadm certs generate-csr", .unknown),
      ("kubeadm token foo", .unknown), ("kubeadm --v=5 init", .unknown),
      ("kubeadm", .unknown), ("", .unknown),
    ] as [(String, SessionFacts.Command)])
  func commands(text: String, expected: SessionFacts.Command) {
    #expect(CommandLine(text).command == expected)
  }

  @Test func flagsWithBlankAndWithEquals() {
    let line = CommandLine(#"kubeadm init --kubernetes-version=v1.22.4 --token "abc" --node-name 'cp1' --upload-certs"#)
    #expect(line.value("--kubernetes-version") == "v1.22.4")
    #expect(line.value("--token") == "abc")
    #expect(line.value("--node-name") == "cp1")
    #expect(line.has("--upload-certs"))
    #expect(!line.has("--dry-run"))
    #expect(line.value("--upload-certs") == nil)
    #expect(line.value("--dry-run") == nil)
  }

  @Test func equalsInAValueStays() {
    let line = CommandLine("kubeadm init --apiserver-extra-args=\"feature-gates=A=true\" --x=")
    #expect(line.value("--apiserver-extra-args") == "feature-gates=A=true")
    #expect(line.value("--x") == "")
  }

  @Test func lastOccurrenceCountsAndAllAreThere() {
    let line = CommandLine("kubeadm join --v 1 --v=5")
    #expect(line.value("--v") == "5")
    #expect(line.values("--v") == ["1", "5"])
    #expect(line.values("--w") == [])
  }

  @Test func backslashesOfTheShellAreNoWords() {
    #expect(
      CommandLine("kubeadm join a:1 --token x \\ \t--control-plane \\").words
        == ["join", "a:1", "--token", "x", "--control-plane"])
  }

  @Test(
    arguments: [
      ("kubeadm init --token-ttl 0", 0), ("kubeadm init --token-ttl=48h", 172_800), ("kubeadm init --token-ttl 0s", 0),
      ("kubeadm token create --ttl 2h30m", 9000), ("kubeadm init", nil), ("kubeadm init --token-ttl", nil),
      ("kubeadm init --token-ttl soon", nil),
    ] as [(String, Int?)])
  func lifeOfTokens(text: String, expected: Int?) {
    #expect(CommandLine(text).tokenTTL == expected)
  }

  @Test func keptWordsHoldNoSecret() {
    let line = CommandLine("kubeadm join a:1 --token \(Sample.token) --certificate-key=\(Sample.key)")
    #expect(line.masked == ["a:1", "--token", "m4449q.****************", "--certificate-key", "********"])
  }
}

@Suite struct JoinCommandTests {
  private func join(_ text: String) -> JoinCommand? { JoinCommand(CommandLine(text)) }

  @Test func everythingOfAControlPlane() throws {
    let found = try #require(
      join(
        "kubeadm join k8s-api.lab.local:6443 --token \(Sample.token) \\ \t--discovery-token-ca-cert-hash \(Sample.hash) "
          + "\\ \t--control-plane --certificate-key \(Sample.key)"))
    #expect(found.endpoint == "k8s-api.lab.local:6443")
    #expect(found.token == Sample.token)
    #expect(found.caHashes == [Sample.hash])
    #expect(found.certificateKey == Sample.key)
    #expect(found.isControlPlane)
  }

  @Test(
    arguments: [
      "kubeadm join 10.0.0.1:6443 --token=\(Sample.token) --discovery-token-ca-cert-hash=\(Sample.hash)",
      "kubeadm join --token \(Sample.token) 10.0.0.1:6443 --discovery-token-ca-cert-hash \(Sample.hash)",
      "kubeadm join '10.0.0.1:6443' --token \"\(Sample.token)\" --discovery-token-ca-cert-hash `\(Sample.hash)`",
      "kubeadm join 10.0.0.1:6443 --discovery-token \(Sample.token) --discovery-token-ca-cert-hash \(Sample.hash.uppercased())",
      "kubeadm join --node-name w1 --cri-socket unix:///run/x.sock 10.0.0.1:6443 --token \(Sample.token) "
        + "--discovery-token-ca-cert-hash \(Sample.hash)",
      "kubeadm join -v 5 10.0.0.1:6443 --token \(Sample.token) --discovery-token-ca-cert-hash \(Sample.hash) --v=5",
    ])
  func formsOfAWorker(text: String) throws {
    let found = try #require(join(text))
    #expect(found.endpoint == "10.0.0.1:6443")
    #expect(found.token == Sample.token)
    #expect(found.caHashes == [Sample.hash])
    #expect(found.certificateKey == nil)
    #expect(!found.isControlPlane)
  }

  @Test(
    arguments: [
      ("[::1]:6443", "[::1]:6443"), ("[fd00:1::a]:8443", "[fd00:1::a]:8443"), ("cp1:6443", "cp1:6443"),
      ("https://cp1:6443", nil), ("cp1", nil), (":6443", nil), ("cp1:", nil), ("cp1:port", nil), ("cp1:123456", nil),
    ] as [(String, String?)])
  func endpoints(place: String, expected: String?) {
    #expect(join("kubeadm join \(place) --token \(Sample.token)")?.endpoint == expected)
  }

  @Test(arguments: ["--control-plane", "--experimental-control-plane", "--certificate-key \(Sample.key)"])
  func controlPlanes(flag: String) {
    #expect(join("kubeadm join a:1 --token \(Sample.token) \(flag)")?.isControlPlane == true)
  }

  @Test func severalHashesAndNone() {
    let text =
      "kubeadm join a:1 --discovery-token-ca-cert-hash \(Sample.hash) --discovery-token-ca-cert-hash \(Sample.otherHash)"
    #expect(join(text)?.caHashes == [Sample.hash, Sample.otherHash])
    #expect(
      join("kubeadm join a:1 --token \(Sample.token) --discovery-token-unsafe-skip-ca-verification")?.caHashes == [])
    #expect(join("kubeadm join a:1 --discovery-token-ca-cert-hash sha256:12")?.caHashes == [])
  }

  @Test(
    arguments: [
      "<value withheld>", "****", "m4449q.****************", "&lt;value withheld&gt;", "M4449Q.4SFWIOOWAPPZ2QRE",
      "m4449q.4sfwioowappz2qr", "$TOKEN",
    ])
  func whatIsNoTokenIsNotThere(value: String) throws {
    let found = try #require(join("kubeadm join a:1 --token \(value) --discovery-token-ca-cert-hash \(Sample.hash)"))
    #expect(found.token == nil)
    #expect(found.endpoint == "a:1")
    #expect(found.caHashes == [Sample.hash])
  }

  @Test func withheldKeyLeavesAControlPlane() throws {
    let found = try #require(
      join("kubeadm join a:1 --token \(Sample.token) --control-plane --certificate-key <value withheld>"))
    #expect(found.certificateKey == nil)
    #expect(found.isControlPlane)
  }

  @Test func upperCaseKeyIsTheSameKey() {
    #expect(join("kubeadm join a:1 --certificate-key \(Sample.key.uppercased())")?.certificateKey == Sample.key)
  }

  @Test(arguments: [
    "kubeadm init", "kubeadm join", "kubeadm join phase", "kubeadm join --config join.yaml", "kubeadm reset a:1",
  ])
  func noJoinCommands(text: String) {
    #expect(join(text) == nil)
  }
}

@Suite struct TypedCommandTests {
  private func typed(_ text: String) -> String? { text.bytes { TypedCommand($0, 0..<$0.count)?.text } }

  @Test(
    arguments: [
      "root@cp1:~# kubeadm init", "$ kubeadm init", "# kubeadm init", "cp1% kubeadm init",
      "user@cp1:~$ sudo kubeadm init",
      "[root@cp1 ~]# kubeadm init", "+ kubeadm init", "+ sudo kubeadm init", "$   sudo   kubeadm init",
    ])
  func behindAPrompt(text: String) {
    #expect(typed(text) == "kubeadm init")
  }

  @Test(
    arguments: [
      "kubeadm init", "#kubeadm init", "run kubeadm init first", "sudo kubeadm init", "Please run 'kubeadm init'",
      "$ kubectl get nodes",
      "[preflight] You can also perform this action in beforehand using 'kubeadm config images pull'",
      "[upload-certs] see $ kubeadm help", "# kubeadm is great", "$ kubeadm version", "1 + kubeadm init", "$ kubeadm",
      "",
      "\"kubeadm init phase upload-certs --upload-certs\" to reload certs afterward.",
    ])
  func proseIsNoCommand(text: String) {
    #expect(typed(text) == nil)
  }

  @Test func wordsOfTheCommand() throws {
    let command = "$ sudo kubeadm join a:1 --token \(Sample.token)".bytes { TypedCommand($0, 0..<$0.count)?.command }
    #expect(command?.command == .join)
    #expect(command?.value("--token") == Sample.token)
  }
}
