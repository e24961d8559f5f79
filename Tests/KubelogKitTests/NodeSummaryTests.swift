import KubelogKit
import TestSamples
import Testing

/// How long nodes took to become ready, how long they were not, and why.
@Suite struct NodeSummaryTests {
  private static func condition(_ time: String, _ status: String, _ reason: String, _ message: String) -> String {
    """
    {"kind":"Node","apiVersion":"v1","metadata":{"name":"w1","creationTimestamp":"2026-11-23T14:00:00Z"},\
    "status":{"conditions":[{"type":"Ready","status":"\(status)","lastHeartbeatTime":"2026-11-23T14:\(time)Z",\
    "lastTransitionTime":"2026-11-23T14:\(time)Z","reason":"\(reason)","message":"\(message)"}],\
    "nodeInfo":{"kubeletVersion":"v1.30.0"}}}

    """
  }

  private func reasons(_ text: String) throws -> (reasons: String?, seconds: Double?) {
    try withDesk { desk in
      let whole = text + Self.condition("02:00", "True", "KubeletReady", "kubelet is posting ready status")
      _ = try desk.kubelog.ingest(try desk.file("nodes.json", whole))
      let table = try desk.kubelog.answer("time-to-ready")
      let row = try #require(table.rows.first)
      return (table.text("not_ready_reasons", row), table.number("not_ready_s", row))
    }
  }

  @Test(
    arguments: [
      (
        "KubeletNotReady", "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady",
        ["cni"]
      ),
      ("KubeletNotReady", "PLEG is not healthy: pleg was last seen active 3m7s ago; threshold is 3m0s", ["pleg"]),
      ("KubeletNotReady", "container runtime is down", ["runtime"]),
      (
        "KubeletNotReady", "[container runtime status check may not have completed yet, x509: certificate has expired]",
        ["certificate"]
      ),
      ("KubeletHasDiskPressure", "no space left on device", ["disk"]),
      ("NodeStatusUnknown", "Kubelet stopped posting node status.", ["kubelet-silent"]),
      ("KubeletNotReady", "node is shutting down", []),
    ] as [(String, String, [String])])
  func reasonOfACondition(_ reason: String, _ message: String, _ words: [String]) throws {
    let found = try reasons(Self.condition("01:00", "False", reason, message))
    #expect(found.reasons == jsonText(words))
    #expect(found.seconds == 60)
  }

  @Test func kubeletTellsWhy() throws {
    try withDesk { desk in
      var options = IngestOptions()
      (options.year, options.node) = (2026, "w1")
      let log =
        "E1123 14:01:20.000000     152 kubelet.go:2347] \"Container runtime network not ready\""
        + " networkReady=\"NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized\"\n"
      _ = try desk.kubelog.ingest(try desk.file("kubelet.log", log), options)
      let tables = [("14:01:00", "NotReady", "5s"), ("14:01:30", "NotReady", "35s"), ("14:02:00", "Ready", "65s")].map {
        "Mon Nov 23 \($0.0) UTC 2026\nNAME   STATUS   ROLES   AGE   VERSION\nw1   \($0.1)   <none>   \($0.2)   v1.30.0\n"
      }
      _ = try desk.kubelog.ingest(try desk.file("nodes.log", tables.joined()))
      let table = try desk.kubelog.answer("time-to-ready")
      let row = try #require(table.rows.first)
      #expect(table.text("not_ready_reasons", row) == #"["cni"]"#)
      #expect(table.number("not_ready_s", row) == 60)
      #expect(table.number("joined_at", row) == Double(begin + 55 * second))
      #expect(table.number("time_to_ready_s", row) == 65)
      // No start of its kubelet was seen.
      #expect(table.number("restarts", row) == nil)
    }
  }

  /// A kubelet that cannot reach the API server is silent to the control plane, which calls it not ready a while later.
  @Test func unreachableServerIsAReason() throws {
    try withDesk { desk in
      var options = IngestOptions()
      (options.year, options.node) = (2026, "w1")
      let log =
        "E1123 14:00:40.000000     152 controller.go:187] failed to update lease, error: Put \"https://10.0.0.1:6443/apis/"
        + "coordination.k8s.io/v1/namespaces/kube-node-lease/leases/w1\": dial tcp 10.0.0.1:6443: connect: connection refused\n"
      _ = try desk.kubelog.ingest(try desk.file("kubelet.log", log), options)
      let tables = [("14:00:30", "Ready"), ("14:01:20", "NotReady"), ("14:02:00", "Ready")].map {
        "Mon Nov 23 \($0.0) UTC 2026\nNAME   STATUS   ROLES   AGE   VERSION\nw1   \($0.1)   <none>   10d   v1.30.0\n"
      }
      _ = try desk.kubelog.ingest(try desk.file("nodes.log", tables.joined()))
      let table = try desk.kubelog.answer("not-ready-reasons")
      #expect(table.rows.map { table.text("reasons", $0) } == [#"["api-server"]"#])
    }
  }

