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
