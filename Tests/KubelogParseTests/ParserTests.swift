import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct InitTests {
  @Test func tellsEverythingThatItHandsOut() throws {
    let parsed = try parse(Sample.initOutput)
    #expect(parsed.format == "kubeadm")
    let session = try #require(parsed.sessions.first)
    #expect(parsed.sessions.count == 1)
    #expect(session.command == .`init`)
    #expect(session.outcome == .succeeded)
    #expect(session.error == nil)
    #expect(session.kubernetesVersion == "v1.22.4")
    #expect(session.node == "cp1")
    #expect(session.endpoint == "k8s-api.lab.local:6443")
    #expect(session.caHashes == [Sample.hash])
    #expect(!session.isDryRun)
    #expect(session.arguments == [])
    #expect(parsed.endedRuns == [session.run])
  }

  @Test func phasesInTheirOrder() throws {
    let parsed = try parse(Sample.initOutput)
    #expect(
      parsed.events("kubeadm.phase.started").map { $0.attribute("phase") } == [
        "init", "preflight", "certs", "kubeconfig", "kubelet-start", "control-plane", "etcd", "wait-control-plane",
        "apiclient", "upload-config", "kubelet", "upload-certs", "mark-control-plane", "bootstrap-token",
        "kubelet-finalize", "addons",
      ])
    #expect(
      parsed.events("kubeadm.certificate.generated").map { $0.attribute("name") } == [
        "ca", "apiserver", "apiserver-kubelet-client", "front-proxy-ca", "front-proxy-client", "etcd-ca", "etcd-server",
        "etcd-peer", "etcd-healthcheck-client", "apiserver-etcd-client", "admin.conf", "controller-manager.conf",
        "scheduler.conf",
      ])
    #expect(parsed.events("kubeadm.addon.applied").map { $0.attribute("addon") } == ["CoreDNS", "kube-proxy"])
    #expect(parsed.events("kubeadm.component.healthy").map { $0.attribute("after_s") } == ["12.004403"])
    #expect(parsed.kinds.first == "kubeadm.session.started")
    #expect(parsed.events("kubeadm.session.started").count == 1)
    let ended = parsed.events("kubeadm.session.ended")
    #expect(ended.map(\.message) == ["Your Kubernetes control-plane has initialized successfully!"])
    #expect(ended.map(\.severity) == [.info])
    #expect(ended.map { $0.attribute("outcome") } == ["succeeded"])
  }

  @Test func secretsWithTheirRoles() throws {
    let parsed = try parse(Sample.initOutput)
    let token = SecretSighting(kind: .bootstrapToken, value: Sample.token, role: .created)
    var joining = token
    joining.endpoint = "k8s-api.lab.local:6443"
    joining.caHashes = [Sample.hash]
    let key = SecretSighting(kind: .certificateKey, value: Sample.key, role: .uploaded)
    var joiningKey = key
    joiningKey.endpoint = joining.endpoint
    joiningKey.caHashes = joining.caHashes
    #expect(parsed.events("kubeadm.token.created").map(\.secrets) == [[token]])
    #expect(parsed.events("kubeadm.certs.uploaded").map(\.secrets) == [[key]])
    #expect(parsed.events("kubeadm.join-command").map(\.secrets) == [[joining, joiningKey], [joining]])
    #expect(parsed.events("kubeadm.join-command").map { $0.attribute("role") } == ["control-plane", "worker"])
    #expect(parsed.events("kubeadm.join-command").map { $0.attribute("ca_cert_hashes") } == [Sample.hash, Sample.hash])
    #expect(parsed.secrets.filter { $0.kind != .certificate }.count == 5)
    #expect(parsed.secrets.filter { $0.kind == .certificate }.allSatisfy { $0.role == .created })
  }

  /// The two hours of the key count from the line that stores the certificates, not from the key's.
  @Test func uploadStandsWhereItBegan() throws {
    let parsed = try parse(Sample.initOutput)
    #expect(parsed.events("kubeadm.certs.uploaded").map(\.position.line) == [38])
    #expect(parsed.events("kubeadm.join-command").map(\.position.line) == [72, 82])
  }

  @Test func nothingShownHoldsASecret() throws {
    let shown = try parse(
      "root@cp1:~# kubeadm init --token \(Sample.token) --certificate-key \(Sample.key)\n" + Sample.initOutput
    ).shown
    #expect(!shown.contains(Sample.tokenSecret))
    #expect(!shown.contains(Sample.key))
    #expect(shown.contains("m4449q.****************"))
  }

  @Test(arguments: [1, 2, 7, 100])
  func chunksMakeNoDifference(size: Int) throws {
    let whole = try parse(Sample.initOutput)
    let cut = try parse(Sample.initOutput, chunk: size)
    #expect(cut.events == whole.events)
    #expect(cut.sessions == whole.sessions)
  }

  @Test func lineEndsMakeNoDifference() throws {
    let plain = try parse(Sample.initOutput)
    let windows = try parse(Sample.initOutput.replacing("\n", with: "\r\n"))
    #expect(windows.events.map(\.identity) == plain.events.map(\.identity))
    #expect(windows.events.map(\.secrets) == plain.events.map(\.secrets))
    #expect(windows.sessions == plain.sessions)
  }

  @Test func everyEventOfASessionIsAnEventOfItsOwn() throws {
    let parsed = try parse(Sample.initOutput)
    for (index, event) in parsed.events.enumerated() {
      #expect(!parsed.events.dropFirst(index + 1).contains { $0.identity == event.identity }, "\(event.message)")
    }
  }

  @Test func inputThatBreaksOffIsIncomplete() throws {
    let half = Sample.initOutput.split(separator: "\n", omittingEmptySubsequences: false).prefix(30).joined(
      separator: "\n")
    let parsed = try parse(half)
    #expect(parsed.sessions.map(\.outcome) == [.incomplete])
    #expect(parsed.events("kubeadm.session.ended").isEmpty)
    // What was read is the same as in the whole.
    let whole = try parse(Sample.initOutput)
    #expect(parsed.events.map(\.identity) == whole.events.prefix(parsed.events.count).map(\.identity))
  }

  /// A last line without its end may have been cut: nothing is proved by it.
  @Test func lastLineWithoutItsEndIsTentative() throws {
    let text = "[init] Using Kubernetes version: v1.22.4\n[addons] Applied essential addon: Core"
    let cut = try parse(text)
    #expect(cut.events.filter(\.isTentative).map(\.position.line) == [2, 2])
    #expect(cut.runLines[0]?.count == 1)
    let whole = try parse(text + "DNS\n")
    #expect(whole.events.allSatisfy { !$0.isTentative })
    #expect(whole.runLines[0]?.count == 2)
    #expect(whole.runLines[0]?.first == cut.runLines[0]?.first)
  }

  @Test func linesOfARunAreKnownAgain() throws {
    let whole = try parse(Sample.initOutput + "\n")
    let lines = try #require(whole.runLines[0])
    #expect(lines.count == Set(lines).count)
    let half = Sample.initOutput.split(separator: "\n", omittingEmptySubsequences: false).prefix(30).joined(
      separator: "\n")
    let begun = try #require(try parse(half + "\n", chunk: 10).runLines[0])
    #expect(begun.count == 30)
    #expect(Array(lines.prefix(30)) == begun)
    let other = try parse("[init] Using Kubernetes version: v1.22.5\n")
    #expect(other.runLines[0]?.first != lines.first)
  }

  @Test func typedCommandTellsOfItsFlags() throws {
    let parsed = try parse(
      "root@cp1:~# sudo kubeadm init --upload-certs --control-plane-endpoint=lb.lab.local:8443 --node-name first "
        + "--token-ttl 48h --token \(Sample.token)\n" + Sample.initOutput)
    let session = try #require(parsed.sessions.first)
    #expect(parsed.sessions.count == 1)
    #expect(
      session.arguments == [
        "--upload-certs", "--control-plane-endpoint", "lb.lab.local:8443", "--node-name", "first", "--token-ttl", "48h",
        "--token", "m4449q.****************",
      ])
    #expect(session.endpoint == "lb.lab.local:8443")
    #expect(session.command == .`init`)
    #expect(parsed.events("kubeadm.token.created").flatMap(\.secrets).map(\.ttlSeconds) == [172_800])
  }

  @Test func tokenThatNeverEnds() throws {
    let parsed = try parse("# kubeadm init --token-ttl 0\n" + Sample.initOutput)
    #expect(parsed.events("kubeadm.token.created").flatMap(\.secrets).map(\.ttlSeconds) == [0])
  }

  @Test func givenNodeIsBelieved() throws {
    let parsed = try parse(Sample.initOutput, node: "elsewhere")
    #expect(parsed.sessions.map(\.node) == ["elsewhere"])
    #expect(parsed.events.allSatisfy { $0.node == "elsewhere" })
  }

  @Test func wordingsOf1_14() throws {
    let parsed = try parse(
      """
      [init] Using Kubernetes version: v1.14.0
      [preflight] Running pre-flight checks
      [upload-config] storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace
      [upload-certs] Storing the certificates in ConfigMap "kubeadm-certs" in the "kube-system" Namespace
      [upload-certs] Using certificate key:
      \(Sample.key)
      [mark-control-plane] Marking the node cp1 as control-plane by adding the label "node-role.kubernetes.io/master=''"
      [bootstrap-token] Using token: \(Sample.token)
      [bootstrap-token] creating the "cluster-info" ConfigMap in the "kube-public" namespace

      Your Kubernetes control-plane has initialized successfully!

      You can now join any number of the control-plane node running the following command on each as root:

        kubeadm join 10.0.0.1:6443 --token \(Sample.token) \\
          --discovery-token-ca-cert-hash \(Sample.hash) \\
          --experimental-control-plane --certificate-key \(Sample.key)
      """)
    #expect(parsed.events("kubeadm.certs.uploaded").flatMap(\.secrets).map(\.value) == [Sample.key])
    #expect(parsed.sessions.map(\.node) == ["cp1"])
    #expect(parsed.sessions.map(\.outcome) == [.succeeded])
    #expect(parsed.events("kubeadm.join-command").map { $0.attribute("role") } == ["control-plane"])
    #expect(parsed.events("kubeadm.join-command").flatMap(\.secrets).map(\.value) == [Sample.token, Sample.key])
  }

  @Test func wordingsOf1_11() throws {
    let parsed = try parse(
      """
      [init] using Kubernetes version: v1.11.0
      [preflight] running pre-flight checks
      [certificates] Generated ca certificate and key.
      [certificates] Generated etcd/server certificate and key.
      [certificates] etcd/server serving cert is signed for DNS names [cp1 localhost] and IPs [127.0.0.1 ::1]
      [controlplane] wrote Static Pod manifest for component kube-apiserver to "/etc/kubernetes/manifests/kube-apiserver.yaml"
      [apiclient] All control plane components are healthy after 40.004403 seconds
      [uploadconfig] storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace
      [markmaster] Marking the node cp1 as master by adding the label "node-role.kubernetes.io/master=''"
      [bootstraptoken] using token: \(Sample.token)

      Your Kubernetes master has initialized successfully!

      You can now join any number of machines by running the following on each node
      as root:

        kubeadm join 10.0.0.1:6443 --token \(Sample.token) --discovery-token-ca-cert-hash \(Sample.hash)
      """)
    #expect(parsed.sessions.map(\.kubernetesVersion) == ["v1.11.0"])
    #expect(parsed.sessions.map(\.node) == ["cp1"])
    #expect(parsed.sessions.map(\.outcome) == [.succeeded])
    #expect(
      parsed.events("kubeadm.phase.started").map { $0.attribute("phase") }
        == [
          "init", "preflight", "certs", "control-plane", "apiclient", "upload-config", "mark-control-plane",
          "bootstrap-token",
        ])
    #expect(parsed.events("kubeadm.certificate.generated").map { $0.attribute("name") } == ["ca", "etcd-server"])
    #expect(parsed.events("kubeadm.token.created").flatMap(\.secrets).map(\.value) == [Sample.token])
    #expect(parsed.events("kubeadm.join-command").count == 1)
  }

  @Test func orderOf1_8() throws {
    let parsed = try parse(
      """
      [init] Using Kubernetes version: v1.8.0
      [bootstraptoken] Using token: \(Sample.token)

      Your Kubernetes master has initialized successfully!

      You can now join any number of machines by running the following on each node
      as root:

        kubeadm join --token \(Sample.token) 10.0.0.1:6443 --discovery-token-ca-cert-hash \(Sample.hash)
      """)
    #expect(parsed.sessions.map(\.endpoint) == ["10.0.0.1:6443"])
    #expect(parsed.events("kubeadm.join-command").map { $0.attribute("endpoint") } == ["10.0.0.1:6443"])
  }

  @Test func severalTokens() throws {
    let parsed = try parse(
      "[init] Using Kubernetes version: v1.22.4\n[bootstrap-token] Using tokens: [\(Sample.token) abcdef.0123456789abcdef]\n"
    )
    #expect(parsed.secrets.map(\.value) == [Sample.token, "abcdef.0123456789abcdef"])
    #expect(parsed.events("kubeadm.token.created").count == 2)
    #expect(!parsed.shown.contains("0123456789abcdef"))
  }

  @Test func withheldValuesAreNoSecrets() throws {
    let parsed = try parse(
      """
      [init] Using Kubernetes version: v1.22.4
      [upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
      [bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles

      Your Kubernetes control-plane has initialized successfully!

      You can now join any number of the control-plane node running the following command on each as root:

        kubeadm join 10.0.0.1:6443 --token <value withheld> \\
      \t--discovery-token-ca-cert-hash \(Sample.hash) \\
      \t--control-plane --certificate-key <value withheld>

      Then you can join any number of worker nodes by running the following on each as root:

      kubeadm join 10.0.0.1:6443 --token <value withheld> \\
      \t--discovery-token-ca-cert-hash \(Sample.hash) 
      """)
    #expect(parsed.secrets == [])
    #expect(parsed.events("kubeadm.certs.uploaded").count == 1)
    #expect(parsed.events("kubeadm.join-command").map { $0.attribute("role") } == ["control-plane", "worker"])
    #expect(parsed.sessions.map(\.endpoint) == ["10.0.0.1:6443"])
    #expect(parsed.sessions.map(\.caHashes) == [[Sample.hash]])
  }

  @Test(
    arguments: [
      // Two CAs: the option stands twice.
      "kubeadm join [fd00::1]:6443 --token \(Sample.token) \\\n\t--discovery-token-ca-cert-hash \(Sample.hash) \\\n\t--discovery-token-ca-cert-hash \(Sample.otherHash) ",
      // A copy that lost its backslashes.
      "kubeadm join [fd00::1]:6443 --token \(Sample.token)\n    --discovery-token-ca-cert-hash \(Sample.hash)\n    --discovery-token-ca-cert-hash \(Sample.otherHash)",
      // token create --print-join-command
      "kubeadm join [fd00::1]:6443 --token \(Sample.token)     --discovery-token-ca-cert-hash \(Sample.hash)     --discovery-token-ca-cert-hash \(Sample.otherHash) ",
    ])
  func joinCommandThatStandsAlone(text: String) throws {
    let parsed = try parse(text + "\n")
    let command = try #require(parsed.events("kubeadm.join-command").first)
    #expect(parsed.events.count == 1)
    #expect(parsed.sessions.isEmpty)
    #expect(command.attribute("endpoint") == "[fd00::1]:6443")
    #expect(command.secrets.map(\.value) == [Sample.token])
    #expect(command.secrets.map(\.role) == [.created])
    #expect(command.secrets.map(\.caHashes) == [[Sample.hash, Sample.otherHash]])
    #expect(
      command.message
        == "kubeadm join [fd00::1]:6443 --token m4449q.**************** --discovery-token-ca-cert-hash \(Sample.hash) --discovery-token-ca-cert-hash \(Sample.otherHash)"
    )
  }

  @Test func bareTokenMayExistNowhere() throws {
    let parsed = try parse(Sample.token + "\n")
    #expect(parsed.kinds == ["kubeadm.token.printed"])
    #expect(parsed.secrets == [SecretSighting(kind: .bootstrapToken, value: Sample.token, role: .printed)])
    #expect(parsed.sessions.isEmpty)
    #expect(parsed.events.map(\.message) == ["m4449q.****************"])
  }

  @Test func dryRunIsFlagged() throws {
    let parsed = try parse(
      """
      [init] Using Kubernetes version: v1.22.4
      [preflight] Running pre-flight checks
      [dryrun] Would perform action CREATE on resource "configmaps" in API group "core/v1"
      [dryrun] Attached object:
      \tapiVersion: v1
      \tkind: ConfigMap
      [dryrun] Finished dry-running successfully. Above are the resources that would be created
      """)
    #expect(parsed.sessions.map(\.isDryRun) == [true])
    #expect(parsed.sessions.map(\.outcome) == [.succeeded])
    #expect(parsed.events("kubeadm.phase.started").map { $0.attribute("phase") } == ["init", "preflight"])
    #expect(try parse("# kubeadm init --dry-run\n" + Sample.initOutput).sessions.map(\.isDryRun) == [true])
  }

  @Test func uploadOfItsOwn() throws {
    let parsed = try parse(
      """
      W1123 14:43:39.830912    8082 version.go:104] falling back to the local client version: v1.22.4
      [upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
      [upload-certs] Using certificate key:
      \(Sample.key)
      """)
    #expect(parsed.sessions.map(\.command) == [.uploadCerts])
    #expect(parsed.sessions.map(\.outcome) == [.succeeded])
    #expect(parsed.secrets == [SecretSighting(kind: .certificateKey, value: Sample.key, role: .uploaded)])
    #expect(
      parsed.events("kubeadm.certs.uploaded").map(\.time)
        == [
          EventTime(
            moment("2026-11-23T14:43:39.830912Z"), .derived, earliest: moment("2026-11-23T14:43:39.830912Z"),
            latest: moment("2026-11-23T14:45:39.830912Z"))
        ])
  }

  @Test func warningBetweenHeadingAndKeyDoesNotLoseTheKey() throws {
    let parsed = try parse(
      """
      [upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
      [upload-certs] Using certificate key:
      W1123 14:43:39.830912    8082 version.go:104] falling back to the local client version: v1.22.4
      \(Sample.key)
      """)
    #expect(parsed.secrets.map(\.value) == [Sample.key])
  }

  @Test func typedTokenCreateMakesTheTokenOfItsCommand() throws {
    let parsed = try parse(
      """
      root@cp1:~# kubeadm token create \(Sample.token) --print-join-command
      kubeadm join a:1 --token \(Sample.token) --discovery-token-ca-cert-hash \(Sample.hash) 
      """)
    #expect(parsed.secrets.map(\.role) == [.created, .used])
    #expect(parsed.sessions.map(\.outcome) == [.succeeded])
    #expect(!parsed.shown.contains(Sample.tokenSecret))
  }

  @Test func skippedUploadIsNone() throws {
    let parsed = try parse(
      "[init] Using Kubernetes version: v1.22.4\n[upload-certs] Skipping phase. Please see --upload-certs\n\(Sample.key)\n"
    )
    #expect(parsed.events("kubeadm.certs.uploaded").isEmpty)
    #expect(parsed.secrets.isEmpty)
    #expect(!parsed.shown.contains(Sample.key))
  }
}

