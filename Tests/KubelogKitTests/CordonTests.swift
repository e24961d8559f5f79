import KubelogKit
import TestSamples
import Testing

/// When nodes were closed to new pods, and between which looks that changed.
@Suite struct CordonTests {
  private static func look(_ time: String, _ status: String?, age: String = "10d") -> String {
    "Mon Nov 23 \(time) UTC 2026\nNAME   STATUS   ROLES   AGE   VERSION\na   Ready   <none>   10d   v1.30.0\n"
      + (status.map { "w   \($0)   <none>   \(age)   v1.30.0\n" } ?? "")
  }
  private static let closed = "Ready,SchedulingDisabled"

  /// The spans of `w`, each as the minutes from 14:00 of its four moments, `-` for what is not known, and how it ended.
  private func spans(_ text: String, at time: Int64? = nil) throws -> [String] {
    let table = try withDesk(now: begin + 24 * hour) { desk in
      var options = IngestOptions()
      options.at = time
      _ = try desk.kubelog.ingest(try desk.file("a.log", text), options)
      return try desk.kubelog.answer("cordons")
    }
    return table.rows.map { row in
      let minutes = ["from_not_before", "from", "to_not_before", "to"].map { name in
        table.number(name, row).map { "\(Int64($0 - Double(begin)) / minute)" } ?? "-"
      }
      return (minutes + [table.text("end", row) ?? "-", table.text("observed_by", row) ?? "-"]).joined(separator: " ")
    }
  }

  @Test(
    arguments: [
      (
        [("14:00:00", "Ready"), ("14:05:00", closed), ("14:06:00", closed), ("14:09:00", "Ready")],
        ["0 5 6 9 uncordoned snapshot"]
      ),
      ([("14:05:00", closed), ("14:09:00", "Ready")], ["- 5 5 9 uncordoned snapshot"]),
      (
        [("14:01:00", "Ready"), ("14:02:00", "NotReady,SchedulingDisabled"), ("14:07:00", closed)],
        ["1 2 7 - - snapshot"]
      ),
      ([("14:01:00", "Ready"), ("14:02:00", "NotReady")], []),
      (
        [("14:00:00", "Ready"), ("14:01:00", closed), ("14:02:00", "Ready"), ("14:03:00", closed)],
        ["0 1 1 2 uncordoned snapshot", "2 3 3 - - snapshot"]
      ),
    ] as [([(String, String)], [String])])
  func ofPolls(_ looks: [(String, String)], _ expected: [String]) throws {
    #expect(try spans(looks.map { Self.look($0, $1) }.joined()) == expected)
  }

  /// What kubectl says after it did it needs no look before.
  @Test func ofKubectl() throws {
    let text = """
      2026-11-23T14:01:00Z node/w cordoned
      2026-11-23T14:02:00Z node/w already cordoned
      2026-11-23T14:04:00Z node/w uncordoned
      2026-11-23T14:06:00Z node/w already cordoned

      """
    #expect(try spans(text) == ["1 1 4 4 uncordoned kubectl", "4 6 6 - - kubectl"])
  }

  /// A deleted node is cordoned no more, and the next of its name is another.
  @Test func ofANodeThatWasDeleted() throws {
    let text = "2026-11-23T14:01:00Z node/w cordoned\n2026-11-23T14:05:00Z node \"w\" deleted\n"
    #expect(try spans(text) == ["1 1 5 5 removed kubectl"])
    #expect(
      try spans(text + Self.look("14:20:00", Self.closed, age: "2m")) == [
        "1 1 5 5 removed kubectl", "- 20 20 - - snapshot",
      ])
  }

  /// The kubelet says each time it starts that its node is closed; that it is open again it says once.
  @Test func ofTheKubelet() throws {
    let event = { (time: String, reason: String) in
      "I1123 \(time).000000    1 server.go:1] \"Recording event message for node\" node=\"w\" event=\"\(reason)\"\n"
    }
    let kubelet = event("14:10:00", "NodeNotSchedulable") + event("14:12:00", "NodeSchedulable")
    let table = try withDesk(now: begin + 24 * hour) { desk in
      var options = IngestOptions()
      options.year = 2026
      _ = try desk.kubelog.ingest(try desk.file("k.log", kubelet), options)
      return try desk.kubelog.answer("cordons")
    }
    let row = try #require(table.rows.first)
    #expect(table.number("from_not_before", row) == nil)
    #expect(table.number("from", row) == Double(begin + 10 * minute))
    #expect(table.number("to_not_before", row).map { $0 >= Double(begin + 11 * minute) } ?? false)
    #expect(table.number("to", row) == Double(begin + 12 * minute))
  }
}
