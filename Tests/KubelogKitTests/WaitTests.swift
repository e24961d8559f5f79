import KubelogKit
import Testing

/// Where a session failed, what it was still waiting for, and how long it had waited.
@Suite struct WaitTests {
  private let join = "[preflight] Running pre-flight checks\n"
  private let hint = "To see the stack trace of this error execute with --v=5 or higher\n"

  /// The row of the one session of a text.
  private func row(_ text: String) throws -> [String] {
    try withDesk { desk in
      _ = try desk.kubelog.ingest(try desk.file("kubeadm.log", text))
      let table = try desk.kubelog.answer("sessions")
      #expect(table.rows.count == 1)
      let row = try #require(table.rows.first)
      let numbers = ["waited_s", "waited_at_least_s", "wait_limit_s"].map {
        table.number($0, row).map { "\($0)" } ?? "-"
      }
      return ["failed_phase", "waiting_for", "waited_basis"].map { table.text($0, row) ?? "-" } + numbers
    }
  }

  /// Each line of a text with a stamp, one second after the other.
  private func stamped(_ text: String) -> String {
    text.split(separator: "\n").enumerated().map { "2026-11-23T14:00:\($0 < 10 ? "0" : "")\($0).000000Z \($1)\n" }
      .joined()
  }

  @Test func bootstrapOfAKubelet() throws {
    let text =
      join + """
        [kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/config.yaml"
        [kubelet-start] Starting the kubelet
        [kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap...
        [kubelet-check] Initial timeout of 40s passed.
        error execution phase kubelet-start: timed out waiting for the condition

        """ + hint
    let subject = "the kubelet to perform the TLS Bootstrap"
    #expect(try row(text) == ["kubelet-start", subject, "none", "-", "40.0", "-"])
    #expect(try row(stamped(text)) == ["kubelet-start", subject, "stamped", "2.0", "-", "-"])
  }