  /// The same words while its own control plane starts are no reason: during an init, and after the machine was off.
  @Test(arguments: [
    ("init", #"[]"#), ("start", #"[]"#), ("crash loop", #"["api-server"]"#), ("later", #"["api-server"]"#),
    ("worker", #"["api-server"]"#),
  ])
  func serverOfTheNodeItselfIsNoReasonWhileItStarts(_ scene: String, _ reasons: String) throws {
    try withDesk { desk in
      var options = IngestOptions()
      (options.year, options.node) = (2026, "a")
      func start(_ time: String) -> String {
        "Nov 23 \(time) a systemd[1]: Started kubelet: The Kubernetes Node Agent.\n"
      }
      var starts = ""
      switch scene {
      case "start", "worker": starts = start("14:00:35")
      case "crash loop": starts = start("13:55:00") + start("14:00:35")
      case "later": starts = start("13:50:00")
      default:
        options.at = begin + 20 * second
        _ = try desk.kubelog.ingest(try desk.file("init.log", initLog, modified: begin + minute), options)
        options.at = nil
      }
      let refusal =
        "E1123 14:00:40.000000     152 controller.go:187] failed to update lease, error: Put \"https://10.0.0.1:6443/apis/"
        + "coordination.k8s.io/v1/namespaces/kube-node-lease/leases/a\": dial tcp 10.0.0.1:6443: connect: connection refused\n"
      _ = try desk.kubelog.ingest(try desk.file("kubelet.log", starts + refusal), options)
      let role = scene == "worker" ? "<none>" : "control-plane"
      let tables = [("14:00:30", "NotReady"), ("14:02:00", "Ready")].map {
        "Mon Nov 23 \($0.0) UTC 2026\nNAME   STATUS   ROLES   AGE   VERSION\na   \($0.1)   \(role)   10d   v1.30.0\n"
      }
      _ = try desk.kubelog.ingest(try desk.file("nodes.log", tables.joined()))
      let table = try desk.kubelog.answer("not-ready-reasons")
      #expect(table.rows.map { table.text("reasons", $0) } == [reasons])
    }
  }

  /// A deleted node is not NotReady any more.
  @Test func removalEndsTheSpan() throws {
    try withDesk { desk in
      let text = """
        Mon Nov 23 14:00:00 UTC 2026
        NAME   STATUS     ROLES    AGE   VERSION
        w1     NotReady   <none>   10d   v1.30.0
        2026-11-23T14:01:00.000000Z node "w1" deleted
        Mon Nov 23 14:05:00 UTC 2026
        NAME   STATUS     ROLES    AGE   VERSION
        w1     NotReady   <none>   3s    v1.30.0
        Mon Nov 23 14:05:10 UTC 2026
        NAME   STATUS     ROLES    AGE   VERSION
        w1     Ready      <none>   13s   v1.30.0

        """
      _ = try desk.kubelog.ingest(try desk.file("nodes.log", text))
      let table = try desk.kubelog.answer("not-ready-reasons")
      #expect(table.rows.map { table.number("not_ready_s", $0) } == [60, 10])
    }
  }

  @Test func startsAreCounted() throws {
    try withDesk { desk in
      let text = ["14:00:01", "14:00:12", "14:03:00"].map {
        "Nov 23 \($0) w1 systemd[1]: Started kubelet: The Kubernetes Node Agent.\n"
      }
      var options = IngestOptions()
      options.year = 2026
      _ = try desk.kubelog.ingest(try desk.file("journal.log", text.joined()), options)
      let table = try desk.kubelog.answer("kubelet-restarts")
      let row = try #require(table.rows.first)
      #expect(table.text("node", row) == "w1")
      #expect(table.number("starts", row) == 3)
      #expect(table.number("restarts", row) == 2)
    }
  }
}
