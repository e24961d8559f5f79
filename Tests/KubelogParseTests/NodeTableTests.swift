import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct NodeRowTests {
  /// A row's parts as text.
  struct Parts: Equatable {
    var name: String
    var status: String
    var schedulable: Bool
    var roles: String
    var age: String
    var version: String
    var further: [String]
    var change: String?
  }

  private func row(_ text: String) -> Parts? {
    text.bytes { line in
      NodeRow(line, line.trimmed(0..<line.count)).map { row in
        Parts(
          name: line.text(row.name), status: row.status.rawValue, schedulable: row.schedulable,
          roles: line.text(row.roles), age: line.text(row.age), version: line.text(row.version),
          further: row.further.map { line.text($0) }, change: row.change?.rawValue)
      }
    }
  }

  private let plain = Parts(
    name: "cp1", status: "NotReady", schedulable: true, roles: "control-plane,master", age: "2m27s", version: "v1.22.4",
    further: [], change: nil)

  @Test func defaultColumns() {
    #expect(row("cp1    NotReady   control-plane,master   2m27s   v1.22.4") == plain)
    #expect(row("node/cp1    NotReady   control-plane,master   2m27s   v1.22.4  ") == plain)
    #expect(row("cp1   NotReady   control-plane,master   2m27s   v1.22.4\r") == plain)
  }

  @Test func collapsedBlanks() {
    #expect(row("cp1 NotReady control-plane,master 2m27s v1.22.4") == plain)
  }

  @Test func cordoned() {
    let found = row("w1     Ready,SchedulingDisabled   <none>   11m   v1.27.3+k3s1")
    #expect(
      found
        == Parts(
          name: "w1", status: "Ready", schedulable: false, roles: "<none>", age: "11m", version: "v1.27.3+k3s1",
          further: [], change: nil))
    #expect(row("w1     Unknown,SchedulingDisabled   <none>   11m   v1.27.3")?.status == "Unknown")
  }

  @Test func wideCellsMayHoldBlanks() {
    let found = row(
      "cp1    NotReady   control-plane,master   2m27s   v1.22.4   192.168.56.11   <none>        "
        + "Debian GNU/Linux 12 (bookworm)   6.18.44-fc-v657   containerd://1.6.20")
    #expect(
      found?.further
        == ["192.168.56.11", "<none>", "Debian GNU/Linux 12 (bookworm)", "6.18.44-fc-v657", "containerd://1.6.20"])
    #expect(found?.version == "v1.22.4")
  }

  @Test func labelsAreAFurtherColumn() {
    let found = row(
      "cp2    NotReady   <none>   0s   v1.22.4   beta.kubernetes.io/arch=amd64,kubernetes.io/hostname=cp2")
    #expect(found?.further == ["beta.kubernetes.io/arch=amd64,kubernetes.io/hostname=cp2"])
  }

  @Test(arguments: ["ADDED", "MODIFIED", "DELETED"])
  func watchEvents(word: String) {
    var expected = plain
    expected.change = word
    #expect(row("\(word)      cp1    NotReady   control-plane,master   2m27s   v1.22.4") == expected)
  }

  @Test(
    arguments: [
      "NAME   STATUS     ROLES                  AGE     VERSION",
      "kube-system   coredns-78fcd69978-pw6n2      0/1     Pending            0             2m8s    <none>          <none>",
      "etcd-cp1                      1/1     Running            0             2m18s",
      "csr-pxr9w   0s    kubernetes.io/kube-apiserver-client-kubelet   system:bootstrap:m4449q   <none>   Approved,Issued",
      "9f2b1f0c1f9c5   f6f496300a2ae   2 minutes ago   Ready   kube-proxy-abcde   kube-system   0   (default)",
      "registry.k8s.io/pause   Ready   x   2m   v1.22.4",
      "default   0s   Normal   NodeReady   node/cp1   Node cp1 status is now: NodeReady",
      "coredns   2/2     2            2           3m   v1.8.4", "kube-apiserver   Ready   cp1   v1.22.4   v1.22.5",
      "cp1   ready   <none>   2m   v1.22.4", "cp1   Ready,Cordoned   <none>   2m   v1.22.4",
      "cp1   Ready   <none>   now   v1.22.4", "cp1   Ready   <none>   2m   1.22.4", "cp1   Ready   <none>   2m   v1",
      "CP1   Ready   <none>   2m   v1.22.4", "-cp1   Ready   <none>   2m   v1.22.4",
      "cp_1   Ready   <none>   2m   v1.22.4",
      "ADDED   cp1   Ready   <none>   v1.22.4", "Ready   <none>   2m   v1.22.4", "v1.22.4", "   v1.22.4", "",
      "[init] Using Kubernetes version: v1.22.4",
    ])
  func nearMisses(text: String) {
    #expect(row(text) == nil)
  }

  @Test(
    arguments: [
      ("NAME   STATUS   ROLES   AGE   VERSION", []), ("NAME STATUS ROLES AGE VERSION", []),
      ("EVENT      NAME   STATUS     ROLES   AGE     VERSION", []),
      ("NAME   STATUS     ROLES   AGE     VERSION   LABELS", ["LABELS"]),
      (
        "NAME   STATUS   ROLES   AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION   CONTAINER-RUNTIME",
        ["INTERNAL-IP", "EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION", "CONTAINER-RUNTIME"]
      ),
      ("NAME   READY   STATUS   RESTARTS   AGE", nil), ("NAME   STATUS   VOLUME   CAPACITY", nil),
      ("NAME   STATUS   AGE", nil), ("STATUS", nil), ("", nil),
    ] as [(String, [String]?)])
  func headings(text: String, expected: [String]?) {
    #expect(text.bytes { NodeRow.heading($0, 0..<$0.count) } == expected)
  }

  @Test func cells() {
    func cells(_ text: String) -> [String] {
      text.bytes { line in
        var cells = Cells(line, 0..<line.count)
        var found: [String] = []
        while let cell = cells.next() { found.append(line.text(cell)) }
        return found
      }
    }
    #expect(cells("  a b  c   d e f  ") == ["a b", "c", "d e f"])
    #expect(cells("a b c") == ["a", "b", "c"])
    #expect(cells("one") == ["one"])
    #expect(cells("") == [])
  }
}