  @Test func memberOfEtcd() throws {
    let text =
      join + """
        [check-etcd] Checking that the etcd cluster is healthy
        [etcd] Announced new etcd member joining to the existing etcd cluster
        [etcd] Creating static Pod manifest for "etcd"
        [etcd] Waiting for the new etcd member to join the cluster. This can take up to 40s
        error execution phase control-plane-join/etcd: error creating local etcd static pod manifest file: timeout waiting for etcd cluster to be available

        """ + hint
    #expect(
      try row(text) == ["control-plane-join/etcd", "the new etcd member to join the cluster", "none", "-", "-", "40.0"])
  }

  @Test func kubeletOfALaterVersionThatIsNotHealthy() throws {
    let text = """
      [init] Using Kubernetes version: v1.31.0
      [preflight] Running pre-flight checks
      [wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory "/etc/kubernetes/manifests"
      [kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to 4m0s
      [kubelet-check] The kubelet is not healthy after 4m0.000476s
      error execution phase wait-control-plane: could not initialize a Kubernetes cluster

      """
    #expect(
      try row(text + hint) == [
        "wait-control-plane", "a healthy kubelet at http://127.0.0.1:10248/healthz", "printed", "240.000476", "-",
        "240.0",
      ])
  }

  @Test func apiServerBehindAHealthyKubelet() throws {
    let text = """
      [init] Using Kubernetes version: v1.31.0
      [kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to 4m0s
      [kubelet-check] The kubelet is healthy after 500.1ms
      [api-check] Waiting for a healthy API server. This can take up to 4m0s
      [api-check] The API server is not healthy after 4m0.5s
      error execution phase wait-control-plane: could not initialize a Kubernetes cluster

      """
    #expect(try row(text + hint) == ["wait-control-plane", "a healthy API server", "printed", "240.5", "-", "240.0"])
    try withDesk { desk in
      _ = try desk.kubelog.ingest(try desk.file("kubeadm.log", text + hint))
      let table = try desk.kubelog.answer("phases")
      #expect(table.rows.map { table.text("status", $0) } == ["succeeded", "succeeded", "failed"])
    }
  }

  @Test func certificatesToDownload() throws {
    let text =
      join + """
        [download-certs] Downloading the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
        error execution phase control-plane-prepare/download-certs: error downloading certs: error downloading the secret: etcdserver: request timed out

        """ + hint
    let subject = "the certificates in Secret \"kubeadm-certs\" in the \"kube-system\" Namespace"
    #expect(try row(text) == ["control-plane-prepare/download-certs", subject, "none", "-", "-", "-"])
  }

  @Test func certificatesToUpload() throws {
    let text = """
      [upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
      error execution phase upload-certs: error uploading certs: error creating token: context deadline exceeded

      """
    let subject = "the certificates in Secret \"kubeadm-certs\" in the \"kube-system\" Namespace"
    #expect(try row(text + hint) == ["upload-certs", subject, "none", "-", "-", "-"])
  }

  @Test(
    arguments: [
      #"failed to request the cluster-info ConfigMap: Get "https://10.0.0.1:6443/x": context deadline exceeded"#,
      #"could not find a JWS signature in the cluster-info ConfigMap for token ID "abcdef""#,
      #"Get "https://10.0.0.1:6443/api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s": dial tcp: EOF"#,
      "abort connecting to API servers after timeout of 5m0s",
    ])
  func discovery(_ reason: String) throws {
    let text = join + "error execution phase preflight: couldn't validate the identity of the API Server: \(reason)\n"
    #expect(try row(text + hint) == ["preflight", "the cluster-info ConfigMap", "none", "-", "-", "-"])
  }

  /// Since 1.34 the checks that failed stand above the error, which does not name them.
  @Test(arguments: [("ImagePull", "images required for setting up a Kubernetes cluster"), ("Port-6443", "-")])
  func imagesToPull(_ check: String, _ subject: String) throws {
    let text = """
      [init] Using Kubernetes version: v1.34.1
      [preflight] Running pre-flight checks
      [preflight] Pulling images required for setting up a Kubernetes cluster
      [preflight] You can also perform this action beforehand using 'kubeadm config images pull'
      [preflight] Some fatal errors occurred:
      \t[ERROR \(check)]: it failed
      [preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`
      error: error execution phase preflight: preflight checks failed

      """
    let row = try row(text + hint)
    #expect(Array(row.prefix(2)) == ["preflight", subject])
  }

  /// What is over, or was never waited for, is not said to have been.
  @Test(
    arguments: [
      (
        "kubelet-start", "[preflight] Reading configuration from the cluster...",
        "a Node with name \"w1\" already exists"
      ),
      (
        "preflight", "[preflight] Pulling images required for setting up a Kubernetes cluster",
        "couldn't validate the identity of the API Server: cluster CA found in cluster-info ConfigMap is invalid"
      ),
      ("kubelet-start", "[check-etcd] Checking that the etcd cluster is healthy", "no such file"),
      (
        "mark-control-plane",
        "[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap...\n[mark-control-plane] Marking the node m1",
        "forbidden"
      ),
    ])
  func otherFailures(_ phase: String, _ lines: String, _ reason: String) throws {
    #expect(
      try row(join + "\(lines)\nerror execution phase \(phase): \(reason)\n" + hint)
        == [phase, "-", "-", "-", "-", "-"])
  }

  @Test func whatBrokeOffWasWaiting() throws {
    let text = """
      [init] Using Kubernetes version: v1.22.4
      [preflight] Running pre-flight checks
      [wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory "/x". This can take up to 4m0s
      [kubelet-check] Initial timeout of 40s passed.

      """
    let subject = "the kubelet to boot up the control plane as static Pods from directory \"/x\""
    #expect(try row(text) == ["-", subject, "none", "-", "40.0", "240.0"])
    #expect(
      try row(text + "[apiclient] All control plane components are healthy after 45.5 seconds\n[addons] Applied\n")
        == ["-", "-", "-", "-", "-", "-"])
  }
}
