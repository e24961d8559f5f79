import KubelogKit
import Testing

/// Nodes that come and go, as they are answered.
@Suite struct NodeHistoryTests {
  private static let heading = "NAME   STATUS   ROLES   AGE   VERSION\n"

  /// One cell of each row after the row's name.
  private func rows(_ query: String, _ name: String, _ cell: String, of text: String) throws -> [String: [Value]] {
    try withDesk { desk in
      _ = try desk.kubelog.ingest(try desk.file("shell.txt", text))
      let table = try desk.kubelog.answer(query)
      let key = try #require(table.columns.firstIndex { $0.name == name })
      let value = try #require(table.columns.firstIndex { $0.name == cell })
      var found: [String: [Value]] = [:]
      for row in table.rows {
        if case .text(let node) = row[key] { found[node, default: []].append(row[value]) }
      }
      return found
    }
  }

  @Test func deletedNodeIsRemoved() throws {
    let text = "\(Self.heading)cp1    Ready    <none>   5m    v1.22.4\nw1     Ready    <none>   4m    v1.22.4\n"
    let removed = try rows("nodes", "name", "removed_at", of: text + "node \"w1\" deleted\n")
    #expect(removed["cp1"] == [.null])
    // Undated: not later than the file.
    #expect(removed["w1"] == [.integer(begin)])
    let table = try rows(
      "nodes", "name", "removed_at",
      of: text + "node \"w1\" deleted\n" + Self.heading + "w1   Ready   <none>   9s   v1.22.4\n")
    #expect(table["w1"] == [.null])
  }

  /// A watch shows a deleted node once more, with the age of the old one.
  @Test(arguments: [("4m", true), ("1s", false)])
  func rowAfterTheDeletion(_ age: String, _ isRemoved: Bool) throws {
    let removed = try rows(
      "nodes", "name", "removed_at",
      of: """
        2026-11-23T14:09:00.000000Z w1     Ready    <none>   3m59s   v1.22.4
        2026-11-23T14:09:10.000000Z node "w1" deleted
        2026-11-23T14:09:12.000000Z w1     Ready    <none>   \(age)   v1.22.4

        """)
    #expect(removed["w1"]?.map { $0 != .null } == [isRemoved])
  }

  /// Who asks now and then learns of a change later: it happened since the last answer.
  @Test func changesAreBetweenTwoAnswers() throws {
    let text = [("13:50:00", "NotReady", "20s"), ("13:50:10", "NotReady", "30s"), ("13:50:20", "Ready", "40s")].map {
      "Mon Nov 23 \($0.0) UTC 2026\n\(Self.heading)w1     \($0.1)    <none>   \($0.2)    v1.22.4\n"
    }.joined()
    #expect(
      try rows("node-transitions", "node", "earliest", of: text)["w1"] == [
        .integer(begin - 10 * minute - 21 * second), .integer(begin - 10 * minute + 10 * second),
      ])
    let latest = try rows("node-transitions", "node", "latest", of: text)["w1"] ?? []
    #expect(latest.first == .integer(begin - 10 * minute + 10 * second + 999_999))
  }

  /// Another node of the same name begins anew, also where it is as the old one was.
  @Test func aNodeThatCameBackIsAnotherOne() throws {
    func object(_ type: String, _ made: String, _ since: String) -> String {
      #"{"type":"\#(type)","object":{"kind":"Node","apiVersion":"v1","metadata":{"name":"w1","creationTimestamp":"\#(made)"},"#
        + #""status":{"conditions":[{"type":"Ready","status":"False","lastHeartbeatTime":"\#(since)","#
        + #""lastTransitionTime":"\#(since)","reason":"KubeletNotReady","message":""}]}}}"# + "\n"
    }
    let (first, second) = ("2026-11-23T13:00:00Z", "2026-11-23T13:30:00Z")
    let text = object("ADDED", first, first) + object("DELETED", first, first) + object("ADDED", second, second)
    #expect(try rows("node-transitions", "node", "from", of: text)["w1"] == [.null, .null])
    #expect(try rows("node-transitions", "node", "after_s", of: text)["w1"] == [.null, .null])
  }

  /// Undated tables of one file are in order, whatever stands between them.
  @Test func statusChangesAcrossASession() throws {
    let text = """
      \(Self.heading)cp1    NotReady    <none>   5m    v1.22.4
      [preflight] Running pre-flight checks
      This node has joined the cluster:
      \(Self.heading)cp1    Ready    <none>   6m    v1.22.4

      """
    #expect(try rows("node-transitions", "node", "from", of: text)["cp1"] == [.null, .text("NotReady")])
    #expect(try rows("node-transitions", "node", "to", of: text)["cp1"] == [.text("NotReady"), .text("Ready")])
  }
}
