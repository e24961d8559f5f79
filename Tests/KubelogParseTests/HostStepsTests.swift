import KubelogScan
import Testing

@testable import KubelogParse

/// The steps around kubeadm, as a terminal shows them.
@Suite struct HostStepsTests {
  private static let steps = ["host.", "cni.", "lb."]

  private func steps(_ text: String) throws -> [Event] {
    try parse(text).events.filter { event in Self.steps.contains { event.kind.hasPrefix($0) } }
  }

  @Test func anInstallIsToldInOrder() throws {
    let events = try steps(
      """
      root@cp1:~# swapoff -a && sed -i '/ swap / s/^/#/' /etc/fstab
      root@cp1:~# modprobe br_netfilter
      root@cp1:~# sysctl --system
      * Applying /etc/sysctl.d/10-ptrace.conf ...
      * Applying /etc/sysctl.d/k8s.conf ...
      net.ipv4.ip_forward = 1
      root@cp1:~# apt-get install -y containerd.io kubelet
      Setting up containerd.io (1.7.2-1) ...
      Created symlink /etc/systemd/system/multi-user.target.wants/containerd.service → /lib/systemd/system/containerd.service.
      Setting up kubelet (1.31.0-1.1) ...
      kubelet set on hold.
      root@cp1:~# systemctl restart containerd
      root@cp1:~# kubeadm init
      [init] Using Kubernetes version: v1.31.0
      Your Kubernetes control-plane has initialized successfully!
      root@cp1:~# kubectl apply -f https://example.com/calico.yaml
      serviceaccount/calico-node created
      daemonset.apps/calico-node created
      deployment.apps/calico-kube-controllers created
      """)
    #expect(
      events.map(\.kind) == [
        "host.swap.off", "host.swap.fstab-edited", "host.module.loaded", "host.sysctl.applied", "host.sysctl.set",
        "host.runtime.installed", "host.unit.enabled", "host.package.installed", "host.package.held",
        "host.runtime.started", "cni.applied",
      ])
    #expect(events[0].node == "cp1")
    #expect(events[0].attributes == [Attribute("command", .text("swapoff -a"))])
    #expect(events[5].message == "containerd.io 1.7.2-1 was installed")
    #expect(
      events[10].attributes
        == [
          Attribute("cni", .text("calico")), Attribute("subject", .text("calico-node")),
          Attribute("change", .text("created")),
        ])
  }

  @Test func readingOnceOrInPartsGivesTheSameEvents() throws {
    let lines = [
      "# swapoff -a", "net.ipv4.ip_forward = 1", "net.ipv4.ip_forward = 1", "daemonset.apps/weave-net created",
    ]
    let whole = try steps(lines.joined(separator: "\n") + "\n")
    #expect(whole.count == 4)
    #expect(Set(whole.map { "\($0.identity)" }).count == 4)
    let part = try steps(lines.prefix(2).joined(separator: "\n") + "\n")
    #expect(part.map(\.identity) == whole.prefix(2).map(\.identity))
    #expect(try parse(lines.joined(separator: "\n") + "\n").endedRuns.count == 1)
  }

  @Test func aStampedStepIsKnownByItsTime() throws {
    let line = "2026-11-23T14:36:08+0900 Setting up kubeadm (1.31.0-1.1) ..."
    let alone = try steps(line + "\n")
    let behind = try steps("2026-11-23T14:36:07+0900 swapoff\n2026-11-23T14:36:07+0900 # swapoff -a\n\(line)\n")
    #expect(alone.count == 1 && behind.count == 2)
    #expect(alone.last?.identity == behind.last?.identity)
    #expect(alone.first?.time.microseconds == moment("2026-11-23T05:36:08Z"))
  }

  @Test func aTypedCommandGoesOnAfterABackslash() throws {
    let events = try steps("root@lb:~# docker run -d --name lb \\\n>   -p 6443:6443 \\\n>   nginx:1.25\n0a1b2c\n")
    #expect(events.map(\.kind) == ["lb.started"])
    #expect(events.first?.node == "lb")
    #expect(events.first?.message == "docker run -d --name lb -p 6443:6443 nginx:1.25")
  }

  @Test func secretsInATypedCommandAreMasked() throws {
    let events = try steps("root@lb:~# docker run -d --name lb -e T=\(Sample.token) nginx\n")
    #expect(events.count == 1)
    #expect(events.first?.attributesJSON.contains("m4449q.****************") == true)
    #expect(events.first?.attributesJSON.contains(Sample.token) == false)
  }

  @Test(arguments: [
    "daemonset.apps/calico-node unchanged", "daemonset.apps/calico-node created (dry run)",
    "daemonset.apps/nginx created", "remote version is much newer: v1.36.0; falling back to: stable-1.31",
    "kube-system   calico-node-x2k4p   0/1   NotReady   0   1m",
    "4f1c7a1b2c3d4  k8s.gcr.io/pause:3.5  NotReady  coredns-78fcd69978-xk2lp",
    "sha256:0d17b565c37bcbd895e9d92315a05c1c3c9a29f762b011a10c54a66cd53c9b31",
    "Digest: sha256:0d17b565c37bcbd895e9d92315a05c1c3c9a29f762b011a10c54a66cd53c9b31",
    "8f3c1d2e4b5a69788f3c1d2e4b5a69788f3c1d2e4b5a69788f3c1d2e4b5a6978", "Setting up ssh (1:8.9p1) ...",
    "To switch swap off: $ swapoff -a", "swapoff -a", "root@cp1:~# echo swapoff -a", "root@cp1:~# swapon --show",
    "root@cp1:~# false || swapoff -a", "net.ipv4.ip_forward = 0", "The daemonset.apps/calico-node created by hand",
  ])
  func whatIsNoStep(_ line: String) throws { #expect(try steps(line + "\n") == []) }

  @Test(arguments: [
    ("swapoff -a", [] as [String]), ("$ swapoff -a", ["swapoff -a"]), ("# a && b; c | d", ["a", "b", "c", "d"]),
    ("u@h:~$ sudo -E X=1 a 'b; c' # why", ["a 'b; c'"]), ("[root@cp1 ~]# a || b", ["a"]),
    ("+ swapoff -a", ["swapoff -a"]),
    ("bash-5.1# a b", ["a b"]), ("100% sure", []), ("cost: 5 $ a day", []), ("(venv) u@h:~$ a bc", ["a bc"]),
  ])
  func prompts(text: String, commands: [String]) {
    let found = text.bytes { TypedLine($0, 0..<$0.count) }
    #expect(found?.commands ?? [] == commands)
  }
}

