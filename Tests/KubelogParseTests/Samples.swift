import KubelogParse
import KubelogScan

extension String {
  /// What `body` makes of the bytes of this text.
  func bytes<Result>(_ body: (Bytes) throws -> Result) rethrows -> Result {
    let all = Array(utf8)
    return try body(all.span)
  }
}

/// Microseconds since 1970 of `2026-11-23T14:36:16.5Z`; 0, which no test expects, where the text is no stamp.
func moment(_ text: String) -> Int64 {
  let stamp = text.bytes { $0.isoStamp(at: 0) }
  return stamp.map { $0.civil.microsecondsAsUTC - Int64($0.zoneSeconds ?? 0) * 1_000_000 } ?? 0
}

/// The present of all tests here.
let present = moment("2026-12-01T00:00:00Z")

/// All that a parser found in one source.
struct Parsed {
  var events: [Event] = []
  /// The last state of every session, in the order they began.
  var sessions: [SessionFacts] = []
  var endedRuns: [Int] = []
  /// The fingerprints of the lines of every run.
  var runLines: [Int: [Int64]] = [:]
  var provedLive = false
  var format = "unknown"

  func events(_ kind: String) -> [Event] { events.filter { $0.kind == kind } }

  var kinds: [String] { events.map(\.kind) }

  var secrets: [SecretSighting] { events.flatMap(\.secrets) }

  mutating func add(_ batch: Batch) {
    events += batch.events
    endedRuns += batch.runs.filter(\.isOver).map(\.run)
    for told in batch.runs { runLines[told.run, default: []] += told.lines }
    provedLive = provedLive || batch.provedLive
    for facts in batch.sessions {
      if let known = sessions.firstIndex(where: { $0.run == facts.run }) {
        sessions[known] = facts
      } else {
        sessions.append(facts)
      }
    }
  }

  /// All that may be shown of it, as one text.
  var shown: String {
    (events.map { "\($0.message) \($0.attributesJSON) \($0.node ?? "")" }
      + sessions.map { "\($0)" }).joined(separator: "\n")
  }
}

/// Reads `text` as `kubelog ingest` reads a file.
func parse(
  _ text: String, chunk: Int = 1 << 16, node: String? = nil, year: Int? = nil, zone: Zone = .utc, at: Int64? = nil,
  modified: Int64? = nil
) throws -> Parsed {
  try parse(
    [(text, nil)], chunk: chunk, node: node,
    ClockOptions(year: year, zone: zone, at: at, modified: modified, liveness: .recorded, now: present))
}

/// Reads pieces of a stream as they come in, each at its moment.
func parse(
  _ pieces: [(text: String, arrival: Int64?)], chunk: Int = 1 << 16, node: String? = nil, _ clock: ClockOptions
) throws -> Parsed {
  var parser = try Parser(SourceOptions(node: node, clock: clock))
  var lines = LineSplitter()
  var parsed = Parsed()
  for piece in pieces {
    let bytes = Array(piece.text.utf8)
    if let arrival = piece.arrival { parser.received(bytes: bytes.count, at: arrival) }
    var start = 0
    while start < bytes.count {
      let end = min(start + chunk, bytes.count)
      lines.feed(bytes.span.extracting(start..<end)) { parser.take($0, at: $1) }
      parsed.add(parser.drain())
      start = end
    }
  }
  lines.finish { parser.take($0, at: $1, isWhole: false) }
  parser.finish()
  parsed.add(parser.drain())
  parsed.format = parser.format
  return parsed
}

extension Event {
  /// An attribute as text; nil where there is none.
  func attribute(_ name: String) -> String? {
    attributes.first { $0.name == name }.map {
      switch $0.value {
      case .text(let text): text
      case .integer(let number): "\(number)"
      case .number(let number): "\(number)"
      case .boolean(let flag): "\(flag)"
      case .list(let texts): texts.joined(separator: ",")
      }
    }
  }
}

/// The secrets of the samples, apart from the text they stand in.
enum Sample {
  static let token = "m4449q.4sfwioowappz2qre"
  static let tokenSecret = "4sfwioowappz2qre"
  static let key = "5ebc07bdc2a56fd8db97b91dafc9ef6b46ccc1b2526d3863007cd29f388c37ef"
  static let hash = "sha256:fdc2ca4cd0b76c3120b7ec234fac7400d31df6c6f6f384f3cff8221e9039e998"
  static let otherHash = "sha256:0f343b0931126a20f133d67c2b018a3b2cd2b2fd2dd0ed1e0d6f1f5d0c3a7b11"
  static let container = "a8a3cf7a1a36b1c0ba1e3f5d0ed9cdb6ac5e1a9b0c2d4e6f8091a2b3c4d5e6f7"

