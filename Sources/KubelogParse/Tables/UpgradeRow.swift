internal import KubelogScan

/// One row of what `kubeadm upgrade plan` would upgrade.
///
/// `kube-apiserver            cp1       v1.31.0   v1.32.1`
///
/// Format: kubernetes `cmd/kubeadm/app/cmd/upgrade/plan.go`. Columns COMPONENT CURRENT TARGET (AVAILABLE until 1.15),
/// since 1.31 with NODE before the versions, which is empty for what runs on no one node. Of kubelets older versions
/// print how many there are: `6 x v1.22.4`.
struct UpgradeRow {
  var component: String
  var node: String?
  var current: String
  var target: String

  /// Only below the heading: cells of this shape are not kubeadm's alone.
  init?(_ line: Bytes, _ range: Range<Int>) {
    guard line.first("  ", in: range) != nil else { return nil }
    let texts = Cells.all(line, range).map { line.text($0) }
    guard texts.count == 3 || texts.count == 4, let first = texts.first, let last = texts.last,
      UpgradeRow.components.contains(first.lowercased()), UpgradeRow.isVersion(last),
      UpgradeRow.isVersion(texts[texts.count - 2])
    else { return nil }
    component = first
    node = texts.count == 4 ? texts[1] : nil
    (current, target) = (texts[texts.count - 2], last)
  }

  static func isHeading(_ line: Bytes, _ range: Range<Int>) -> Bool {
    guard line.has("COMPONENT ", at: range.lowerBound) else { return false }
    return line.first(" CURRENT ", in: range) != nil
  }

  private static let components: Set<String> = [
    "kubelet", "api server", "controller manager", "scheduler", "kube proxy", "kube-apiserver",
    "kube-controller-manager", "kube-scheduler", "kube-proxy", "kube dns", "kube-dns", "coredns", "etcd", "dns",
  ]

  private static func isVersion(_ text: String) -> Bool {
    let version = text.split(separator: " ").last ?? ""
    let digits = version.first == "v" ? version.dropFirst() : version[...]
    return digits.first?.isNumber == true && digits.contains(".") || text == "-"
  }
}