@Suite struct SessionTests {
  private static let join = """
    [preflight] Running pre-flight checks
    [preflight] Reading configuration from the cluster...
    [kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/config.yaml"
    [kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap...

    This node has joined the cluster:
    * Certificate signing request was sent to apiserver and a response was received.

    Run 'kubectl get nodes' on the control-plane to see this node join the cluster.

    """
  private static let reset = """
    [reset] Reading configuration from the cluster...
    [preflight] Running pre-flight checks
    [reset] Stopping the kubelet service
    [reset] Deleting files: [/etc/kubernetes/admin.conf]

    The reset process does not clean CNI configuration. To do so, you must remove /etc/cni/net.d

    """
  private static let failure122 = """
    [preflight] Running pre-flight checks
    \t[WARNING Hostname]: hostname "bad1" could not be reached
    error execution phase preflight: [preflight] Some fatal errors occurred:
    \t[ERROR FileAvailable--etc-kubernetes-kubelet.conf]: /etc/kubernetes/kubelet.conf already exists
    \t[ERROR CRI]: container runtime is not running: output: time="x" level=fatal
    , error: exit status 1
    [preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`
    To see the stack trace of this error execute with --v=5 or higher

    """

  @Test func severalInOneFile() throws {
    let parsed = try parse(Sample.initOutput + "\n" + Self.reset + Self.join + Self.failure122 + Sample.initOutput)
    #expect(parsed.sessions.map(\.command) == [.`init`, .reset, .join, .join, .`init`])
    #expect(parsed.sessions.map(\.outcome) == [.succeeded, .succeeded, .succeeded, .failed, .succeeded])
    #expect(parsed.events("kubeadm.session.started").count == 5)
    #expect(parsed.events("kubeadm.session.ended").count == 5)
    #expect(parsed.endedRuns == parsed.sessions.map(\.run))
    #expect(parsed.sessions.map(\.run) == parsed.sessions.map(\.run).sorted())
    #expect(parsed.format == "kubeadm")
    // The same transcript twice is the same run: only the number of the run tells them apart.
    #expect(parsed.sessions[0].lines == parsed.sessions[4].lines)
  }