@Suite struct AgeTests {
  private func age(_ text: String) -> Age? { text.bytes { Age($0, 0..<$0.count) } }

  /// Format: apimachinery pkg/util/duration HumanDuration.
  @Test(
    arguments: [
      ("0s", 0, 1), ("119s", 119, 1), ("2m27s", 147, 1), ("9m", 540, 60), ("179m", 10_740, 60), ("3h5m", 11_100, 60),
      ("7h", 25_200, 3600), ("47h", 169_200, 3600), ("2d3h", 183_600, 3600), ("729d", 62_985_600, 86_400),
      ("2y30d", 65_664_000, 86_400), ("9y", 283_824_000, 31_536_000), ("<unknown>", 0, 0), ("<invalid>", 0, 0),
    ])
  func ages(text: String, seconds: Int, span: Int) throws {
    let found = try #require(age(text))
    #expect(found.seconds == seconds)
    #expect(found.span == span)
  }

  @Test(arguments: ["", "5", "s", "5x", "-5m", "5m3", "1.5h", "5 m", "<none>", "Ready", "9999999s", "5M"])
  func noAges(text: String) {
    #expect(age(text) == nil)
  }
}

@Suite struct DateLineTests {
  private func read(_ text: String) -> (civil: CivilTime, zoneSeconds: Int?)? {
    text.bytes { DateLine.read($0, 0..<$0.count) }
  }

