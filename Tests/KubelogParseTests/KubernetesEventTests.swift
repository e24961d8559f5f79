import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct KubernetesEventTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var text: String
    var age = 131
    var reason = "NodeReady"
    var type = "Normal"
    var message: String? = "Node cp1 status is now: NodeReady"
    var count: String?
    var testDescription: String { text }
  }

  private static let date = "2026-11-23T14:42:46Z\n"

  @Test(
    arguments: [
      Row(text: "2m11s       Normal    NodeReady                 node/cp1   Node cp1 status is now: NodeReady"),
      Row(text: "default       2m11s       Normal   NodeReady   node/cp1   Node cp1 status is now: NodeReady"),
      Row(text: "2m11s Normal NodeReady node/cp1 Node cp1 status is now: NodeReady"),
      Row(text: "2m11s\tNormal\tNodeReady\tnode/cp1\tNode cp1 status is now: NodeReady"),
      Row(text: "2m11s (x3 over 10m)   Normal   NodeReady   Node/cp1   Node cp1 status is now: NodeReady", count: "3"),
      Row(
        text: "default   2m11s (x3 over 10m)   Normal   NodeReady   Node/cp1   Node cp1 status is now: NodeReady",
        count: "3"),
      Row(text: "2m11s (x3 over 10m) Normal NodeReady Node/cp1 Node cp1 status is now: NodeReady", count: "3"),
      Row(
        text:
          "2m11s   Normal   NodeReady   node/cp1      kubelet, cp1   Node cp1 status is now: NodeReady   10m   2   cp1.18eab34a3bda1150",
        count: "2"),
      Row(
        text: "15s   Normal   Starting   node/cp1      kube-proxy, cp1      15s   1   cp1.18eab34a3bda1150", age: 15,
        reason: "Starting", message: nil, count: "1"),
      Row(
        text:
          "2m11s       10m        2       cp1.152ab34a3bda1150   Node                Normal    NodeReady   kubelet, cp1   Node cp1 status is now: NodeReady",
        count: "2"),
      Row(
        text:
          "default   2m11s   10m   2   cp1.152ab34a3bda1150   Node      Normal   NodeReady   kubelet, cp1   Node cp1 status is now: NodeReady",
        count: "2"),
      Row(
        text: "39s   Warning   InvalidDiskCapacity   node/cp1   invalid capacity 0 on image filesystem", age: 39,
        reason: "InvalidDiskCapacity", type: "Warning", message: "invalid capacity 0 on image filesystem"),
    ])
  func rows(row: Row) throws {
    let parsed = try parse(Self.date + row.text + "\n")
    let event = try #require(parsed.events.first)
    #expect(parsed.kinds == ["kubernetes.event"])
    #expect(event.node == "cp1")
    #expect(event.attribute("object") == "node/cp1")
    #expect(event.attribute("reason") == row.reason)
    #expect(event.attribute("type") == row.type)
    #expect(event.attribute("message") == row.message)
    #expect(event.attribute("count") == row.count)
    #expect(event.severity == (row.type == "Warning" ? .warning : .info))
    #expect(event.time.microseconds == moment("2026-11-23T14:42:46Z") - Int64(row.age) * 1_000_000)
    #expect(event.time.source == .derived)
    #expect(event.observation?.status == (row.reason == "NodeReady" ? "Ready" : nil))
    #expect((event.observation?.observer ?? .event) == .event)
  }

  @Test(
    arguments: [
      "LAST SEEN   TYPE     REASON     OBJECT     MESSAGE", "",
      "9m44s   Warning   NodeNotReady   Pod/etcd-cp1   Node is not ready",
      "9m44s   Warning   NodeNotReady   pod/etcd-cp1   Node node/cp1 is not ready",
      "2m   Normal   LeaderElection   lease/kube-scheduler   cp1 became leader",
      "later   Normal   NodeReady   node/cp1   Node cp1 status is now: NodeReady",
      "2m   normal   NodeReady   node/cp1   Node cp1 status is now: NodeReady",
      "2m   Normal   node ready   node/cp1   Node cp1 status is now: NodeReady",
      "2m   2m   1   etcd-cp1.152ab34a3bda1150   Pod   spec.containers{etcd}   Normal   Pulled   kubelet, cp1   Node pulled",
      "2m   2m   1   cp1   Node   Normal   NodeReady   kubelet, cp1   Node cp1 status is now: NodeReady",
      "Normal operation of node/cp1", "the Warning about node/cp1 was seen 2m ago",
    ])
  func noRows(text: String) throws {
    #expect(try parse(Self.date + text + "\n").events.isEmpty)
  }

  /// Without a moment to count from nothing is said about a node's state, and nothing of a time.
  @Test func undatedRowsTellNoState() throws {
    let row = "2m11s   Normal   NodeReady   node/cp1   Node cp1 status is now: NodeReady\n"
    let event = try #require(try parse(row).events.first)
    #expect(event.time == .none)
    #expect(event.observation == nil)
    let bounded = try #require(try parse(row, modified: moment("2026-11-23T15:00:00Z")).events.first)
    #expect(bounded.time.source == .file)
    #expect(bounded.observation == nil)
  }

  /// Two changes within one minute bear the same age: their order cannot be told.
  @Test func coarseAgesTellNoState() throws {
    let event = try parse(Self.date + "12m   Normal   NodeReady   node/cp1   Node cp1 status is now: NodeReady\n")
      .events.first
    #expect(event?.time.microseconds == moment("2026-11-23T14:30:46Z"))
    #expect(event?.observation == nil)
  }

  @Test func uncertaintyIsTheUnitOfTheAge() throws {
    let prefix = "Nov 23 14:42:46.000000 "
    let fine = try parse(
      prefix + "2m11s   Normal   NodeReady   node/cp1   Node cp1 status is now: NodeReady\n", year: 2026)
    #expect(fine.events.first?.time.uncertainty == 1_000_000)
    let coarse = try parse(
      prefix + "12m   Normal   NodeReady   node/cp1   Node cp1 status is now: NodeReady\n", year: 2026)
    #expect(coarse.events.first?.time.uncertainty == 60_000_000)
  }

  @Test func namedEventsAreTheSameInEveryAnswer() throws {
    func row(_ age: String) -> String {
      "\(age)   Normal   NodeReady   node/cp1      kubelet, cp1   Node cp1 status is now: NodeReady   10m   2   cp1.18eab34a3bda1150\n"
    }
    let parsed = try parse(Self.date + row("10s") + "2026-11-23T14:42:56Z\n" + row("20s"))
    #expect(parsed.events.count == 2)
    #expect(parsed.events[0].identity == parsed.events[1].identity)
    let unnamed = "10s   Normal   NodeReady   node/cp1   Node cp1 status is now: NodeReady\n"
    let two = try parse(Self.date + unnamed + unnamed)
    #expect(two.events[0].identity != two.events[1].identity)
  }
}
