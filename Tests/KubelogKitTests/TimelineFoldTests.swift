import KubelogKit
import Testing

/// What is said again is one row of the timeline.
@Suite struct TimelineFoldTests {
  /// Rows as "time of day, count, last time, message".
  private func rows(_ text: String, fold: String = "repeats") throws -> [String] {
    try withDesk { desk in
      var options = IngestOptions()
      (options.year, options.node) = (2026, "w1")
      _ = try desk.kubelog.ingest(try desk.file("kubelet.log", text), options)
      let table = try desk.kubelog.answer("timeline", ["fold": .text(fold)])
      return table.rows.map { row in
        let times = ["time", "last_time"].map { name in
          table.number(name, row).map { String(rfc3339(Int64($0)).dropFirst(11).prefix(8)) } ?? "-"
        }
        return "\(times[0]) \(Int(table.number("count", row) ?? 0)) \(times[1]) \(table.text("message", row) ?? "")"
      }
    }
  }

  private static func failure(_ time: String) -> String {
    "E1123 \(time).000000     152 kubelet.go:2347] \"Container runtime network not ready\""
      + " networkReady=\"NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized\"\n"
  }

  @Test func repeatsFoldAcrossMinutes() throws {
    let text = ["14:00:01", "14:00:06", "14:01:11", "14:09:00"].map(Self.failure).joined()
    let message = "container runtime network not ready: NetworkPluginNotReady: cni plugin not initialized"
    #expect(try rows(text) == ["14:00:01 4 14:09:00 \(message)"])
    // Within a minute they are kept as one.
    #expect(
      try rows(text, fold: "none") == [
        "14:00:01 2 14:00:06 \(message)", "14:01:11 1 - \(message)", "14:09:00 1 - \(message)",
      ])
  }

  private static func table(_ time: String, _ status: String) -> String {
    "Mon Nov 23 \(time) UTC 2026\nNAME   STATUS   ROLES   AGE   VERSION\nw1   \(status)   <none>   10d   v1.30.0\n"
  }

  /// A status that comes back is news, and so is a node that is uncordoned.
  @Test func statusFoldsAsLongAsItStays() throws {
    let text = [
      ("14:00:00", "Ready"), ("14:01:00", "Ready"), ("14:02:00", "NotReady"), ("14:03:00", "Ready"),
      ("14:04:00", "Ready"),
      ("14:05:00", "Ready,SchedulingDisabled"), ("14:06:00", "Ready"),
    ].map(Self.table).joined()
    #expect(
      try rows(text) == [
        "14:00:00 2 14:01:00 w1 is Ready", "14:02:00 1 - w1 is NotReady", "14:03:00 2 14:04:00 w1 is Ready",
        "14:05:00 1 - w1 is Ready, no pods scheduled", "14:06:00 1 - w1 is Ready",
      ])
    #expect(try rows(text, fold: "none").count == 7)
  }
}
