// From a real cluster (kubeadm v1.22.4), shortened. Tokens and keys are long dead.

/// The bootstrap token of the cluster.
public let token = "m4449q.4sfwioowappz2qre"
/// The key its certificates were uploaded under.
public let certificateKey = "5ebc07bdc2a56fd8db97b91dafc9ef6b46ccc1b2526d3863007cd29f388c37ef"
/// The pin of its CA.
public let caHash = "sha256:fdc2ca4cd0b76c3120b7ec234fac7400d31df6c6f6f384f3cff8221e9039e998"

/// A `kubeadm init --upload-certs` that succeeds on the node `cp1`.
public let initLog = initLogOf(node: "cp1", address: "192.168.56.11")

/// The same on another node: the first eight lines of both are alike.
public func initLogOf(node: String, address: String) -> String {
  """
  [init] Using Kubernetes version: v1.22.4
  [preflight] Running pre-flight checks
  [preflight] Pulling images required for setting up a Kubernetes cluster
  [certs] Using certificateDir folder "/etc/kubernetes/pki"
  [certs] Generating "ca" certificate and key
  [certs] Generating "apiserver" certificate and key
  [certs] Generating "etcd/ca" certificate and key
  [certs] Generating "etcd/server" certificate and key
  [certs] etcd/server serving cert is signed for DNS names [\(node) localhost] and IPs [\(address) 127.0.0.1 ::1]
  [certs] Generating "sa" key and public key
  [kubeconfig] Using kubeconfig folder "/etc/kubernetes"
  [kubelet-start] Starting the kubelet
  [control-plane] Using manifest folder "/etc/kubernetes/manifests"
  [etcd] Creating static Pod manifest for local etcd in "/etc/kubernetes/manifests"
  [wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods
  [apiclient] All control plane components are healthy after 12.004403 seconds
  [upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace
  [upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
  [upload-certs] Using certificate key:
  \(certificateKey)
  [mark-control-plane] Marking the node \(node) as control-plane by adding the taints [node-role.kubernetes.io/master:NoSchedule]
  [bootstrap-token] Using token: \(token)
  [bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles
  [addons] Applied essential addon: CoreDNS
  [addons] Applied essential addon: kube-proxy

  Your Kubernetes control-plane has initialized successfully!

  You can now join any number of the control-plane node running the following command on each as root:

    kubeadm join k8s-api.lab.local:6443 --token \(token) \\
  \t--discovery-token-ca-cert-hash \(caHash) \\
  \t--control-plane --certificate-key \(certificateKey)

  Then you can join any number of worker nodes by running the following on each as root:

  kubeadm join k8s-api.lab.local:6443 --token \(token) \\
  \t--discovery-token-ca-cert-hash \(caHash)

  """
}

/// A join as control plane that succeeds.
public let joinLog = """
  [preflight] Running pre-flight checks
  [preflight] Reading configuration from the cluster...
  [preflight] Running pre-flight checks before initializing the new control plane instance
  [download-certs] Downloading the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
  [certs] Generating "etcd/server" certificate and key
  [certs] etcd/server serving cert is signed for DNS names [cp2 localhost] and IPs [192.168.56.12 127.0.0.1 ::1]
  [kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap...
  [etcd] Announced new etcd member joining to the existing etcd cluster
  [mark-control-plane] Marking the node cp2 as control-plane by adding the taints [node-role.kubernetes.io/master:NoSchedule]

  This node has joined the cluster and a new control plane instance was created:

  * Certificate signing request was sent to apiserver and approval was received.

  """

/// A join on a node that is in the cluster already: it fails in preflight.
public let failedJoinLog = """
  [preflight] Running pre-flight checks
  \t[WARNING Hostname]: hostname "bad1" could not be reached
  error execution phase preflight: [preflight] Some fatal errors occurred:
  \t[ERROR FileAvailable--etc-kubernetes-kubelet.conf]: /etc/kubernetes/kubelet.conf already exists
  \t[ERROR FileAvailable--etc-kubernetes-pki-ca.crt]: /etc/kubernetes/pki/ca.crt already exists
  [preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`
  To see the stack trace of this error execute with --v=5 or higher

  """