  @Test(
    arguments: [
      ("Mon Nov 23 14:35:12 UTC 2026", 0), ("Mon Nov 23 14:35:12 GMT 2026", 0), ("Mon Nov 23 14:35:12 KST 2026", nil),
      ("Mon Nov 23 02:35:12 PM KST 2026", nil), ("Mon Nov 23 02:35:12 PM UTC 2026", 0),
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

  @Test func fractions() {
    #expect(read("2026-11-23T14:35:12,123456789+00:00")?.civil.microsecond == 123_456)
  }

  @Test(
    arguments: [
      "", "2026-11-23", "14:35:12", "Mon Nov 23 14:35:12 2026", "Mon Nov 23 14:35:12 UTC 26", "Mon Nov 23 14:35:12 UTC",
      "Mon Nov 23 13:35:12 PM UTC 2026", "Mon Nov 23 00:35:12 AM UTC 2026", "Montag Nov 23 14:35:12 UTC 2026",
      "Mon Nov 23 14:35:12 UTC 2026 cp1 joined", "2026-11-23T14:35:12Z cp1 NotReady", "Nov 23 14:36:16 cp3 kubelet: x",
      "Mon Nov 00 14:35:12 UTC 2026", "----------------------------------------",
      "=== ===", "NAME   STATUS   ROLES   AGE   VERSION",
    ])
  func noDates(text: String) {
    #expect(read(text) == nil)
  }
}

@Suite struct NodeTableTests {
  private static let wide = """
    Mon Nov 23 14:35:12 UTC 2026
    NAME   STATUS     ROLES                  AGE     VERSION   INTERNAL-IP     EXTERNAL-IP   OS-IMAGE                         KERNEL-VERSION    CONTAINER-RUNTIME
    cp1    NotReady   control-plane,master   2m26s   v1.22.4   192.168.56.11   <none>        Debian GNU/Linux 12 (bookworm)   6.18.44-fc-v657   containerd://1.6.20

    Mon Nov 23 14:35:20 UTC 2026
    NAME   STATUS   ROLES                  AGE     VERSION   INTERNAL-IP     EXTERNAL-IP   OS-IMAGE                         KERNEL-VERSION    CONTAINER-RUNTIME
    cp1    Ready    control-plane,master   2m34s   v1.22.4   192.168.56.11   <none>        Debian GNU/Linux 12 (bookworm)   6.18.44-fc-v657   containerd://1.6.20
    w1     Ready,SchedulingDisabled   <none>   5s   v1.22.4   192.168.56.21   <none>        Debian GNU/Linux 12 (bookworm)   6.18.44-fc-v657   containerd://1.6.20
    """

  @Test func snapshotsUnderDates() throws {
    let parsed = try parse(Self.wide)
    #expect(parsed.format == "kubectl-nodes")
    #expect(parsed.kinds == Array(repeating: "node.observed", count: 3))
    #expect(parsed.sessions.isEmpty)
    #expect(
      parsed.events.map(\.time.microseconds) == [
        moment("2026-11-23T14:35:12Z"), moment("2026-11-23T14:35:20Z"), moment("2026-11-23T14:35:20Z"),
      ])
    #expect(parsed.events.allSatisfy { $0.time.source == .derived })
    #expect(parsed.events.map(\.severity) == [.warning, .info, .info])
    let observations = parsed.events.compactMap(\.observation)
    #expect(observations.map(\.observer) == [.snapshot, .snapshot, .snapshot])
    #expect(observations.map(\.status) == ["NotReady", "Ready", "Ready"])
    #expect(observations.map(\.schedulable) == [true, true, false])
    #expect(observations.map(\.roles) == [["control-plane", "master"], ["control-plane", "master"], []])
    #expect(observations[0].age?.seconds == 146)
    #expect(
      observations[0].details == [
        Attribute("version", .text("v1.22.4")), Attribute("internal_ip", .text("192.168.56.11")),
        Attribute("os_image", .text("Debian GNU/Linux 12 (bookworm)")),
        Attribute("kernel_version", .text("6.18.44-fc-v657")),
        Attribute("container_runtime", .text("containerd://1.6.20")),
      ])
    #expect(parsed.events[2].attribute("schedulable") == "false")
    #expect(parsed.events[2].node == "w1")
    #expect(parsed.events[2].position.line == 8)
  }

  @Test func secondRowOfANodeIsAWatch() throws {
    let parsed = try parse(
      """
      NAME   STATUS     ROLES    AGE   VERSION
      cp1    NotReady   <none>   1s    v1.22.4
      cp2    NotReady   <none>   1s    v1.22.4
      cp1    Ready      <none>   9s    v1.22.4
      """)
    #expect(parsed.events.compactMap(\.observation).map(\.observer) == [.snapshot, .snapshot, .watch])
    #expect(parsed.events.allSatisfy { $0.time == .none })
    #expect(parsed.endedRuns == [0])
  }

  @Test func repeatedHeadingsAreSnapshotsAgain() throws {
    let answer = "NAME   STATUS     ROLES    AGE   VERSION\ncp1    NotReady   <none>   1s    v1.22.4\n"
    let parsed = try parse(answer + "\n" + answer)
    #expect(parsed.events.compactMap(\.observation).map(\.observer) == [.snapshot, .snapshot])
    #expect(parsed.events[0].identity != parsed.events[1].identity)
  }

  @Test func wordsOfAWatchAreKept() throws {
    let parsed = try parse(
      "EVENT   NAME   STATUS   ROLES   AGE   VERSION\nDELETED   cp2   Ready   <none>   5m   v1.22.4\n")
    #expect(parsed.events.map { $0.attribute("change") } == ["DELETED"])
    #expect(parsed.events.compactMap(\.observation).map(\.observer) == [.watch])
  }

  @Test func tableWithoutHeadingIsWide() throws {
    let parsed = try parse(
      "cp1   Ready   <none>   5m   v1.22.4   10.0.0.1   <none>   Ubuntu 22.04.3 LTS   5.15.0   containerd://1.7.2\n")
    #expect(parsed.events.first?.attribute("internal_ip") == "10.0.0.1")
    #expect(parsed.events.first?.attribute("external_ip") == nil)
    #expect(parsed.events.first?.attribute("os_image") == "Ubuntu 22.04.3 LTS")
  }

  @Test func datedRowIsTheSameEventInAnotherCapture() throws {
    let all = try parse(Self.wide)
    let part = try parse(Self.wide.split(separator: "\n").dropFirst(3).joined(separator: "\n"))
    #expect(part.events.map(\.identity) == all.events.dropFirst().map(\.identity))
  }
}
