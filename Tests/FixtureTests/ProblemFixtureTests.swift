import FoundationEssentials
import KubelogKit
import Testing

/// What is told of recordings: `Fixtures/problems/` holds them as they were, journals thinned out.
@Suite struct ProblemFixtureTests {
  /// Reads inputs, paths below `Fixtures/`, and gives what is told.
  private func diagnosis(_ inputs: [String], text: String? = nil) throws -> (found: Diagnosis, steps: [String]) {
    let folder = try FileManager.default.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let kubelog = Kubelog(
      storePath: folder + "/kubelog.db", now: microseconds("2026-11-23T15:00:00Z") ?? 0, zone: .utc)
    var options = IngestOptions()
    (options.year, options.isLive) = (2026, false)
    for input in inputs { _ = try kubelog.ingest("\(FixtureCase.root)/\(input)", options) }
    if let text {
      try text.write(toFile: folder + "/input", atomically: true, encoding: .utf8)
      _ = try kubelog.ingest(folder + "/input", options)
    }
    return (try kubelog.diagnosis(), try kubelog.nextSteps().map(\.problem.id))
  }

  /// The one first cause of each recording that failed.
  @Test(arguments: [
    (["00-cp1-init-timeout-4m.txt"], "control-plane-timeout"),
    (["00-cp1-init-timeout-4m.kubelet-journal.txt"], "pod-sandbox-failed"),
    (["00-cp1-init-timeout-4m.txt", "00-cp1-init-timeout-4m.kubelet-journal.txt"], "pod-sandbox-failed"),
    (["30-join-unreachable-20s.txt"], "join-api-unreachable"),
    (["30-join-unreachable-20s-v5.txt"], "join-api-unreachable"),
    (["31-join-invalid-token.txt"], "join-token-invalid"),
    (["32-join-wrong-hash.txt"], "join-ca-hash-wrong"),
    (["32-join-wrong-hash-v5.txt"], "join-ca-hash-wrong"),
    (["33-join-control-plane-no-endpoint-a.txt"], "no-control-plane-endpoint"),
    (["34-join-dry-run.txt"], "kubeadm-unknown-flag"),
    (["34-join-existing-node-name.txt"], "node-name-taken"),
    (["36-join-again-fail.txt"], "left-over-files"),
    (["37-init-kubelet-broken-timeout.txt"], "kubelet-unhealthy"),
    (["42-cp3-rejoin-2-fails-no-endpoint.txt"], "no-control-plane-endpoint"),
    (["42-cp3-rejoin-fails-no-endpoint-v1.txt"], "no-control-plane-endpoint"),
    (["43-cp3-rejoin-fails-no-endpoint.txt"], "no-control-plane-endpoint"),
    (["47-join-image-pull-fails-a.txt"], "image-pull-failed"),
    (["47-join-no-cert-key.txt"], "shared-certificates-missing"),
    (["49-cp3-rejoin-fails-etcd-dir.txt"], "directory-not-empty"),
    (["60-kubelet-bad-kubeconfig.txt"], "kubelet-kubeconfig-missing"),
  ])
  func theFirstCauseOfWhatFailed(inputs: [String], problem: String) throws {
    let found = try diagnosis(inputs.map { "problems/\($0)" }).found
    #expect(found.open.filter { $0.severity == .error }.map(\.problem.id) == [problem])
    #expect(found.open.first?.problem.id == problem)
    let evidence = found.open.first?.evidence ?? []
    #expect(!evidence.isEmpty && evidence.allSatisfy { $0.line > 0 && !$0.text.isEmpty && !$0.path.isEmpty })
  }

  private static let install = [
    "ha-install/01-cp1-init.txt", "ha-install/02-cp2-join.txt", "ha-install/03-w1-join.txt",
    "ha-install/04-w2-join-v5.txt", "ha-install/05-cp3-join-v5-ts.txt",
  ]

  /// While a control plane boots, most of what a kubelet says looks like a failure.
  @Test func anInstallThatSucceededHasNoError() throws {
    let found = try diagnosis(Self.install + ["problems/cp1-boot.kubelet-journal.txt"]).found
    #expect(found.open.filter { $0.severity == .error }.map(\.problem.id) == [])
    // It was seen, and that it is over or normal is known.
    #expect(found.cases.contains { $0.problem.id == "api-refused" && $0.state == .ended && $0.endedAt != nil })
    #expect(found.cases.contains { $0.problem.id == "cni-not-initialized" && $0.state == .benign })
    #expect(found.cases.contains { $0.problem.id == "kubelet-node-not-registered" && $0.state == .ended })
  }