  @Test func typedCommandsPartSessions() throws {
    let parsed = try parse(
      "$ kubeadm join a:1 --token \(Sample.token)\n\(Self.join)$ kubeadm join b:2\n\(Self.join)")
    #expect(parsed.sessions.map(\.endpoint) == ["a:1", "b:2"])
    #expect(parsed.sessions.map(\.command) == [.join, .join])
    let started = parsed.events("kubeadm.session.started")
    #expect(
      started.map(\.secrets)
        == [[SecretSighting(kind: .bootstrapToken, value: Sample.token, role: .used, endpoint: "a:1")], []])
  }

  @Test func joinOfAWorker() throws {
    let parsed = try parse(Self.join)
    #expect(parsed.sessions.map(\.command) == [.join])
    #expect(parsed.sessions.map(\.outcome) == [.succeeded])
    #expect(parsed.events("kubeadm.session.ended").map(\.message) == ["This node has joined the cluster:"])
  }

  @Test func joinOfAControlPlaneIsOneSession() throws {
    let parsed = try parse(
      """
      [preflight] Running pre-flight checks
      [preflight] Reading configuration from the cluster...
      [preflight] Running pre-flight checks before initializing the new control plane instance
      [download-certs] Downloading the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
      [certs] Generating "etcd/server" certificate and key
      [certs] etcd/server serving cert is signed for DNS names [cp2 localhost] and IPs [192.168.56.12 127.0.0.1 ::1]
      [check-etcd] Checking that the etcd cluster is healthy
      [etcd] Announced new etcd member joining to the existing etcd cluster
      [etcd] Creating static Pod manifest for "etcd"
      The 'update-status' phase is deprecated and will be removed in a future release. Currently it performs no operation
      [mark-control-plane] Marking the node cp2 as control-plane by adding the taints [node-role.kubernetes.io/master:NoSchedule]

      This node has joined the cluster and a new control plane instance was created:
      """)
    #expect(parsed.sessions.map(\.command) == [.join])
    #expect(parsed.sessions.map(\.node) == ["cp2"])
    #expect(parsed.sessions.map(\.outcome) == [.succeeded])
    #expect(parsed.events("kubeadm.etcd.member-announced").count == 1)
  }

  @Test func preflightFailureOf1_22() throws {
    let parsed = try parse(Self.failure122)
    #expect(parsed.sessions.map(\.command) == [.join])
    #expect(parsed.sessions.map(\.outcome) == [.failed])
    #expect(parsed.events("kubeadm.preflight.warning").map { $0.attribute("check") } == ["Hostname"])
    let errors = parsed.events("kubeadm.preflight.error")
    #expect(errors.map { $0.attribute("check") } == ["FileAvailable--etc-kubernetes-kubelet.conf", "CRI"])
    #expect(errors.map(\.severity) == [.error, .error])
    #expect(errors.first?.attribute("message") == "/etc/kubernetes/kubelet.conf already exists")
    // A message may go on below.
    #expect(errors.last?.attribute("message")?.hasSuffix("level=fatal\n, error: exit status 1") == true)
    #expect(parsed.events("kubeadm.session.ended").map { $0.attribute("outcome") } == ["failed"])
    #expect(parsed.events("kubeadm.session.ended").map(\.severity) == [.error])
  }

  @Test func preflightFailureSince1_34() throws {
    let parsed = try parse(
      """
      [preflight] Running pre-flight checks
      [preflight] Some fatal errors occurred:
      \t[ERROR Port-10250]: Port 10250 is in use
      [preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`
      error: error execution phase preflight: preflight checks failed
      To see the stack trace of this error execute with --v=5 or higher
      """)
    #expect(parsed.sessions.map(\.outcome) == [.failed])
    #expect(parsed.sessions.map(\.error) == ["error execution phase preflight: preflight checks failed"])
    #expect(parsed.events("kubeadm.preflight.error").map { $0.attribute("check") } == ["Port-10250"])
    #expect(
      parsed.events("kubeadm.session.ended").map(\.message) == [
        "error execution phase preflight: preflight checks failed"
      ])
  }

  @Test func preflightFailureUntil1_12() throws {
    let parsed = try parse(
      """
      [init] using Kubernetes version: v1.12.0
      [preflight] running pre-flight checks
      [preflight] Some fatal errors occurred:
      \t[ERROR Swap]: running with swap on is not supported. Please disable swap
      \t[ERROR Port-6443]: Port 6443 is in use
      [preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`
      """)
    #expect(parsed.sessions.map(\.command) == [.`init`])
    #expect(parsed.sessions.map(\.outcome) == [.failed])
    #expect(parsed.events("kubeadm.preflight.error").map { $0.attribute("check") } == ["Swap", "Port-6443"])
    #expect(parsed.events("kubeadm.session.ended").map { $0.attribute("outcome") } == ["failed"])
  }

  @Test func failingJoinSaysWhy() throws {
    let parsed = try parse(
      """
      [preflight] Running pre-flight checks
      error execution phase preflight: couldn't validate the identity of the API Server: could not find a JWS signature in the cluster-info ConfigMap for token ID "aaaaaa"
      To see the stack trace of this error execute with --v=5 or higher
      """)
    #expect(parsed.sessions.map(\.command) == [.join])
    #expect(parsed.sessions.map(\.outcome) == [.failed])
    let error = try #require(parsed.sessions.first?.error)
    #expect(error.hasPrefix("error execution phase preflight: couldn't validate"))
    #expect(error.hasSuffix("token ID \"aaaaaa\""))
    #expect(parsed.events("kubeadm.session.ended").map(\.message) == [error])
    #expect(parsed.events("kubeadm.session.ended").map(\.position.line) == [2])
  }

  @Test func failureWithItsCauseBelow() throws {
    let parsed = try parse(
      """
      [preflight] Running pre-flight checks
      [preflight] Reading configuration from the cluster...
      error execution phase preflight: 
      One or more conditions for hosting a new control plane instance is not satisfied.

      unable to add a new control plane instance a cluster that doesn't have a stable controlPlaneEndpoint address

      Please ensure that:
      * The cluster has a stable controlPlaneEndpoint address.

      To see the stack trace of this error execute with --v=5 or higher
      """)
    #expect(
      parsed.sessions.first?.error
        == "error execution phase preflight: One or more conditions for hosting a new control plane instance is not satisfied. "
        + "unable to add a new control plane instance a cluster that doesn't have a stable controlPlaneEndpoint address"
    )
    #expect(parsed.events("kubeadm.session.ended").count == 1)
  }

  @Test func commandThatNeverBegan() throws {
    let parsed = try parse(
      "unknown flag: --dry-run\nTo see the stack trace of this error execute with --v=5 or higher\n")
    #expect(parsed.sessions.map(\.outcome) == [.failed])
    #expect(parsed.sessions.map(\.error) == ["unknown flag: --dry-run"])
  }

  /// The first forty seconds are kubeadm's patience and nothing else.
  @Test func initialTimeoutIsNoFailure() throws {
    let text = Sample.initOutput.replacing(
      "[apiclient]", with: "[kubelet-check] Initial timeout of 40s passed.\n[apiclient]")
    let parsed = try parse(text)
    #expect(parsed.sessions.map(\.outcome) == [.succeeded])
    #expect(parsed.events("kubeadm.session.ended").count == 1)
    #expect(parsed.events("kubeadm.kubelet-check.slow").map(\.severity) == [.info])
    #expect(parsed.events.allSatisfy { $0.severity == .info })
  }

  @Test func initThatTimesOutFails() throws {
    let parsed = try parse(
      """
      [init] Using Kubernetes version: v1.22.4
      [wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory "/etc/kubernetes/manifests". This can take up to 4m0s
      [kubelet-check] Initial timeout of 40s passed.

      \tUnfortunately, an error has occurred:
      \t\ttimed out waiting for the condition

      error execution phase wait-control-plane: couldn't initialize a Kubernetes cluster
      To see the stack trace of this error execute with --v=5 or higher
      """)
    #expect(parsed.sessions.map(\.command) == [.`init`])
    #expect(parsed.sessions.map(\.outcome) == [.failed])
    #expect(
      parsed.sessions.map(\.error) == [
        "error execution phase wait-control-plane: couldn't initialize a Kubernetes cluster"
      ])
  }

  @Test func unhealthyComponentIsAnError() throws {
    let parsed = try parse(
      """
      [init] Using Kubernetes version: v1.34.1
      [kubelet-check] The kubelet is healthy after 1.504s
      [control-plane-check] kube-scheduler is healthy after 2s
      [control-plane-check] kube-apiserver is not healthy after 4m0s
      """)
    #expect(
      parsed.events("kubeadm.component.healthy").map { $0.attribute("component") } == ["The kubelet", "kube-scheduler"])
    #expect(parsed.events("kubeadm.component.healthy").map { $0.attribute("after_s") } == ["1.504", "2.0"])
    #expect(parsed.events("kubeadm.component.unhealthy").map { $0.attribute("component") } == ["kube-apiserver"])
    #expect(parsed.events("kubeadm.component.unhealthy").map(\.severity) == [.error])
  }

  @Test func errorsHoldNoSecrets() throws {
    let parsed = try parse(
      """
      [preflight] Running pre-flight checks
      \t[ERROR Odd]: token \(Sample.token) and key
      \(Sample.key)
      error execution phase preflight: bad token \(Sample.token) and key \(Sample.key)
      To see the stack trace of this error execute with --v=5 or higher
      invalid value "\(Sample.token)" for flag
      To see the stack trace of this error execute with --v=5 or higher
      """)
    #expect(parsed.events.count > 3)
    #expect(!parsed.shown.contains(Sample.tokenSecret))
    #expect(!parsed.shown.contains(Sample.key))
  }

  @Test func proseIsNothing() throws {
    let parsed = try parse(
      """
      How to install: first run kubeadm init, then [see below] kubeadm join.
      [note] tokens expire. [sudo] password for root:
      [sudo] password for root:
      error: something else
      """)
    #expect(parsed.events.isEmpty)
    #expect(parsed.sessions.isEmpty)
    #expect(parsed.format == "unknown")
  }

  @Test func nodesBetweenSessionsAreMixed() throws {
    let table = "NAME   STATUS     ROLES    AGE   VERSION\ncp1    NotReady   <none>   1s    v1.22.4\n"
    let parsed = try parse(Self.join + table + Self.join)
    #expect(parsed.format == "mixed")
    #expect(parsed.sessions.map(\.outcome) == [.succeeded, .succeeded])
    #expect(parsed.events("node.observed").count == 1)
  }
}

