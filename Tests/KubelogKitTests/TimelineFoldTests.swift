import KubelogKit
import TestSamples
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

  /// What is done again after it was undone is another act.
  @Test func actsDoNotFold() throws {
    let text = [
      ("14:00:00", "cordoned"), ("14:01:00", "uncordoned"), ("14:02:00", "cordoned"), ("14:02:30", "drained"),
    ]
    .map { "2026-11-23T\($0.0).000000Z node/w1 \($0.1)\n" }.joined()
    #expect(
      try rows(text) == [
        "14:00:00 1 - w1 was cordoned", "14:01:00 1 - w1 was uncordoned", "14:02:00 1 - w1 was cordoned",
        "14:02:30 1 - w1 was drained",
      ])
  }

  /// A loop of restarts is one row; a stop that was asked for ends it.
  @Test func restartsFoldUntilTheUnitIsStopped() throws {
    let lines = [
      "14:00:00 Scheduled restart job, restart counter is at 1.",
      "14:00:10 Scheduled restart job, restart counter is at 2.",
    ].map { "Nov 23 \($0.prefix(8)) w1 systemd[1]: kubelet.service: \($0.dropFirst(9))\n" }
    func start(_ time: String) -> String {
      "Nov 23 \(time) w1 systemd[1]: Started kubelet.service - kubelet: The Kubernetes Node Agent.\n"
    }
    let stop = "Nov 23 14:01:00 w1 systemd[1]: Stopping kubelet.service - kubelet: The Kubernetes Node Agent...\n"
    #expect(
      try rows(lines.joined() + start("14:00:11") + start("14:00:12") + stop + start("14:02:00")) == [
        "14:00:00 2 14:00:10 kubelet.service is restarted", "14:00:11 2 14:00:12 unit started: kubelet.service",
        "14:01:00 1 - unit is stopping: kubelet.service", "14:02:00 1 - unit started: kubelet.service",
      ])
  }

  /// A run of kubeadm and its phases are rows with their ends.
  @Test func runsAreSpans() throws {
    try withDesk { desk in
      let lines = failedJoinLog.split(separator: "\n").enumerated().map { index, line in
        "\(rfc3339(begin + Int64(index) * second)) \(line)\n"
      }
      _ = try desk.kubelog.ingest(try desk.file("join.log", lines.joined()))
      let table = try desk.kubelog.answer("timeline")
      let span = try #require(table.rows.first { table.text("kind", $0) == "kubeadm.session.started" })
      let end = try #require(table.rows.first { table.text("kind", $0) == "kubeadm.session.ended" })
      #expect(table.text("message", span) == "kubeadm join failed")
      #expect(table.number("_until", span) == table.number("time", end))
      let took = ((table.number("time", end) ?? 0) - (table.number("time", span) ?? 0)) / 1e6
      #expect(table.number("_took", span) == took && took > 0)
      let attributes = table.text("attributes", span) ?? ""
      #expect(attributes.contains(#""outcome":"failed""#) && attributes.contains(#""ended_at":"2026-11-23T14:00:0"#))
      let phase = try #require(table.rows.first { table.text("kind", $0) == "kubeadm.phase.started" })
      #expect(table.number("_took", phase) != nil)
    }
  }
}
