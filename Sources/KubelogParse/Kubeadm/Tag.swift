internal import KubelogScan

/// The `[tag]` at the start of a line by which kubeadm names the phase it is in.
struct Tag: Equatable {
  /// As today's kubeadm spells it: `certs` also where 1.8 printed `[certificates]`.
  var name: String
  /// Whether some version of kubeadm prints it.
  let isKnown: Bool
  /// What follows `] `.
  var rest: Range<Int>

  /// The tag at the start of `range`: `^\[[a-z][a-z0-9-]*(/[a-z0-9-]+)?\]( |$)`, and one that kubeadm prints or may print.
  ///
  /// A tag nobody knows is taken only where `inSession` says that kubeadm is speaking.
  init?(_ line: Bytes, _ range: Range<Int>, inSession: Bool) {
    let start = range.lowerBound
    guard range.count > 3, line[start] == 0x5B, line[start + 1] &- 0x61 < 26 else { return nil }
    let end = line.end(
      of: { isTokenByte($0) || $0 == 0x2D || $0 == 0x2F }, from: start + 1, to: range.upperBound)
    guard end < range.upperBound, line[end] == 0x5D, end - start <= 40 else { return nil }
    let next = end + 1
    guard next == range.upperBound || line[next] == 0x20 else { return nil }
    let printed = line.text(start + 1..<end)
    let folded = Tag.renamed[printed] ?? printed
    if !Tag.known.contains(folded) {
      guard inSession, !Tag.foreign.contains(folded), !folded.hasPrefix("/"), !folded.hasSuffix("/") else { return nil }
    }
    name = folded
    isKnown = Tag.known.contains(folded)
    rest = min(next + 1, range.upperBound)..<range.upperBound
  }

  /// Names that changed between 1.8 and 1.14, and the one misspelling of 1.32.
  private static let renamed = [
    "certificates": "certs", "controlplane": "control-plane", "uploadconfig": "upload-config",
    "bootstraptoken": "bootstrap-token", "markmaster": "mark-control-plane", "tlsbootstrap": "kubelet-start",
    "addon": "addons", "upgrad/kubeconfig": "upgrade/kubeconfig",
  ]

  /// The tags of kubeadm 1.6 to 1.36 (cmd/kubeadm/app).
  private static let known: Set<String> = [
    "addons", "api-check", "apiclient", "apiconfig", "bootstrap", "bootstrap-token", "certs", "check-etcd",
    "check-expiration", "config", "config/images", "control-plane", "control-plane-check", "control-plane-join",
    "csr", "discovery", "download-certs", "dryrun", "endpoint", "etcd", "init", "join", "kubeadm", "kubeconfig",
    "kubelet", "kubelet-check", "kubelet-finalize", "kubelet-start", "kubelet-wait", "mark-control-plane", "patches",
    "patchnode", "preflight", "preflight/images", "renew", "reset", "self-hosted", "selfhosted", "token", "upgrade",
    "upgrade/addon", "upgrade/addons", "upgrade/apply", "upgrade/bootstrap-token", "upgrade/config",
    "upgrade/confirm", "upgrade/control-plane", "upgrade/etcd", "upgrade/health", "upgrade/kubeconfig",
    "upgrade/kubelet", "upgrade/kubelet-config", "upgrade/node", "upgrade/post-upgrade", "upgrade/postupgrade",
    "upgrade/preflight", "upgrade/prepull", "upgrade/staticpods", "upgrade/successful", "upgrade/upload-config",
    "upgrade/version", "upgrade/versions", "upload-certs", "upload-config", "wait-control-plane",
    "wait-for-control-plane",
  ]

  /// Bracketed words that other programs print at the start of a line.
  private static let foreign: Set<String> = [
    "sudo", "command", "info", "warn", "warning", "error", "debug", "notice", "emerg", "alert", "crit", "fatal",
    "trace", "ok", "done", "stdin", "stdout", "stderr", "section", "group", "endgroup", "y/n",
  ]
}
