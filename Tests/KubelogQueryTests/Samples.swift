// From a real cluster (kubeadm v1.22.4), shortened. The token and the key are long dead.

let token = "m4449q.4sfwioowappz2qre"
let certificateKey = "5ebc07bdc2a56fd8db97b91dafc9ef6b46ccc1b2526d3863007cd29f388c37ef"
let caHash = "sha256:fdc2ca4cd0b76c3120b7ec234fac7400d31df6c6f6f384f3cff8221e9039e998"

/// A `kubeadm init --upload-certs` that succeeds on the node `cp1`.
let initLog = """
  [init] Using Kubernetes version: v1.22.4
  [preflight] Running pre-flight checks
  [certs] Generating "ca" certificate and key
  [upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
  [upload-certs] Using certificate key:
  \(certificateKey)
  [mark-control-plane] Marking the node cp1 as control-plane by adding the taints [node-role.kubernetes.io/master:NoSchedule]
  [bootstrap-token] Using token: \(token)
  [addons] Applied essential addon: kube-proxy

  Your Kubernetes control-plane has initialized successfully!

  You can now join any number of the control-plane node running the following command on each as root:

    kubeadm join k8s-api.lab.local:6443 --token \(token) \\
  \t--discovery-token-ca-cert-hash \(caHash) \\
  \t--control-plane --certificate-key \(certificateKey)

  """