  /// kubeadm 1.22.4 on the first control plane, as it printed it.
  static let initOutput = #"""
    [init] Using Kubernetes version: v1.22.4
    [preflight] Running pre-flight checks
    [preflight] Pulling images required for setting up a Kubernetes cluster
    [preflight] This might take a minute or two, depending on the speed of your internet connection
    [preflight] You can also perform this action in beforehand using 'kubeadm config images pull'
    [certs] Using certificateDir folder "/etc/kubernetes/pki"
    [certs] Generating "ca" certificate and key
    [certs] Generating "apiserver" certificate and key
    [certs] apiserver serving cert is signed for DNS names [cp1 k8s-api.lab.local kubernetes kubernetes.default kubernetes.default.svc kubernetes.default.svc.cluster.local] and IPs [10.96.0.1 192.168.56.11]
    [certs] Generating "apiserver-kubelet-client" certificate and key
    [certs] Generating "front-proxy-ca" certificate and key
    [certs] Generating "front-proxy-client" certificate and key
    [certs] Generating "etcd/ca" certificate and key
    [certs] Generating "etcd/server" certificate and key
    [certs] etcd/server serving cert is signed for DNS names [cp1 localhost] and IPs [192.168.56.11 127.0.0.1 ::1]
    [certs] Generating "etcd/peer" certificate and key
    [certs] etcd/peer serving cert is signed for DNS names [cp1 localhost] and IPs [192.168.56.11 127.0.0.1 ::1]
    [certs] Generating "etcd/healthcheck-client" certificate and key
    [certs] Generating "apiserver-etcd-client" certificate and key
    [certs] Generating "sa" key and public key
    [kubeconfig] Using kubeconfig folder "/etc/kubernetes"
    [kubeconfig] Writing "admin.conf" kubeconfig file
    [kubeconfig] Writing "kubelet.conf" kubeconfig file
    [kubeconfig] Writing "controller-manager.conf" kubeconfig file
    [kubeconfig] Writing "scheduler.conf" kubeconfig file
    [kubelet-start] Writing kubelet environment file with flags to file "/var/lib/kubelet/kubeadm-flags.env"
    [kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/config.yaml"
    [kubelet-start] Starting the kubelet
    [control-plane] Using manifest folder "/etc/kubernetes/manifests"
    [control-plane] Creating static Pod manifest for "kube-apiserver"
    [control-plane] Creating static Pod manifest for "kube-controller-manager"
    [control-plane] Creating static Pod manifest for "kube-scheduler"
    [etcd] Creating static Pod manifest for local etcd in "/etc/kubernetes/manifests"
    [wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory "/etc/kubernetes/manifests". This can take up to 4m0s
    [apiclient] All control plane components are healthy after 12.004403 seconds
    [upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace
    [kubelet] Creating a ConfigMap "kubelet-config-1.22" in namespace kube-system with the configuration for the kubelets in the cluster
    [upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
    [upload-certs] Using certificate key:
    5ebc07bdc2a56fd8db97b91dafc9ef6b46ccc1b2526d3863007cd29f388c37ef
    [mark-control-plane] Marking the node cp1 as control-plane by adding the labels: [node-role.kubernetes.io/master(deprecated) node-role.kubernetes.io/control-plane node.kubernetes.io/exclude-from-external-load-balancers]
    [mark-control-plane] Marking the node cp1 as control-plane by adding the taints [node-role.kubernetes.io/master:NoSchedule]
    [bootstrap-token] Using token: m4449q.4sfwioowappz2qre
    [bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles
    [bootstrap-token] configured RBAC rules to allow Node Bootstrap tokens to get nodes
    [bootstrap-token] configured RBAC rules to allow Node Bootstrap tokens to post CSRs in order for nodes to get long term certificate credentials
    [bootstrap-token] configured RBAC rules to allow the csrapprover controller automatically approve CSRs from a Node Bootstrap Token
    [bootstrap-token] configured RBAC rules to allow certificate rotation for all node client certificates in the cluster
    [bootstrap-token] Creating the "cluster-info" ConfigMap in the "kube-public" namespace
    [kubelet-finalize] Updating "/etc/kubernetes/kubelet.conf" to point to a rotatable kubelet client certificate and key
    [addons] Applied essential addon: CoreDNS
    [addons] Applied essential addon: kube-proxy

    Your Kubernetes control-plane has initialized successfully!

    To start using your cluster, you need to run the following as a regular user:

      mkdir -p $HOME/.kube
      sudo cp -i /etc/kubernetes/admin.conf $HOME/.kube/config
      sudo chown $(id -u):$(id -g) $HOME/.kube/config

    Alternatively, if you are the root user, you can run:

      export KUBECONFIG=/etc/kubernetes/admin.conf

    You should now deploy a pod network to the cluster.
    Run "kubectl apply -f [podnetwork].yaml" with one of the options listed at:
      https://kubernetes.io/docs/concepts/cluster-administration/addons/

    You can now join any number of the control-plane node running the following command on each as root:

      kubeadm join k8s-api.lab.local:6443 --token m4449q.4sfwioowappz2qre \
    	--discovery-token-ca-cert-hash sha256:fdc2ca4cd0b76c3120b7ec234fac7400d31df6c6f6f384f3cff8221e9039e998 \
    	--control-plane --certificate-key 5ebc07bdc2a56fd8db97b91dafc9ef6b46ccc1b2526d3863007cd29f388c37ef

    Please note that the certificate-key gives access to cluster sensitive data, keep it secret!
    As a safeguard, uploaded-certs will be deleted in two hours; If necessary, you can use
    "kubeadm init phase upload-certs --upload-certs" to reload certs afterward.

    Then you can join any number of worker nodes by running the following on each as root:

    kubeadm join k8s-api.lab.local:6443 --token m4449q.4sfwioowappz2qre \
    	--discovery-token-ca-cert-hash sha256:fdc2ca4cd0b76c3120b7ec234fac7400d31df6c6f6f384f3cff8221e9039e998 
    """#
}
