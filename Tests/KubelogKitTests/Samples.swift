import TestSamples

/// A kubelet's journal, and what systemd says about it.
let journal = """
  Nov 23 14:26:47 cp1 systemd[1]: Started kubelet: The Kubernetes Node Agent.
  Nov 23 14:26:52 cp1 kubelet[273]: E1123 14:26:52.891098     273 kubelet.go:2412] "Error getting node" err="node \\"cp1\\" not found"
  Nov 23 14:26:57 cp1 kubelet[273]: E1123 14:26:57.901214     273 kubelet.go:2412] "Error getting node" err="node \\"cp1\\" not found"
  Nov 23 14:27:02 cp1 kubelet[273]: E1123 14:27:02.902665     273 kubelet.go:2412] "Error getting node" err="node \\"cp1\\" not found"
  Nov 23 14:27:30 cp1 kubelet[273]: I1123 14:27:30.123456     273 kubelet_node_status.go:74] "Successfully registered node" node="cp1"

  """

/// An answer of `kubectl get nodes` under a `date`.
let nodes = """
  Mon Nov 23 14:35:12 UTC 2026
  NAME   STATUS     ROLES                  AGE     VERSION
  cp1    Ready      control-plane,master   8m30s   v1.22.4
  cp2    NotReady   control-plane,master   12s     v1.22.4

  """

/// All of them, as a terminal's log holds them.
let everything = initLog + nodes + joinLog + failedJoinLog + journal