/// Lines of programs around the kubelet, as events.
@Suite struct ProgramEventTests {
  @Test func anEtcdLineKeepsItsOwnTime() throws {
    let line =
      #"{"level":"info","ts":"2026-11-23T14:36:16.123456Z","logger":"raft","caller":"a.go:77","msg":"b46624837acedac9 became leader at term 5"}"#
    let found = try parse(line + "\n")
    #expect(found.kinds == ["etcd.leader.became"])
    #expect(found.events.first?.time == EventTime(moment("2026-11-23T14:36:16.123456Z"), .stamped, uncertainty: 0))
    #expect(found.events.first?.attributes.last == Attribute("term", .integer(5)))
    // In a journal it is the same moment, said by the line itself.
    let inJournal = try parse("Nov 23 14:36:17 cp1 etcd[12]: \(line)\n")
    #expect(inJournal.events.first?.time == found.events.first?.time)
    #expect(inJournal.events.first?.node == "cp1")
  }

  @Test func aRuntimesErrorIsSeenInItsJournal() throws {
    let found = try parse(
      #"""
      Nov 23 14:36:17 cp1 containerd[512]: time="2026-11-23T14:36:17.5Z" level=error msg="failed to load cni during init, please check CRI plugin status before setting up network for pods" error="cni config load failed: no network config found in /etc/cni/net.d"
      Nov 23 14:36:18 cp1 containerd[512]: time="2026-11-23T14:36:18.5Z" level=info msg="Start event monitor"
      Nov 23 14:36:19 cp1 cloud-init[600]: Setting up kubelet (1.31.0-1.1) ...
      """# + "\n")
    #expect(found.kinds == ["runtime.cni-missing", "host.package.installed"])
    #expect(found.events.first?.severity == .warning)
    #expect(found.events.map(\.node) == ["cp1", "cp1"])
  }

  @Test func aRetryingClientInsideAJoinIsOneRowAMinute() throws {
    let line = { (second: String) in
      #"{"level":"warn","ts":"2026-11-23T14:36:\#(second)Z","caller":"clientv3/retry_interceptor.go:62","msg":"retrying of unary invoker failed","target":"endpoint://x/192.168.56.11:2379","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = context deadline exceeded"}"#
    }
    let found = try parse("[etcd] Announced new etcd member joining\n\(line("10.1"))\n\(line("11.2"))\n")
    let rows = found.events("etcd.client.retrying").map(\.identity)
    #expect(rows.count == 2)
    guard case .occurrence(let first, _)? = rows.first, case .occurrence(let second, _)? = rows.last else {
      Issue.record("they do not fold")
      return
    }
    #expect(first == second)
  }
}