  @Test func afterAnInstallTheNextStepsAreTold() throws {
    #expect(
      try diagnosis(["ha-install/01-cp1-init.txt"]).steps
        == ["next-install-network", "next-join-workers", "next-single-control-plane"])
    #expect(
      try diagnosis(["ha-install/01-cp1-init.txt", "ha-install/02-cp2-join.txt"]).steps
        == ["next-install-network", "next-join-workers", "next-even-control-planes"])
    #expect(try diagnosis(Self.install + ["ha-install/06-get-nodes-loop.txt"]).steps == [])
    #expect(try diagnosis(["problems/00-cp1-init-timeout-4m.txt"]).steps == [])
  }

  @Test func aKeyOfAJoinThatFailedIsNamed() throws {
    let key = String(repeating: "0123456789abcdef", count: 4)
    func join(_ error: String) -> String {
      """
      root@cp3:~# kubeadm join lb:6443 --token 9vr73a.a8uxyaju799qwdjv --discovery-token-ca-cert-hash \
      sha256:\(key) --control-plane --certificate-key \(key)
      [preflight] Running pre-flight checks
      [download-certs] Downloading the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
      error execution phase control-plane-prepare/download-certs: error downloading certs: \(error)
      To see the stack trace of this error execute with --v=5 or higher

      """
    }
    let gone = try diagnosis(
      [],
      text: join(
        "error downloading the secret: Secret \"kubeadm-certs\" was not found in the \"kube-system\" Namespace.")
    ).found.open
    #expect(gone.map(\.problem.id) == ["certificate-key-expired"])
    let title = try #require(gone.first?.problem.title)
    let id = title.split(separator: " ").first { $0.utf8.count == 8 }
    #expect(title == "certificate key \(id ?? "") has expired" && id != nil && !key.contains(id ?? "x"))
    let wrong = try diagnosis(
      [], text: join("error decoding secret data with provided key: cipher: message authentication failed")
    ).found.open
    // Ids of keys differ from store to store.
    let other = wrong.first?.problem.title.split(separator: " ").first { $0.utf8.count == 8 }
    #expect(wrong.map(\.problem.title) == ["certificate key \(other ?? "") does not fit"] && other != nil)
  }

  // MARK: minikube's cases

  /// The lines by which minikube tests what it takes for a problem, as facts (pkg/minikube/logs/logs_test.go). It cuts the
  /// heads of klog lines off; where one is missing it is put back.
  @Test(
    arguments: [
      ("F2350 I would love to be an unknown flag, but I am not -- :( --", nil),
      (
        "error: [service-account-issuer is a required flag when BoundServiceAccountTokenVolume is enabled, --service-account-signing-key-file and --service-account-issuer are required flags",
        "control-plane-flag-wrong"
      ),
      (
        "eviction_manager.go:187] eviction manager: pods kube-proxy-kfs8p_kube-system(27fd6b4b-33cf-11e9-ae1d-00155d4b0144) evicted, waiting for pod to be cleaned up",
        "eviction"
      ),
      ("F0212 14:55:46.443031    2693 server.go:148] unknown flag: --AllowedUnsafeSysctls", "kubelet-unknown-flag"),
      (
        #"{"log":"Error: unknown flag: --Authorization.Mode\n","stream":"stderr","time":"2018-06-17T22:16:35.134161966Z"}"#,
        "control-plane-flag-wrong"
      ),
      ("error: unknown flag: --GenericServerRunOptions.AdmissionControl", "control-plane-flag-wrong"),
      (
        #"kubelet.go:1662] Failed creating a mirror pod for "kube-apiserver-minikube_kube-system(c7d572aebd3d33b17fa78ae6395b6d0a)": pods "kube-apiserver-minikube" is forbidden: no providers available to validate pod request"#,
        "admission-refuses-pods"
      ),
      ("error: no objects passed to apply", nil),
      (
        "log.go:172] http: TLS handshake error from 127.0.0.1:49200: remote error: tls: bad certificate",
        "tls-client-certificate-refused"
      ),
      (
        "eviction_manager.go:419] eviction manager: unexpected error when attempting to reduce ephemeral-storage pressure: wanted to free 9223372036854775807 bytes, but freed 0 bytes space with errors in image deletion",
        "eviction"
      ),
      (
        "authentication.go:1] AnonymousAuth is not allowed with the AlwaysAllow authorizer. Resetting AnonymousAuth to false. You should use a different authorizer",
        "anonymous-auth-off"
      ),
      (
        "eviction_manager.go:159] Failed to admit pod kindnet-jpzzf_kube-system(b63b1ee0-0fc6-428f-8e67-e357464f579c) - node has conditions: [DiskPressure]",
        "disk-pressure"
      ),
      (
        #"csi_plugin.go:271] Failed to initialize CSINodeInfo: error updating CSINode annotation: timed out waiting for the condition; caused by: csinodes.storage.k8s.io "m01" is forbidden: User "system:node:m01" cannot get resource "csinodes" in API group "storage.k8s.io" at the cluster scope"#,
        "node-not-permitted"
      ),
      (
        #"kubelet_node_status.go:92] Unable to register node "m01" with API server: nodes is forbidden: User "system:node:m01" cannot create resource "nodes" in API group "" at the cluster scope"#,
        "node-not-permitted"
      ),
      (
        #"kubelet_node_status.go:92] Unable to register node "m01" with API server: Post https://localhost:8443/api/v1/nodes: dial tcp 127.0.0.1:8443: connect: connection refused"#,
        nil
      ),
      (
        "csi_plugin.go:271] Failed to initialize CSINodeInfo: error updating CSINode annotation: timed out waiting for the condition; caused by: Get https://localhost:8443/apis/storage.k8s.io/v1/csinodes/m01: dial tcp 127.0.0.1:8443: connect: connection refused",
        nil
      ),
      (
        #"pod_workers.go:191] Error syncing pod 9f8ee739bd14e8733f807eb2be99768f ("kube-apiserver-m01_kube-system(9f8ee739bd14e8733f807eb2be99768f)"), skipping: failed to "StartContainer" for "kube-apiserver" with CrashLoopBackOff: "back-off 10s restarting failed container=kube-apiserver pod=kube-apiserver-m01_kube-system(9f8ee739bd14e8733f807eb2be99768f)"#,
        "control-plane-crash-loop"
      ),
      (
        "controller.go:135] failed to ensure node lease exists, will retry in 6.4s, error: Get https://localhost:8443/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/m01?timeout=10s: dial tcp 127.0.0.1:8443: connect: connection refused",
        nil
      ),
      (
        #"controller.go:135] leases.coordination.k8s.io "m01" is forbidden: User "system:node:m01" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "kube-node-lease""#,
        "node-not-permitted"
      ),
      (
        #"leaderelection.go:306] error retrieving resource lock kube-system/kube-controller-manager: endpoints "kube-controller-manager" is forbidden: User "system:kube-controller-manager" cannot get resource "endpoints" in API group "" in the namespace "kube-system""#,
        nil
      ),
      (
        #"reflector.go:153] k8s.io/client-go/informers/factory.go:135: Failed to list *v1.Service: services is forbidden: User "system:kube-scheduler" cannot list resource "services" in API group "" at the cluster scope"#,
        nil
      ),
      (
        #"reflector.go:153] k8s.io/client-go/informers/factory.go:135: Failed to list *v1.Node: nodes is forbidden: User "system:kube-scheduler" cannot list resource "nodes" in API group "" at the cluster scope"#,
        nil
      ),
      (
        #"reflector.go:153] k8s.io/kubernetes/pkg/kubelet/kubelet.go:526: Failed to list *v1.Node: nodes "m01" is forbidden: User "system:node:m01" cannot list resource "nodes" in API group "" at the cluster scope"#,
        "node-not-permitted"
      ),
    ] as [(String, String?)])
  func minikubesLinesAreDecidedAsThere(line: String, problem: String?) throws {
    let isKlogWithoutHead = line.prefix { $0 != " " }.hasSuffix("]") && line.contains(".go:")
    let text = (isKlogWithoutHead ? "E0212 14:55:46.443031    2693 " : "") + line + "\n"
    #expect(try diagnosis([], text: text).found.open.map(\.problem.id) == [problem].compactMap(\.self))
  }

  /// Of the errors by which minikube tests its advice (pkg/minikube/problem/problem_test.go) those of kubeadm; the others are
  /// of hypervisors and of minikube itself.
  @Test(
    arguments: [
      ("\t[ERROR Port-10252]: Port 10252 is in use", "port-in-use"),
      (
        "\t[ERROR ImagePull]: failed to pull image k8s.gcr.io/kube-controller-manager:v1.17.0: output: Error response from daemon: Get https://k8s.gcr.io/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
        "image-pull-failed"
      ),
      (
        #"E0212 14:55:46.443031    2693 x.go:1] "Pull failed" err="http: server gave HTTP response to HTTPS client""#,
        "http-for-https"
      ),
      ("this is just a lame error message with no matches.", nil),
      ("create: precreate: VBoxManage not found. Make sure VirtualBox is installed and VBoxManage is in the path", nil),
      ("apiserver: timed out waiting for the condition", nil),
      ("Error getting machine status: state: machine does not exist", nil),
      ("Failed to enable container runtime: running command: sudo systemctl start docker: exit status 5", nil),
    ] as [(String, String?)])
  func minikubesErrorsOfKubeadmAreKnown(line: String, problem: String?) throws {
    let text = "[preflight] Running pre-flight checks\n\(line)\n"
    #expect(try diagnosis([], text: text).found.open.map(\.problem.id) == [problem].compactMap(\.self))
  }
}
