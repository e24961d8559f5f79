import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct DateLineTests {
  private func read(_ text: String) -> (civil: CivilTime, zoneSeconds: Int?)? {
    text.bytes { DateLine.read($0, 0..<$0.count) }
  }

  /// `script` says when it began and when it ended: all that it recorded lies between.
  @Test func recordingBeginsAndEnds() throws {
    let text = """
      Script started on 2026-11-23 14:36:27+00:00 [COMMAND="kubeadm join lb:6443" <not executed on terminal>]
      [preflight] Running pre-flight checks
      [kubelet-start] Starting the kubelet

      This node has joined the cluster:
      * Certificate signing request was sent to apiserver and a response was received.

      Run 'kubectl get nodes' on the control-plane to see this node join the cluster.

      Script done on 2026-11-23 14:36:35+00:00 [COMMAND_EXIT_CODE="0"]
      Script started on 2026-11-23 15:00:00+00:00 [TERM="xterm"]
      node/w1 cordoned

      """
    let found = try parse(text, modified: moment("2026-11-23T16:00:00Z"))
    let join = found.events.filter { $0.kind.hasPrefix("kubeadm.") }
    #expect(join.contains { $0.kind == "kubeadm.session.ended" } && join.count > 3)
    for event in join {
      #expect(event.time.earliest == moment("2026-11-23T14:36:27Z"))
      #expect(event.time.latest == moment("2026-11-23T14:36:35.999999Z"))
    }
    let cordon = try #require(found.events("node.cordoned").first)
    #expect(cordon.time.earliest == moment("2026-11-23T15:00:00Z"))
    #expect(cordon.time.latest == moment("2026-11-23T16:00:00Z"))
  }

  @Test(
    arguments: [
      ("Mon Nov 23 14:35:12 UTC 2026", 0), ("Mon Nov 23 14:35:12 GMT 2026", 0),
      ("Mon Nov 23 14:35:12 KST 2026", 32_400),
      ("Mon Nov 23 02:35:12 PM KST 2026", 32_400), ("Mon Nov 23 02:35:12 PM UTC 2026", 0),
      ("2026-11-23T14:35:12+00:00", 0), ("2026-11-23T14:35:12+09:00", 32_400), ("2026-11-23T14:35:12-0330", -12_600),
      ("2026-11-23 14:35:12", nil), ("2026-11-23T14:35:12Z", 0),
      ("=== Mon Nov 23 14:35:12 UTC 2026 ===", 0), ("--- 2026-11-23T14:35:12Z ---", 0),
      ("### 2026-11-23 14:35:12", nil),
    ] as [(String, Int?)])
  func dates(text: String, zone: Int?) throws {
    let found = try #require(read(text))
    #expect(found.civil == CivilTime(year: 2026, month: 11, day: 23, hour: 14, minute: 35, second: 12))
    #expect(found.zoneSeconds == zone)
  }

  @Test(arguments: [("12:05:00 AM", 0), ("12:05:00 PM", 12), ("01:05:00 AM", 1), ("11:05:00 PM", 23)])
  func halvesOfTheDay(clock: String, hour: Int) {
    #expect(
      read("Thu Jan  1 \(clock) UTC 2026")?.civil == CivilTime(year: 2026, month: 1, day: 1, hour: hour, minute: 5))
  }

  /// `date` in glibc's locales; an abbreviation tells the zone only for UTC.
  @Test(
    arguments: [
      "2026. 11. 23. (월) 14:35:12 KST", "Mo 23. Nov 14:35:12 CET 2026", "lun. 23 nov. 2026 14:35:12 CET",
      "lun 23 nov 2026 14:35:12 CET", "lun 23 nov 2026, 14:35:12, CET",
      "Пн 23 ноя 2026 14:35:12 MSK", "pon, 23 lis 2026, 14:35:12 CET", "2026年 11月 23日 月曜日 14:35:12 JST",
      "2026年 11月 23日 星期一 14:35:12 CST", "lun. nov. 23 14:35:12 CET 2026", "Mon 23 Nov 2026 02:35:12 PM KST",
      "Mon 23 Nov 14:35:12 BST 2026", "=== Mo 23. Nov 14:35:12 CET 2026 ===",
    ])
  func localizedDates(text: String) throws {
    let found = try #require(read(text))
    #expect(found.civil == CivilTime(year: 2026, month: 11, day: 23, hour: 14, minute: 35, second: 12))
    // `CST` may be China's or Chicago's.
    let zones = ["-03": -10_800, "CET": 3_600, "MSK": 10_800, "JST": 32_400, "KST": 32_400]
    #expect(found.zoneSeconds == zones.first { text.contains($0.key) }?.value)
  }

  @Test func localizedDateWithItsZone() {
    #expect(read("lun. 23 nov. 2026 14:35:12 UTC")?.zoneSeconds == 0)
    #expect(read("seg 23 nov 2026 14:35:12 -03")?.zoneSeconds == -10_800)
    #expect(read("2026年  1月  2日 金曜日 04:35:12 JST")?.civil.month == 1)
  }

  @Test(
    arguments: [
      "Every 2.0s: kubectl get nodes                         cp1: Mon Nov 23 14:35:12 2026",
      "Every 0.5s: kubectl get nodes -o wide   w1.lab.local: Mon Nov 23 14:35:12 2026",
      "Every 2.0s: kubectl get nodes                              Mon Nov 23 14:35:12 2026",
      "Every 2.0s: kubectl get nodes                              2026-11-23 14:35:12",
    ])
  func headingsOfWatch(text: String) throws {
    let found = try #require(read(text))
    #expect(found.civil == CivilTime(year: 2026, month: 11, day: 23, hour: 14, minute: 35, second: 12))
    #expect(found.zoneSeconds == nil)
  }

  @Test func fractions() {
    #expect(read("2026-11-23T14:35:12,123456789+00:00")?.civil.microsecond == 123_456)
  }

  @Test(
    arguments: [
      "", "2026-11-23", "14:35:12", "Mon Nov 23 14:35:12 2026", "Mon Nov 23 14:35:12 UTC 26", "Mon Nov 23 14:35:12 UTC",
      "Mon Nov 23 13:35:12 PM UTC 2026", "Mon Nov 23 00:35:12 AM UTC 2026", "Montag Nov 23 14:35:12 UTC 2026",
      "Mon Nov 23 14:35:12 UTC 2026 cp1 joined", "2026-11-23T14:35:12Z cp1 NotReady", "Nov 23 14:36:16 cp3 kubelet: x",
      "Mon Oct Nov 23 14:35:12 UTC 2026", "Mon Nov 00 14:35:12 UTC 2026", "----------------------------------------",
      "=== ===", "NAME   STATUS   ROLES   AGE   VERSION",
      "Mo 23. Nov 14:35:12 2026", "Mo 31. Feb 14:35:12 CET 2026", "23. Nov 14:35:12 CET 2026",
      "Montag 23. Nov 14:35:12 CET 2026", "Mo 23. Nov 14:35:12 CET 2026 cp1", "Mo 23. Nov 24:35:12 CET 2026",
      "2026. 13. 23. (월) 14:35:12 KST", "Mo 23. Xyz 14:35:12 CET 2026", "at 23 nov 2026 14:35 CET",
      "Mo 23. Nov 14:35:12 CET 2026 2026", "Every 2.0s: kubectl get nodes", "Every day at 2026-11-23 14:35:12",
      "Every 2.0s: kubectl get nodes   cp1: Mo 23. Nov 14:35:12 2026", "Every 2.0s: k    cp1: Mon Nov 23 14:35:12 26",
    ])
  func noDates(text: String) {
    #expect(read(text) == nil)
  }
}