@Suite struct TimedSessionTests {
  @Test func stampsOfTsDateEveryLine() throws {
    let parsed = try parse(
      """
      Nov 23 14:36:08.328635 [preflight] Running pre-flight checks
      Nov 23 14:36:09.000000 [preflight] Reading configuration from the cluster...
      Nov 23 14:36:20.500000 
      Nov 23 14:36:20.500000 This node has joined the cluster:
      """)
    #expect(parsed.sessions.map(\.outcome) == [.succeeded])
    #expect(
      parsed.events("kubeadm.session.started").map(\.time)
        == [EventTime(moment("2026-11-23T14:36:08.328635Z"), .klog, uncertainty: 0)])
    #expect(parsed.events("kubeadm.session.ended").map(\.time.microseconds) == [moment("2026-11-23T14:36:20.5Z")])
  }

  @Test(
    arguments: [
      ("2026-11-23T14:36:08+0900 ", "2026-11-23T05:36:08Z", TimeSource.stamped),
      ("[2026-11-23 14:36:08.500000] ", "2026-11-23T14:36:08.5Z", .klog), ("00:00:05 ", "", .none),
      ("Nov 23 14:36:08 ", "2026-11-23T14:36:08Z", .klog),
    ])
  func formsOfTs(stamp: String, expected: String, source: TimeSource) throws {
    let parsed = try parse("\(stamp)[init] Using Kubernetes version: v1.22.4\n")
    #expect(parsed.sessions.map(\.command) == [.`init`])
    let time = try #require(parsed.events.first?.time)
    #expect(time.source == source)
    #expect(time.microseconds == (expected.isEmpty ? nil : moment(expected)))
  }

  @Test func givenTimeRunsOnWithPrintedDurations() throws {
    let at = moment("2026-11-23T14:30:00Z")
    let parsed = try parse(Sample.initOutput, at: at, modified: present)
    // Typed to the minute; and kubeadm has no business that takes it an hour without a word.
    func given(_ moment: Int64) -> EventTime {
      EventTime(moment, .given, earliest: moment - 60_000_000, latest: moment + 3_660_000_000)
    }
    #expect(parsed.events.first?.time == given(at))
    #expect(parsed.events("kubeadm.certs.uploaded").map(\.time) == [given(at + 12_004_403)])
    // It is the first session's and no other's.
    let two = try parse(Sample.initOutput + "\n" + Sample.initOutput, at: at, modified: present)
    #expect(two.events.last?.time == EventTime(present, .file, earliest: nil, latest: present))
    // A file that was written when the session ended tells by when all of it had happened.
    let end = at + 20_000_000
    let fresh = try parse(Sample.initOutput, at: at, modified: end)
    #expect(fresh.events("kubeadm.certs.uploaded").map(\.time.latest) == [end])
    // One that was modified before it says nothing.
    let stale = try parse(Sample.initOutput, at: at, modified: at - 86_400_000_000)
    #expect(stale.events.first?.time == given(at))
  }

  @Test func liveStreamIsDatedByItsArrival() throws {
    let begin = moment("2026-11-23T14:30:00Z")
    let pieces: [(text: String, arrival: Int64?)] = [
      ("[init] Using Kubernetes version: v1.22.4\n", begin),
      (
        "[upload-certs] Storing the certificates in Secret \"kubeadm-certs\" in the \"kube-system\" Namespace\n",
        begin + 5_000_000
      ),
      ("[upload-certs] Using certificate key:\n\(Sample.key)\n", begin + 6_000_000),
    ]
    let live = try parse(pieces, ClockOptions(liveness: .live, now: present))
    #expect(!live.provedLive)
    #expect(
      live.events("kubeadm.certs.uploaded").map(\.time) == [
        EventTime(begin + 5_000_000, .arrival, uncertainty: 1_000_000)
      ])
    let proved = try parse(pieces, ClockOptions(liveness: .undecided, now: present))
    #expect(proved.provedLive)
    #expect(proved.events.first?.time == EventTime(begin, .file, earliest: nil, latest: begin))
    #expect(proved.events("kubeadm.certs.uploaded").map(\.time.source) == [.arrival])
    // The same events, however they were dated.
    #expect(proved.events.map(\.identity) == live.events.map(\.identity))
    let recorded = try parse(pieces, ClockOptions(liveness: .recorded, now: present))
    #expect(recorded.events.allSatisfy { $0.time.source == .file })
  }

  @Test func klogLinesOfKubeadmDateWhatStandsBelow() throws {
    let parsed = try parse(
      """
      I1123 14:36:08.000001    8082 initconfiguration.go:115] detected and using CRI socket: /run/containerd/containerd.sock
      [init] Using Kubernetes version: v1.22.4
      I1123 14:36:09.000002    8082 certs.go:110] creating a new certificate authority for ca
      [certs] Generating "ca" certificate and key
      """)
    #expect(parsed.sessions.count == 1)
    #expect(
      parsed.events("kubeadm.session.started").map(\.time.microseconds) == [moment("2026-11-23T14:36:08.000001Z")])
    #expect(parsed.events("kubeadm.session.started").map(\.position.line) == [1])
    let last = moment("2026-11-23T14:36:09.000002Z")
    #expect(
      parsed.events("kubeadm.certificate.generated").map(\.time)
        == [EventTime(last, .derived, earliest: last, latest: last + 3_600_000_000)])
    // What stands between two of them happened between them.
    let phase = try #require(parsed.events("kubeadm.phase.started").first?.time)
    #expect((phase.earliest, phase.latest) == (moment("2026-11-23T14:36:08.000001Z"), last))
  }

  /// `kubectl logs` prints what was written long before: that is no clock of what stands above it.
  @Test func klogLinesOfOtherProgramsLimitNothing() throws {
    let parsed = try parse(
      """
      I1123 14:36:08.000001    8082 initconfiguration.go:115] detected and using CRI socket: /run/containerd/containerd.sock
      [init] Using Kubernetes version: v1.22.4
      I1123 14:36:09.000002       1 server.go:551] external host was not specified, using 172.31.0.1
      """)
    let phase = try #require(parsed.events("kubeadm.phase.started").first?.time)
    #expect(phase.latest == moment("2026-11-23T15:36:08.000001Z"))
  }

  /// A wait that `--at` knows the beginning of adds what it took; of a wait that is dated in its middle only that is known.
  @Test func waitsCountFromTheLastClock() throws {
    func uploaded(_ wait: String) throws -> Int64? {
      let text = """
        I1123 14:36:08.000000    8082 initconfiguration.go:115] detected and using CRI socket: /run/containerd/containerd.sock
        [init] Using Kubernetes version: v1.22.4
        \(wait)
        [upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
        """
      return try parse(text).events("kubeadm.certs.uploaded").first?.time.earliest.map {
        $0 - moment("2026-11-23T14:36:08Z")
      }
    }
    let waiting = "[wait-control-plane] Waiting for the kubelet to boot up the control plane. This can take up to 4m0s"
    let healthy = "[apiclient] All control plane components are healthy after 52.5 seconds"
    let inBetween = "I1123 14:36:20.000000    8082 round_trippers.go:454] GET https://k8s-api:6443/healthz"
    #expect(try uploaded("\(waiting)\n\(healthy)") == 52_500_000)
    #expect(try uploaded("\(waiting)\n[kubelet-check] Initial timeout of 40s passed.\n\(healthy)") == 52_500_000)
    #expect(try uploaded("\(waiting)\n\(inBetween)\n\(healthy)") == 12_000_000)
    #expect(try uploaded("\(waiting)\n\n\tUnfortunately, an error has occurred:\n\t\ttimed out") == 240_000_000)
    #expect(
      try uploaded(
        """
        [control-plane-check] Waiting for healthy control plane components. This can take up to 4m0s
        [control-plane-check] kube-scheduler is healthy after 2s
        [control-plane-check] kube-apiserver is healthy after 3.5s
        """) == 3_500_000)
  }
}

