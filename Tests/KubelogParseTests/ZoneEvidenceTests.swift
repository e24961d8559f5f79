import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct ZoneEvidenceTests {
  private func condition(_ heartbeat: String) -> String {
    #""Node became not ready" node="cp1" condition={"type":"Ready","status":"False","lastHeartbeatTime":"\#(heartbeat)"}"#
  }

  private func klog(_ stamp: String, _ heartbeat: String) -> String {
    "I\(stamp)     506 setters.go:580] \(condition(heartbeat))\n"
  }

  private func seconds(_ text: String) -> Int? { text.bytes { ZoneEvidence.seconds(in: $0) } }

  @Test(
    arguments: [
      ("1123 23:36:16.123456", "2026-11-23T14:36:16Z", 32_400), ("1123 14:36:16.123456", "2026-11-23T14:36:16Z", 0),
      ("1123 09:36:16.123456", "2026-11-23T14:36:16Z", -18_000),
      // A quarter of an hour is the least step of zones; the line is written a moment after the heartbeat.
      ("1123 20:21:17.000001", "2026-11-23T14:36:16Z", 20_700), ("1123 14:37:40.000000", "2026-11-23T14:36:16Z", 0),
      // Over midnight, New Year's too.
      ("1124 01:36:16.123456", "2026-11-23T16:36:16Z", 32_400),
    ])
  func conditionsTellTheZone(stamp: String, heartbeat: String, expected: Int) {
    #expect(seconds(klog(stamp, heartbeat)) == expected)
    #expect(seconds("I1123 10:00:00.000000     506 server.go:1] x\n" + klog(stamp, heartbeat)) == expected)
  }

  @Test func stampOfTheJournalCounts() {
    // The kubelet's own clock may show another zone than journalctl does.
    let line = "Nov 23 23:36:16 cp1 kubelet[506]: " + klog("1123 14:36:16.123456", "2026-11-23T14:36:16Z")
    #expect(seconds(line) == 32_400)
  }

  @Test(
    arguments: [
      ("1123 14:40:00.000000", "2026-11-23T14:36:16Z"), ("1125 14:36:16.000000", "2026-11-23T14:36:16Z"),
      ("1123 14:36:16.000000", "2026-11-23T14:36:16"), ("1123 14:36:16.000000", "yesterday"),
    ])
  func whatIsFarOffTellsNothing(stamp: String, heartbeat: String) {
    #expect(seconds(klog(stamp, heartbeat)) == nil)
  }

  @Test func twoZonesAreNone() {
    let (east, utc) = (klog("1123 23:36:16.0000000", ""), klog("1123 14:36:16.000000", "2026-11-23T14:36:16Z"))
    #expect(seconds(east + utc) == 0)
    #expect(seconds(klog("1123 23:36:16.000000", "2026-11-23T14:36:16Z") + utc) == nil)
  }
}
