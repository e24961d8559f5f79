import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct NodeRowTests {
  /// A row's parts as text.
  struct Parts: Equatable {
    var name: String
    var status: String
    var schedulable: Bool?
    var roles: String?
    var age: String?
    var version: String?
    var further: [String] = []
    var change: String?
  }

  private func row(_ text: String, under heading: String? = nil) -> Parts? {
    let columns = heading.flatMap { $0.bytes { NodeColumns($0, 0..<$0.count) } }
    return text.bytes { line in
      NodeRow(line, line.trimmed(0..<line.count), under: columns).map { row in
        Parts(
          name: line.text(row.name), status: row.status.rawValue, schedulable: row.schedulable,
          roles: row.roles.map { line.text($0) }, age: row.age.map { line.text($0) },
          version: row.version.map { line.text($0) }, further: row.further.map { line.text($0) },
          change: row.change?.rawValue)
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

  @Test func tabsInsteadOfBlanks() {
    #expect(row("cp1\tNotReady\tcontrol-plane,master\t2m27s\tv1.22.4") == plain)
    let wide = row("cp1\tReady\t<none>\t5m\tv1.22.4\t10.0.0.1\t<none>\tUbuntu 22.04.3 LTS\t5.15.0\tdocker://20.10.5")
    #expect(wide?.further == ["10.0.0.1", "<none>", "Ubuntu 22.04.3 LTS", "5.15.0", "docker://20.10.5"])
  }

  /// Until 1.7 there was no column of roles.
  @Test(
    arguments: [
      "master    Ready   4m   v1.6.2", "master    Ready   4m   v1.7.0-beta.1+abcdef",
      "node/master   Ready   4m   v1.6.2",
      "master Ready 4m v1.6.2",
    ])
  func withoutRoles(text: String) {
    let found = row(text)
    #expect(found?.name == "master")
    #expect(found?.age == "4m")
    #expect(found?.roles == nil)
    #expect(found?.version?.hasPrefix("v1.") == true)
  }

  @Test func roleBehindTheStatus() {
    let found = row("master    Ready,master   4m   v1.6.2")
    #expect(
      found == Parts(name: "master", status: "Ready", schedulable: true, roles: "master", age: "4m", version: "v1.6.2"))
    #expect(row("cp1    Ready,master   <none>   4m   v1.22.4") == nil)
  }

  @Test func wideBefore1_11() {
    let found = row(
      "w1   NotReady,SchedulingDisabled   5m   v1.7.3   <none>   CentOS Linux 7 (Core)   3.10.0-514.el7.x86_64")
    #expect(found?.schedulable == false)
    #expect(found?.further == ["<none>", "CentOS Linux 7 (Core)", "3.10.0-514.el7.x86_64"])
  }

  /// What a terminal of few columns leaves of rows; the word at its edge may be cut itself.
  @Test(
    arguments: [
      ("cp1    NotReady   control-plane,master   2m27s   v1.22.4", true, "control-plane,master", "2m27s", "v1.22.4"),
      ("cp1    NotReady   control-plane,master   2m27s   v1.2", true, "control-plane,master", "2m27s", nil),
      ("cp1    NotReady   control-plane,master   2m27s   v", true, "control-plane,master", "2m27s", nil),
      ("cp1    NotReady   control-plane,master   2m", true, "control-plane,master", nil, nil),
      ("cp1    NotReady   control-pl", true, nil, nil, nil), ("cp1    NotReady", nil, nil, nil, nil),
      ("cp1    NotReady,Sched", false, nil, nil, nil),
    ] as [(String, Bool?, String?, String?, String?)])
  func cutRows(text: String, schedulable: Bool?, roles: String?, age: String?, version: String?) {
    let expected = Parts(
      name: "cp1", status: "NotReady", schedulable: schedulable, roles: roles, age: age, version: version)
    #expect(row(text, under: "NAME   STATUS     ROLES                  AGE     VERSION") == expected)
    #expect(row(text, under: "NAME   STATUS     ROLES                  AG") == expected)
    if version == nil { #expect(row(text) == nil) }
  }

  @Test(
    arguments: [
      "cp1    NotRea", "cp1  NotReady   control-plane", "cp1    NotReady   control-plane,master   later",
      "cp1    NotReady   control-plane,master   2m27s   1.22", "cp1    NotReady   control-plane,master   now   v1.22.4",
      "cp1    NotReady: no network   x", "cp1    Ready,Sched   <none>   2m   v1.22.4",
    ])
  func noCutRows(text: String) {
    #expect(row(text, under: "NAME   STATUS     ROLES                  AGE     VERSION") == nil)
  }

  @Test func collapsedBlanks() {
    #expect(row("cp1 NotReady control-plane,master 2m27s v1.22.4") == plain)
    let wide = row(
      "cp1 Ready <none> 5m v1.22.4 10.0.0.1 <none> Debian GNU/Linux 12 (bookworm) 6.18.44-fc-v657 containerd://1.6.20")
    #expect(
      wide?.further == [
        "10.0.0.1", "<none>", "Debian GNU/Linux 12 (bookworm)", "6.18.44-fc-v657", "containerd://1.6.20",
      ])
    #expect(row("cp1 Ready <none> 5m v1.9.0 <none> Ubuntu 16.04.3 LTS 4.4.0-87 docker://1.13.1")?.further.count == 4)
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
      "[init] Using Kubernetes version: v1.22.4", "cp1   Ready   <none>   2m   v1.22",
      "swarm1   Ready   Active   Leader   20.10.21", "cp1   Ready   true   v1.22.4", "cp1   Ready   2m   latest",
      "w1   NotReady", "cp1   Ready   <none>", "web   Ready   3   2m   1.4.2",
    ])
  func nearMisses(text: String) {
    #expect(row(text) == nil)
  }

  @Test(
    arguments: [
      ("NAME   STATUS   ROLES   AGE   VERSION", true, []), ("NAME STATUS ROLES AGE VERSION", true, []),
      ("NAME\tSTATUS\tROLES\tAGE\tVERSION", true, []),
      ("EVENT      NAME   STATUS     ROLES   AGE     VERSION", true, []),
      ("NAME   STATUS     ROLES   AGE     VERSION   LABELS", true, ["LABELS"]),
      ("NAME   STATUS     ROLES   AGE     VERSION   HOSTNAME   WORKER", true, ["HOSTNAME", "WORKER"]),
      (
        "NAME   STATUS   ROLES   AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION   CONTAINER-RUNTIME",
        true, ["INTERNAL-IP", "EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION", "CONTAINER-RUNTIME"]
      ),
      ("NAME      STATUS    AGE       VERSION", false, []),
      (
        "NAME   STATUS   AGE   VERSION   EXTERNAL-IP   OS-IMAGE   KERNEL-VERSION", false,
        ["EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION"]
      ),
      ("NAME   STATUS   ROLES", true, []), ("NAME   STATUS   ROLES   AG", true, []),
      ("NAME   STATUS   AGE   VERS", false, []),
    ] as [(String, Bool, [String])])
  func headings(text: String, hasRoles: Bool, further: [String]) {
    let found = text.bytes { NodeColumns($0, 0..<$0.count) }
    #expect(found?.hasRoles == hasRoles)
    #expect(found?.further == further)
  }

  @Test(
    arguments: [
      "NAME   READY   STATUS   RESTARTS   AGE", "NAME   STATUS   VOLUME   CAPACITY", "NAME   STATUS   AGE", "STATUS",
      "", "NAME   STATUS   ROL", "NAME   STATUS   AG   VERSION", "NAME   STATUS   AGE   VERSIONS",
      "NAME   STATUS   MESSAGE   ERROR", "ID   HOSTNAME   STATUS   AVAILABILITY   MANAGER STATUS   ENGINE VERSION",
      "name   status   roles   age   version",
    ])
  func noHeadings(text: String) {
    #expect(text.bytes { NodeColumns($0, 0..<$0.count) } == nil)
  }

  @Test func cells() {
    func cells(_ text: String) -> [String] {
      text.bytes { line in Cells.all(line, 0..<line.count).map { line.text($0) } }
    }
    #expect(cells("  a b  c   d e f  ") == ["a b", "c", "d e f"])
    #expect(cells("a b c") == ["a", "b", "c"])
    #expect(cells("a b\tc\t d") == ["a b", "c", "d"])
    #expect(cells("one") == ["one"])
    #expect(cells("") == [])
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
    #expect(parsed.format == "kubectl")
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
      "EVENT   NAME   STATUS   ROLES   AGE   VERSION\nADDED   cp2   Ready   <none>   5m   v1.22.4\n")
    #expect(parsed.events.map { $0.attribute("change") } == ["ADDED"])
    #expect(parsed.events.compactMap(\.observation).map(\.observer) == [.watch])
  }

  /// The row of a deleted node shows it as it was: nothing to be seen any more.
  @Test func deletedRowIsARemoval() throws {
    let parsed = try parse(
      """
      EVENT      NAME   STATUS   ROLES    AGE   VERSION
      MODIFIED   cp2    Ready    <none>   5m    v1.22.4
      DELETED    cp2    Ready    <none>   5m    v1.22.4
      ADDED      cp2    Ready    <none>   0s    v1.22.4

      """)
    #expect(parsed.events.map(\.kind) == ["node.observed", "node.removed", "node.observed"])
    #expect(parsed.events.map(\.node) == ["cp2", "cp2", "cp2"])
    #expect(parsed.events[1].observation == nil)
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
