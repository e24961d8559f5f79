import KubelogKit
import Testing

/// A node that was deleted is told as removed until it is seen again.
@Suite struct RemovedNodeTests {
  private static let table = """
    root@cp1:~# kubectl get nodes
    NAME   STATUS   ROLES           AGE   VERSION
    cp1    Ready    control-plane   10d   v1.30.0
    w1     Ready    <none>          10d   v1.30.0

    """
  private static let deletion = """
    root@cp1:~# kubectl drain w1 --ignore-daemonsets
    node/w1 cordoned
    node/w1 drained
    root@cp1:~# kubectl delete node w1
    node "w1" deleted

    """
  private static let watch = """
    EVENT      NAME   STATUS   ROLES    AGE   VERSION
    ADDED      w1     Ready    <none>   10d   v1.30.0
    DELETED    w1     Ready    <none>   10d   v1.30.0

    """

  @Test(
    arguments: [
      (table, []), (table + deletion, ["w1"]), (table + deletion + table, []), (watch, ["w1"]),
      (deletion, ["w1"]), ("Mon Nov 23 14:35:12 UTC 2026\n" + table + "Mon Nov 23 14:36:12 UTC 2026\n" + watch, ["w1"]),
    ] as [(String, [String])])
  func removedUntilSeenAgain(_ text: String, _ removed: [String]) throws {
    try withDesk { desk in
      _ = try desk.kubelog.ingest(try desk.file("session.log", text))
      let nodes = try desk.kubelog.answer("nodes")
      let gone = nodes.rows.filter { nodes.number("removed_at", $0) != nil }.compactMap { nodes.text("name", $0) }
      #expect(gone == removed)
      #expect(nodes.rows.contains { nodes.text("name", $0) == "w1" })
    }
  }
}
