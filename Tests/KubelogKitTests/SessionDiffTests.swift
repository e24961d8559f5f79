import KubelogKit
import Testing

/// Two sessions side by side: which, in what order, and what they differ in.
@Suite struct SessionDiffTests {
  /// The answer for the first and the second session of a text.
  private func diff(_ text: String, _ others: String...) throws -> SessionDiff {
    try withDesk { desk in
      for (index, text) in ([text] + others).enumerated() {
        _ = try desk.kubelog.ingest(try desk.file("\(index).log", text))
      }
      let ids = try desk.kubelog.sessionIDs()
      try #require(ids.count == 2, "\(ids)")
      return try desk.kubelog.diff(ids[0], ids[1])
    }
  }

  private func settings(_ diff: SessionDiff, _ kind: String) -> [String] {
    diff.settings.rows.filter { diff.settings.text("kind", $0) == kind }.map { row in
      ["name", "a", "b"].map { diff.settings.text($0, row) ?? "-" }.joined(separator: " ")
    }
  }

  private func join(_ arguments: String, node: String, _ rest: String = "") -> String {
    """
    root@\(node):~# kubeadm join \(arguments)
    [preflight] Running pre-flight checks
    \(rest)
    This node has joined the cluster:

    """
  }

  @Test func flagsAreOneHoweverTheyAreTyped() throws {
    let found = try diff(
      join("10.0.0.1:6443 --token abcdef.0123456789abcdef --control-plane --v=5 --node-name n1", node: "m1"),
      join(
        "--token=abcdef.0123456789abcdef -v5 --control-plane 10.0.0.1:6443 --node-name n2 --dry-run", node: "m2",
        "[etcd] B"))
    #expect(settings(found, "flag") == ["--dry-run - true", "--node-name n1 n2"])
    #expect(found.notes == [])
    #expect(!found.json.contains("0123456789abcdef"))
  }

  @Test func flagsOfALineThatWasNotSeenAreSaidToBeUnknown() throws {
    let bare = "[preflight] Running pre-flight checks\n[etcd] B\n\nThis node has joined the cluster:\n"
    let found = try diff(join("10.0.0.1:6443 --control-plane", node: "m1"), bare)
    #expect(settings(found, "flag") == ["--control-plane true -"])
    #expect(
      found.notes == ["the command line of B was not read or had no flags: those of the other stand alone"])
  }

  @Test func findingsAndNodesDiffer() throws {
    let nodes = """
      NAME  STATUS  ROLES   AGE  VERSION  INTERNAL-IP  EXTERNAL-IP  OS-IMAGE  KERNEL-VERSION  CONTAINER-RUNTIME
      m1    Ready   <none>  5m   v1.30.1  10.0.0.2     <none>       Debian    6.1.0           containerd://1.7.1
      m2    Ready   <none>  5m   v1.30.2  10.0.0.3     <none>       Debian    6.1.0           containerd://1.7.2

      """
    let found = try diff(
      join("10.0.0.1:6443", node: "m1", "\t[WARNING Swap]: swap is enabled"),
      join(
        "10.0.0.1:6443", node: "m2",
        "\t[WARNING Swap]: swap is enabled\n\t[WARNING FileExisting-tc]: tc not found in system path"),
      nodes)
    #expect(settings(found, "preflight-warning") == ["FileExisting-tc - tc not found in system path"])
    #expect(
      settings(found, "node") == [
        "kubelet_version v1.30.1 v1.30.2", "container_runtime containerd://1.7.1 containerd://1.7.2",
      ])
  }

  /// What only one has stands where it ran, what only A has before what only B has.
  @Test func phasesStandInTheOrderOfTheRun() throws {
    let found = try diff(
      join("10.0.0.1:6443", node: "m1", "[certs] A\n[kubeconfig] A\n[etcd] A\n[mark-control-plane] A"),
      join("10.0.0.1:6443", node: "m2", "[download-certs] B\n[certs] B\n[kubelet-start] B\n[etcd] B\n[addons] B"))
    #expect(
      found.phases.rows.map { found.phases.text("name", $0) } == [
        "preflight", "download-certs", "certs", "kubeconfig", "kubelet-start", "etcd", "mark-control-plane", "addons",
      ])
    #expect(
      found.phases.rows.map { found.phases.text("b_status", $0) == "missing" } == [
        false, false, false, true, false, false, true, false,
      ])
  }

  @Test func differenceNeedsBoth() throws {
    let healthy = "[apiclient] All control plane components are healthy after"
    func start(_ version: String, _ seconds: String) -> String {
      """
      [init] Using Kubernetes version: \(version)
      [preflight] Running pre-flight checks
      [wait-control-plane] Waiting for the kubelet to boot up the control plane
      \(healthy) \(seconds) seconds

      Your Kubernetes control-plane has initialized successfully!

      """
    }
    let found = try diff(start("v1.22.4", "12.25"), start("v1.22.5", "10"))
    let table = found.phases
    #expect(
      table.rows.map { table.number("difference_s", $0) } == [nil, nil, -2.25, nil])
    #expect(table.rows.map { table.text("a_basis", $0) } == ["none", "none", "printed", "none"])
    #expect(settings(found, "session") == ["kubernetes_version v1.22.4 v1.22.5"])
  }
}
