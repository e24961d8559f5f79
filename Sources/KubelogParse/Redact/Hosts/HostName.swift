internal import KubelogScan

/// What a host is called, as far as that is somebody's own: its labels become `host-x3f9a1c20` and `domain-x7c21b0aa`.
struct HostName {
  let bytes: [UInt8]
  /// How long its first label is.
  let label: Int

  /// The name in `range` of `text`, nil where it is none, is everybody's or is a pseudonym already.
  init?(_ text: [UInt8], _ range: Range<Int>) {
    var range = range
    while let last = range.last, text[last] == 0x2E { range = range.lowerBound..<last }
    guard range.count >= 2, range.count <= 253 else { return nil }
    let bytes = Array(text[range])
    let labels = bytes.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard
      labels.allSatisfy({ label in
        guard let first = label.first, let last = label.last else { return false }
        return label.count <= 63 && first != 0x2D && last != 0x2D && label.allSatisfy(isNameByte)
      }), bytes.contains(where: isLetter), IPv4Address(bytes, 0..<bytes.count) == nil
    else { return nil }
    guard !labels.contains(where: { HostPseudonyms.isPseudonym(Array($0)) }) else { return nil }
    let name = String(decoding: bytes, as: UTF8.self).lowercased()
    guard !PublicNames.contains(name) else { return nil }
    self.bytes = bytes
    label = labels[0].count
  }

  /// The part behind the first label, nil where that is no name of its own: `local`, `ec2`.
  var domain: Range<Int>? {
    guard label < bytes.count, bytes[(label + 1)...].contains(0x2E) else { return nil }
    return label + 1..<bytes.count
  }
}

/// Names that tell nobody where a log comes from: Kubernetes' own, those of public sites, and words that stand where a name
/// may stand.
enum PublicNames {
  /// Whether `name`, in lower case, is everybody's.
  static func contains(_ name: String) -> Bool {
    if words.contains(name) { return true }
    guard let point = name.lastIndex(of: ".") else { return false }
    if endings.contains(String(name[name.index(after: point)...])) { return true }
    return isSite(name)
  }

  /// Whether `name` is a public site or in one.
  static func isSite(_ name: String) -> Bool { sites.contains { name == $0 || name.hasSuffix("." + $0) } }

  private static let sites = [
    "svc", "cluster.local", "in-addr.arpa", "ip6.arpa", "k8s.io", "kubernetes.io", "x-k8s.io", "docker.io",
    "docker.com",
    "gcr.io", "pkg.dev", "quay.io", "ghcr.io", "github.com", "githubusercontent.com", "github.io", "googleapis.com",
    "google.com", "golang.org", "go.dev", "debian.org", "ubuntu.com", "redhat.com", "centos.org", "fedoraproject.org",
    "opensuse.org", "rockylinux.org", "projectcalico.org", "tigera.io", "cilium.io", "weave.works", "coreos.com",
    "etcd.io", "containerd.io", "freedesktop.org", "example.com", "example.org", "example.net", "aliyuncs.com",
    "kubernetes.default", "localdomain",
  ]

  /// What files, units and source code end with.
  private static let endings: Set<String> = [
    "go", "c", "py", "sh", "yaml", "yml", "json", "conf", "cfg", "log", "txt", "service", "socket", "slice", "scope",
    "mount", "target", "timer", "device", "path", "swap", "crt", "key", "pem", "sock", "gz", "html",
  ]

  private static let words: Set<String> = Set(
    """
    a about add added after all already an and any api app apply are as at available be been before being but by can
    cannot cluster condition conditions config connection container containerd control-plane controller controlplane
    coredns crio cri-o data default deleted dev dial disabled dns docker dockerd enabled endpoint endpoints error etcd
    event events exist exists failed false flannel for found from get group has have healthz host hostname https http
    if image images in info init internal into invalid ip ipv4 ipv6 is it its job join k8s kernel kind kube
    kube-apiserver kube-controller-manager kube-dns kube-flannel kube-node-lease kube-proxy kube-public kube-scheduler
    kube-system kubeadm kubectl kubelet kubernetes label labels lb lease leases list local localdomain localhost
    localnet log logs main manager master masters may message metadata metrics name names namespace network new nil no
    node nodes none not null object of ok on or out path pod pods port proxy ready registry role root run server
    service services set should spec stats status string sudo systemd tcp test that the this time to true type udp uid
    undefined unknown until up update url user using value version was were when which will with worker workers you your
    """.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))
}