@Suite struct JournalTests {
  @Test func kubeletAndSystemd() throws {
    let parsed = try parse(
      """
      Nov 23 14:36:15 cp3 systemd[1]: Starting kubelet.service - kubelet: The Kubernetes Node Agent...
      Nov 23 14:36:16 cp3 kubelet[506]: I1123 14:36:16.123456     506 kubelet_node_status.go:74] "Successfully registered node" node="cp3"
      Nov 23 14:36:17 cp3 sshd[77]: Accepted publickey for root
      """)
    #expect(parsed.format == "journal-short")
    #expect(parsed.kinds == ["systemd.unit.starting", "kubelet.node.registered"])
    #expect(parsed.events.map(\.node) == ["cp3", "cp3"])
    #expect(
      parsed.events.map(\.time) == [
        EventTime(moment("2026-11-23T14:36:15Z"), .klog, uncertainty: 1_000_000),
        EventTime(moment("2026-11-23T14:36:16.123456Z"), .klog, uncertainty: 0),
      ])
    #expect(parsed.events.last?.observation?.observer == .kubelet)
    #expect(parsed.events.last?.observation?.status == nil)
  }

  @Test func klogRefinesTheSecondOfAJournalInAnotherZone() throws {
    let parsed = try parse(
      "Jan 01 08:59:50 cp3 kubelet[506]: I1231 23:59:50.123456     506 kubelet_node_status.go:74] \"Successfully registered node\" node=\"cp3\"\n",
      year: 2027, zone: .fixed(32_400))
    #expect(parsed.events.map(\.time) == [EventTime(moment("2026-12-31T23:59:50.123456Z"), .klog, uncertainty: 0)])
  }

  @Test func klogOfItsOwnIsTheSameEventAsInTheJournal() throws {
    let klog =
      "I1123 14:36:16.123456     506 kubelet_node_status.go:74] \"Successfully registered node\" node=\"cp3\"\n"
    let bare = try parse(klog, node: "cp3")
    let wrapped = try parse("Nov 23 14:36:16 cp3 kubelet[506]: " + klog)
    #expect(bare.format == "klog")
    #expect(bare.events.map(\.identity) == wrapped.events.map(\.identity))
  }

  @Test func twoLinesOfOneSecondAreTwoEvents() throws {
    let line = "Nov 23 14:36:15 cp3 systemd[1]: kubelet.service: Deactivated successfully.\n"
    let parsed = try parse(line + line)
    #expect(parsed.events.count == 2)
    #expect(parsed.events[0].identity != parsed.events[1].identity)
    // Read again they are the same two.
    let again = try parse(line + line)
    #expect(again.events.map(\.identity) == parsed.events.map(\.identity))
    #expect(try parse(line).events.map(\.identity) == [parsed.events[0].identity])
    // Another host's is another event.
    let other = try parse(line.replacing("cp3", with: "cp2"))
    #expect(other.events[0].identity != parsed.events[0].identity)
  }

  @Test func repeatsAreOneRowForEachMinute() throws {
    func line(_ clock: String, _ node: String = "cp3") -> String {
      "Nov 23 \(clock.prefix(8)) \(node) kubelet[506]: I1123 \(clock)     506 kubelet_node_status.go:71] \"Attempting to register node\" node=\"\(node)\"\n"
    }
    let parsed = try parse(
      line("14:36:00.000000") + line("14:36:59.999999") + line("14:37:00.000000") + line("14:37:01.000000", "cp2"))
    let places = parsed.events.compactMap { event -> (row: Digest, offset: Int)? in
      if case .occurrence(let row, let offset) = event.identity { (row, offset) } else { nil }
    }
    #expect(places.count == 4)
    #expect(places.map(\.offset) == [0, 59_999_999, 0, 1_000_000])
    #expect(places[0].row == places[1].row)
    #expect(Set(places.map(\.row)).count == 3)
  }

  @Test func severityIsTheLetterOfKlog() throws {
    let parsed = try parse(
      "Nov 23 14:36:16 cp1 kubelet[506]: E1123 14:36:16.123456     506 kubelet_node_status.go:93] \"Unable to register node with API server\" err=\"EOF\" node=\"cp1\"\n"
    )
    #expect(parsed.kinds == ["kubelet.node.registration-failed"])
    #expect(parsed.events.map(\.severity) == [.error])
    #expect(parsed.events.map { $0.attribute("error") } == ["EOF"])
  }

  @Test func streamsOfKubeadmDoNotMix() throws {
    let first = Sample.initOutput.split(separator: "\n").map { "Nov 23 14:36:16 cp1 cloud-init[100]: \($0)" }
    let secondToken = "abcdef.0123456789abcdef"
    let other = Sample.initOutput.replacing("cp1", with: "cp9").replacing(Sample.token, with: secondToken)
    let second = other.split(separator: "\n").map { "Nov 23 14:36:16 cp9 cloud-init[200]: \($0)" }
    let both = try parse(zip(first, second).flatMap { [$0, $1] }.joined(separator: "\n"))
    #expect(both.sessions.map(\.node) == ["cp1", "cp9"])
    #expect(both.sessions.map(\.outcome) == [.succeeded, .succeeded])
    #expect(both.sessions[0].lines == both.sessions[1].lines)
    let tokens = both.events("kubeadm.token.created")
    #expect(tokens.map(\.node) == ["cp1", "cp9"])
    #expect(tokens.flatMap(\.secrets).map(\.value) == [Sample.token, secondToken])
    for node in ["cp1", "cp9"] {
      let own = both.events.filter { $0.node == node }
      #expect(own.filter { $0.kind == "kubeadm.phase.started" }.count == 16)
      #expect(own.filter { $0.kind == "kubeadm.certs.uploaded" }.flatMap(\.secrets).map(\.value) == [Sample.key])
      #expect(own.filter { $0.kind == "kubeadm.join-command" }.count == 2)
    }
    #expect(both.format == "mixed")
    // What each stream says is what it says alone.
    let alone = try parse(first.joined(separator: "\n"))
    #expect(alone.events.map(\.message) == both.events.filter { $0.node == "cp1" }.map(\.message))
  }

  @Test func streamsAreToldApartByProcess() throws {
    let parsed = try parse(
      """
      Nov 23 14:36:16 cp1 sh[1]: [init] Using Kubernetes version: v1.22.4
      Nov 23 14:36:16 cp1 sh[2]: [upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
      Nov 23 14:36:16 cp1 sh[2]: [upload-certs] Using certificate key:
      Nov 23 14:36:16 cp1 sh[1]: \(Sample.key.replacing("5", with: "6"))
      Nov 23 14:36:16 cp1 sh[2]: \(Sample.key)
      """)
    #expect(parsed.sessions.map(\.command) == [.`init`, .uploadCerts])
    #expect(parsed.secrets.map(\.value) == [Sample.key])
  }

  @Test func kubeletLinesKeepTheirContainersAndLoseTheirTokens() throws {
    let parsed = try parse(
      "Nov 23 14:36:16 cp1 kubelet[506]: E1123 14:36:16.123456     506 kubelet_node_status.go:93] \"Unable to register node with API server\" err=\"token \(Sample.token) container \(Sample.container)\" node=\"cp1\"\n"
    )
    #expect(parsed.events.count == 1)
    #expect(!parsed.shown.contains(Sample.tokenSecret))
    #expect(parsed.shown.contains(Sample.container))
  }

  @Test func envelopesThatAreNone() throws {
    for text in [
      "Nov 23 14:36:16 cp3 kubelet[x]: Deactivated", "Nov 23 14:36:16 cp3", "Nov 23 14:36:16",
      "Nob 23 14:36:16 cp3 systemd[1]: x",
      "Nov 23 14:36:16 cp3 systemd[1] kubelet.service: Deactivated successfully.",
    ] {
      let parsed = try parse(text + "\n")
      #expect(parsed.events.isEmpty)
      #expect(parsed.format == "unknown", "\(text)")
    }
  }
}
