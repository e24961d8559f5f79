import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct NodeDescriptionTests {
  private static func description(_ name: String, ready: String = "True", reason: String = "KubeletReady") -> String {
    """
    Name:               \(name)
    Roles:              worker
    Labels:             kubernetes.io/hostname=\(name)
                        node-role.kubernetes.io/worker=
    CreationTimestamp:  Mon, 23 Nov 2026 14:35:50 +0000
    Taints:             node.kubernetes.io/unschedulable:NoSchedule
    Unschedulable:      true
    Lease:
      HolderIdentity:  \(name)
      AcquireTime:     <unset>
      RenewTime:       Mon, 23 Nov 2026 14:46:17 +0000
    Conditions:
      Type             Status  LastHeartbeatTime                 LastTransitionTime                Reason                       Message
      ----             ------  -----------------                 ------------------                ------                       -------
      MemoryPressure   False   Mon, 23 Nov 2026 14:41:20 +0000   Mon, 23 Nov 2026 14:35:50 +0000   KubeletHasSufficientMemory   kubelet has sufficient memory available
      Ready            \(ready)    Mon, 23 Nov 2026 14:41:20 +0000   Mon, 23 Nov 2026 23:36:10 +0900   \(reason)                 kubelet is posting ready status
    Addresses:
      InternalIP:  192.168.56.21
      Hostname:    \(name)
    Capacity:
      cpu:                2
    System Info:
      Machine ID:                 655fb6eb7f05eda6498ff2d7218b1acc
      Kernel Version:             6.18.44-fc-v657
      OS Image:                   Debian GNU/Linux 12 (bookworm)
      Container Runtime Version:  containerd://1.6.20
      Kubelet Version:            v1.22.4
      Kube-Proxy Version:         v1.22.4
    Non-terminated Pods:          (1 in total)
      Namespace                   Name                CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age
      kube-system                 kube-proxy-nmsxg    0 (0%)        0 (0%)      0 (0%)           0 (0%)         10m
    Events:
      Type     Reason                   Age                From     Message
      ----     ------                   ----               ----     -------
      Normal   NodeHasSufficientMemory  10m (x2 over 10m)  kubelet  Node \(name) status is now: NodeHasSufficientMemory
      Warning  SystemOOM                5m17s              kubelet  System OOM encountered, victim process: pause, pid: 18130

    """
  }

  @Test func allOfADescription() throws {
    let parsed = try parse(Self.description("w1"))
    #expect(
      parsed.kinds == ["node.condition", "node.condition", "node.observed", "kubernetes.event", "kubernetes.event"])
    #expect(parsed.events.allSatisfy { $0.node == "w1" })
    let ready = parsed.events[1]
    #expect(ready.time == EventTime(moment("2026-11-23T14:36:10Z"), .stamped, uncertainty: 1_000_000))
    #expect(ready.observation?.observer == .condition)
    #expect(ready.observation?.status == "Ready")
    #expect(ready.attribute("reason") == "KubeletReady")
    #expect(ready.attribute("message") == "kubelet is posting ready status")
    #expect(parsed.events[0].observation == nil)
    let seen = try #require(parsed.events[2].observation)
    #expect(seen.status == "Ready")
    #expect(seen.schedulable == false)
    #expect(seen.roles == ["worker"])
    #expect(
      seen.details == [
        Attribute("internal_ip", .text("192.168.56.21")), Attribute("kernel_version", .text("6.18.44-fc-v657")),
        Attribute("os_image", .text("Debian GNU/Linux 12 (bookworm)")),
        Attribute("container_runtime", .text("containerd://1.6.20")), Attribute("version", .text("v1.22.4")),
      ])
    #expect(parsed.events[2].position.line == 16)
    #expect(parsed.events[3].attribute("count") == "2")
    #expect(parsed.events[4].attribute("object") == "node/w1")
  }

  @Test(arguments: [("False", "KubeletNotReady"), ("Unknown", "NodeStatusUnknown")])
  func notReady(status: String, reason: String) throws {
    let parsed = try parse(Self.description("w1", ready: status, reason: reason))
    #expect(parsed.events("node.observed").first?.observation?.status == "NotReady")
    #expect(parsed.events("node.condition").last?.observation?.status == "NotReady")
    #expect(parsed.events("node.condition").last?.severity == .warning)
  }

  @Test func severalNodes() throws {
    let parsed = try parse(Self.description("w1") + "\n\n" + Self.description("w2"))
    #expect(parsed.events("node.observed").map(\.node) == ["w1", "w2"])
    #expect(parsed.events("node.condition").count == 4)
    #expect(Set(parsed.events("node.condition").map { "\($0.identity)" }).count == 4)
    // The second one is no later than the first for that.
    #expect(parsed.events("node.observed").allSatisfy { $0.time == .none })
  }

  @Test func aConditionIsTheSameInEveryAnswer() throws {
    let early = try parse("2026-11-23T14:46:20Z\n" + Self.description("w1"))
    let late = try parse("2026-11-23T14:56:20Z\n" + Self.description("w1"))
    #expect(early.events("node.condition").map(\.identity) == late.events("node.condition").map(\.identity))
    #expect(early.events("node.observed").map(\.identity) != late.events("node.observed").map(\.identity))
    #expect(early.events("node.observed").first?.observation?.age?.seconds == 630)
  }

  /// What stands below was printed after the latest time that the description names.
  @Test func laterAnswersAreLater() throws {
    let parsed = try parse(
      Self.description("w1", ready: "False", reason: "KubeletNotReady") + "\nw1   Ready   <none>   12m   v1.22.4\n"
        + "5s   Normal   NodeReady   node/w1   Node w1 status is now: NodeReady\n")
    let last = try #require(parsed.events("node.observed").last)
    let named = moment("2026-11-23T14:46:17Z")
    #expect(last.time == EventTime(named, .derived, earliest: named, latest: nil))
    #expect(parsed.events.last?.observation == nil)
  }

  @Test func aCutDescriptionTellsWhatItHas() throws {
    let whole = Self.description("w1")
    let end = try #require(whole.range(of: "System Info"))
    let parsed = try parse(String(whole[..<end.lowerBound]))
    #expect(
      parsed.events("node.observed").first?.observation?.details == [Attribute("internal_ip", .text("192.168.56.21"))])
    #expect(
      parsed.events("node.observed").first?.identity == (try parse(whole)).events("node.observed").first?.identity)
  }

  @Test func eventsOfOldVersions() throws {
    let parsed = try parse(
      """
      Name:			w1
      Role:			
      Conditions:
        Ready 	True  	Mon, 23 Nov 2026 14:41:20 +0000 	Mon, 23 Nov 2026 14:36:10 +0000 	KubeletReady 	kubelet is posting ready status
      Events:
        FirstSeen	LastSeen	Count	From		SubObjectPath	Type		Reason		Message
        ---------	--------	-----	----		-------------	--------	------		-------
        1h		2m		3	kubelet, w1			Normal		NodeReady	Node w1 status is now: NodeReady

      """)
    #expect(parsed.kinds == ["node.condition", "node.observed", "kubernetes.event"])
    #expect(parsed.events.last?.attribute("count") == "3")
    #expect(parsed.events.last?.attribute("reason") == "NodeReady")
  }

  @Test(
    arguments: [
      "Name:         etcd-cp1\nNamespace:    kube-system\nConditions:\n  Ready             True \n",
      "Name:   w1\n\nother\nRoles:  worker\nConditions:\n  Ready   True   x   y   z   a\n",
      "Name:   w1\nRoles:  worker\nConditions:\n  Ready   True   Mon, 23 Nov 2026 14:41:20 +0000   Mon, 01 Jan 0001 00:00:00 +0000   R   m\n",
      "Name:   w1\nRoles:  worker\n$ cat notes\n  Ready   True   Mon, 23 Nov 2026 14:41:20 +0000   Mon, 23 Nov 2026 14:36:10 +0000   R   m\n",
      "Name:   w1\nRoles:  worker\nEvents:  <none>\n",
    ])
  func otherDescriptions(text: String) throws {
    #expect(try parse(text).events.isEmpty)
  }
}

extension String {
  /// The first place of `text`.
  fileprivate func range(of text: String) -> Range<Index>? {
    indices.lazy.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
  }
}
