/// Patterns that people search kubelet journals for, as a search over whole lines takes them, and the kinds of event that
/// their lines are.
public let journalPatterns: [(pattern: String, kinds: Set<String>)] = [
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
