import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct NodeLayoutTests {
  @Test func rowsCutAtTheWidthOfTheTerminal() throws {
    let parsed = try parse(
      """
      NAME   STATUS     ROLES                  AGE
      cp1    NotReady   control-plane,master   2m2
      w1     Ready      <none>                 47h

      """)
    #expect(parsed.events.compactMap(\.observation).map(\.status) == ["NotReady", "Ready"])
    #expect(parsed.events.compactMap(\.observation).map(\.roles) == [["control-plane", "master"], []])
    #expect(parsed.events.compactMap(\.observation?.age).isEmpty)
  }

  @Test func cutRowsEndWithTheirTable() throws {
    let parsed = try parse(
      "NAME   STATUS     ROLES                  AGE     VERSION\nNAME   READY   STATUS   RESTARTS   AGE\nabc    Ready      x   5m\n"
    )
    #expect(parsed.events.isEmpty)
  }

  @Test func blocksOfSeveralResources() throws {
    let parsed = try parse(
      """
      NAME       STATUS   ROLES                  AGE     VERSION
      node/cp1   Ready    control-plane,master   9m59s   v1.22.4

      NAMESPACE     NAME                              READY   STATUS             RESTARTS       AGE
      kube-system   pod/coredns-78fcd69978-pw6n2      0/1     Running            2 (17s ago)    9m41s

      """)
    #expect(parsed.kinds == ["node.observed"])
    #expect(parsed.events.first?.node == "cp1")
  }

  @Test func customColumnsWithAReason() throws {
    let parsed = try parse(
      """
      NAME   READY     REASON              SINCE
      cp1    True      KubeletReady        2026-11-23T14:36:09Z
      w2     Unknown   NodeStatusUnknown   2026-11-23T14:42:03Z
      w2     False     KubeletNotReady     2026-11-23T14:42:36Z
      w3     False     RevisionMissing     2026-11-23T14:42:36Z

      """)
    #expect(parsed.events.map(\.node) == ["cp1", "w2", "w2"])
    #expect(parsed.events.compactMap(\.observation).map(\.status) == ["Ready", "NotReady", "NotReady"])
    #expect(parsed.events.compactMap(\.observation).map(\.observer) == [.snapshot, .snapshot, .watch])
    #expect(parsed.events[1].attribute("reason") == "NodeStatusUnknown")
  }

  /// The type of the last condition is `Ready` whatever its status is.
  @Test(
    arguments: [
      "NAME   STATUS\ncp1    Ready\n", "NAME   STATUS   VERSION\ncp1    Ready    v1.22.4\n",
      "NAME   READY   VERSION\ncp1    True    v1.22.4\n", "NAME   READY   REASON\napp    True    Succeeded\n",
      "NAME   URL   READY   REASON\napp    http://x   True   \n", "NODE   READY\ncp1    True\n",
    ])
  func customColumnsThatSayTooLittle(text: String) throws {
    #expect(try parse(text).events.isEmpty)
  }

  @Test(
    arguments: [
      """
      POD ID              CREATED             STATE               NAME                NAMESPACE           ATTEMPT             RUNTIME
      9f2b1f0c1f9c5       2 minutes ago       NotReady            kube-proxy-abcde    kube-system         0                   (default)

      """,
      """
      ID                            HOSTNAME   STATUS    AVAILABILITY   MANAGER STATUS   ENGINE VERSION
      dxn1zf6l61qsb1josjja83ngz *   manager1   Ready     Active         Leader           20.10.21

      """,
      """
      NAME                 STATUS      MESSAGE                                    ERROR
      scheduler            Unhealthy   Get "http://127.0.0.1:10251/healthz": dial tcp: connection refused
      etcd-0               Healthy     {"health":"true"}

      """,
      "NAME      READY   UP-TO-DATE   AVAILABLE   AGE\ncoredns   2/2     2            2           3m\n",
    ])
  func otherTables(text: String) throws {
    #expect(try parse(text).events.isEmpty)
  }

  @Test func headingOfWatchDatesTheAnswer() throws {
    let parsed = try parse(
      """
      Every 2.0s: kubectl get nodes                         cp1: Mon Nov 23 14:42:30 2026

      NAME   STATUS   ROLES                  AGE     VERSION
      cp1    Ready    control-plane,master   9m42s   v1.22.4

      """, zone: .fixed(32_400))
    #expect(parsed.events.first?.time.microseconds == moment("2026-11-23T05:42:30Z"))
  }

  /// A node that changes and changes back within one unit of its age prints the same row twice.
  @Test func equalRowsUnderOneDateAreTwoSightings() throws {
    let parsed = try parse(
      """
      2026-11-23T14:42:30Z
      w1   Ready   <none>   10m   v1.22.4
      w1   NotReady   <none>   10m   v1.22.4
      w1   Ready   <none>   10m   v1.22.4

      """)
    #expect(Set(parsed.events.map { "\($0.identity)" }).count == 3)
  }
}
