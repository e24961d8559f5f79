import KubelogScan
import Testing

@testable import KubelogParse

/// What a search for a pattern counts is what the rules count: the sum over a store's rows is what grep would say.
@Suite struct PatternCountTests {
  /// A pattern that people search kubelet journals for, and the kinds of event that its lines are.
  private static let patterns: [(pattern: String, kinds: Set<String>)] = [
    (#""Node became not ready" node="[^"]+" condition="#, ["kubelet.node.not-ready"]),
    (#""Fast updating node status as it just became ready""#, ["kubelet.node.ready"]),
    (#""Attempting to register node" node="#, ["kubelet.node.registering"]),
    (#""Successfully registered node" node="#, ["kubelet.node.registered"]),
    (#""Unable to register node with API server" err="#, ["kubelet.node.registration-failed"]),
    (#""Recording event message for node" node="[^"]+" event="Node\w+""#, ["kubelet.node.event"]),
    (#""Container runtime network not ready" networkReady="#, ["kubelet.runtime.network-not-ready"]),
    (#""Failed to ensure lease exists, will retry" err="#, ["kubelet.lease.ensure-failed"]),
    (#"[Ff]ailed to (list|watch) \*v1\.\w+:"#, ["kubelet.api.watch-failed"]),
    (#": Rotating certificates$"#, ["kubelet.certificate.rotating"]),
    (#"Certificate expiration is \d{4}-\d\d-\d\d .*rotation deadline is"#, ["kubelet.certificate.deadline"]),
    (#"certificate signing request csr-\w+ is approved"#, ["kubelet.csr.approved"]),
    (#"certificate signing request csr-\w+ is issued"#, ["kubelet.csr.issued"]),
    (
      #"Failed while requesting a signed certificate from the control plane"#, ["kubelet.certificate.request-failed"]
    ),
    (
      #"part of the existing bootstrap client certificate in .* is expired"#, ["kubelet.certificate.bootstrap-expired"]
    ),
    (#""CreatePodSandbox for pod failed""#, ["kubelet.pod.sandbox-failed"]),
    (#""Skipping pod synchronization" err="#, ["kubelet.pleg.unhealthy", "kubelet.sync.skipped"]),
    (
      #"Eviction manager: (failed to get summary stats|attempting to reclaim)"#,
      ["kubelet.eviction.stats-failed", "kubelet.eviction.reclaiming"]
    ),
    (#""Got sys oom event""#, ["kubelet.oom"]),
    (#"TLS handshake error from \S+: remote error"#, ["kubelet.tls.handshake-failed"]),
    (
      #"kubelet\.service: (Main process exited|Failed with result|Scheduled restart job)"#,
      ["systemd.unit.exited", "systemd.unit.failed", "systemd.unit.restart-scheduled"]
    ),
    (
      #"(Started|Stopping|Stopped) kubelet\.service"#,
      ["systemd.unit.started", "systemd.unit.stopping", "systemd.unit.stopped"]
    ),
  ]

  /// Every sample of the packs for kubelet journals.
  private static let samples: [(line: String, component: RulePack.Component)] = {
    let packs = (try? RulePack.builtIn())?.filter { $0.component == .klog || $0.component == .systemd } ?? []
    return packs.flatMap { pack in
      pack.rules.flatMap { ($0.hits ?? []).map(\.line) + ($0.misses ?? []) }.map { ($0, pack.component) }
    }
  }()

  @Test(arguments: patterns.map(\.pattern))
  func everyLineThatASearchFindsIsAnEvent(_ text: String) throws {
    let kinds = try #require(Self.patterns.first { $0.pattern == text }).kinds
    let pattern = try Pattern(text)
    let check = RuleCheck(try RulePack.builtIn())
    var found = 0
    for sample in Self.samples where sample.line.bytes({ pattern.match($0, in: 0..<$0.count) }) == .matched {
      found += 1
      let kind = check.match(sample.line, sample.component)?.rule.kind
      #expect(kind.map { kinds.contains($0) } == true, "\(kind ?? "nothing"): \(sample.line)")
    }
    #expect(found > 0)
  }
}
