import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct KubectlAnswerTests {
  @Test(
    arguments: [
      ("node/w1 cordoned", "node.cordoned", false), ("node \"w1\" cordoned", "node.cordoned", false),
      ("node/w1 already cordoned", "node.cordoned", false), ("node/w1 uncordoned", "node.uncordoned", true),
      ("node \"w1\" already uncordoned", "node.uncordoned", true), ("node/w1 drained", "node.drained", nil),
      ("node \"w1\" deleted", "node.removed", nil), ("node/w1 labeled", "node.labeled", nil),
      ("node/w1 tainted", "node.tainted", nil), ("node/w1 untainted", "node.untainted", nil),
      ("node/w1 annotated\r", "node.annotated", nil),
    ] as [(String, String, Bool?)])
  func answers(text: String, kind: String, schedulable: Bool?) throws {
    let parsed = try parse(text + "\n")
    let event = try #require(parsed.events.first)
    #expect(parsed.kinds == [kind])
    #expect(event.node == "w1")
    #expect(event.observation?.schedulable == schedulable)
    #expect(event.observation?.status == nil)
    #expect(event.attribute("already") == (text.contains("already") ? "true" : nil))
    #expect(event.time == .none)
  }

  @Test(
    arguments: [
      "node/w1 cordoned (dry run)", "node/w1 drained (server dry run)", "node/w1 evicted", "node/w1 already drained",
      "pod/w1 deleted", "pod/coredns-78fcd69978-pw6n2 evicted", "node \"w1\" removed", "node/W1 cordoned",
      "node w1 cordoned", "node/w1", "node/w1 ", "nodes are cordoned", "node/w1 cordoned by hand", "a node/w1 cordoned",
      "node \"w1 deleted", "node \"\" deleted", "evicting pod kube-system/coredns-78fcd69978-pw6n2",
      "node/w1 is cordoned", "WARNING: ignoring DaemonSet-managed Pods: kube-system/kube-proxy-nmsxg",
    ])
  func noAnswers(text: String) throws {
    #expect(try parse(text + "\n").events.isEmpty)
  }

  @Test(
    arguments: [
      (
        "The connection to the server 10.0.0.10:6443 was refused - did you specify the right host or port?",
        "connection-refused"
      ),
      (
        "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
        "connection-refused"
      ),
      ("Unable to connect to the server: dial tcp 10.0.0.10:6443: i/o timeout", "unable-to-connect"),
      ("Unable to connect to the server: EOF", "unable-to-connect"),
      (
        "Unable to connect to the server: x509: certificate has expired or is not yet valid: current time 2026-11-23T14:35:12Z is after 2026-11-22T14:42:31Z",
        "x509"
      ),
      ("error: You must be logged in to the server (Unauthorized)", "unauthorized"),
      ("Error from server: etcdserver: request timed out", "server-error"),
      ("Error from server: rpc error: code = Unavailable desc = etcdserver: no leader", "server-error"),
      ("Error from server (ServiceUnavailable): the server is currently unable to handle the request", "server-error"),
    ])
  func errors(text: String, reason: String) throws {
    let parsed = try parse("Mon Nov 23 14:35:12 UTC 2026\n\(text)\n")
    let event = try #require(parsed.events.first)
    #expect(parsed.kinds == ["kubectl.error"])
    #expect(event.severity == .error)
    #expect(event.attribute("reason") == reason)
    #expect(event.message == text)
    #expect(event.time.microseconds == moment("2026-11-23T14:35:12Z"))
  }

  @Test(
    arguments: [
      "Error from server (NotFound): nodes \"w9\" not found", "Error from server (AlreadyExists): x",
      "Error from server",
      "Error from server (Forbidden): nodes is forbidden", "error: resource mapping not found", "Unable to connect",
      "The connection to the server was slow", "No resources found", "error: You must be logged in",
      "Warning: v1 ComponentStatus is deprecated in v1.19+", "echo Unable to connect to the server: EOF",
    ])
  func noErrors(text: String) throws {
    #expect(try parse(text + "\n").events.isEmpty)
  }

  @Test func secretsInErrorsAreMasked() throws {
    let parsed = try parse("Unable to connect to the server: token \(Sample.token) is no more\n")
    #expect(parsed.events.count == 1)
    #expect(!parsed.shown.contains(Sample.tokenSecret))
  }
}

@Suite struct SigningRequestTests {
  @Test(
    arguments: [
      (
        "csr-pxr9w   7m20s   kubernetes.io/kube-apiserver-client-kubelet   system:bootstrap:m4449q   <none>   Approved,Issued",
        "kubernetes.io/kube-apiserver-client-kubelet", "Approved,Issued", nil
      ),
      (
        "csr-8z5z5   0s      kubernetes.io/kubelet-serving   system:node:w1   24h   Pending",
        "kubernetes.io/kubelet-serving", "Pending", "w1"
      ),
      (
        "csr-8z5z5   0s   kubernetes.io/kubelet-serving   system:node:w1   Denied", "kubernetes.io/kubelet-serving",
        "Denied", "w1"
      ),
      ("csr-8z5z5   12m   system:node:w1.lab   Pending", nil, "Pending", "w1.lab"),
      ("node-csr-abc   12m system:bootstrap:m4449q   Approved,Issued", nil, nil, nil),
      ("csr-8z5z5 12m system:node:w1 Approved,Issued", nil, "Approved,Issued", "w1"),
    ] as [(String, String?, String?, String?)])
  func rows(text: String, signer: String?, condition: String?, node: String?) throws {
    let events = try parse("2026-11-23T14:35:12Z\n\(text)\n").events
    guard let condition else {
      #expect(events.isEmpty)
      return
    }
    let event = try #require(events.first)
    #expect(event.kind == "csr.observed")
    #expect(event.attribute("signer") == signer)
    #expect(event.attribute("condition") == condition)
    #expect(event.node == node)
    #expect(event.observation == nil)
    #expect(event.severity == (condition == "Denied" ? .warning : .info))
    #expect(event.time.source == .derived)
  }

  @Test(
    arguments: [
      "NAME        AGE   SIGNERNAME   REQUESTOR   REQUESTEDDURATION   CONDITION",
      "csr-8z5z5   12m   kubernetes-admin   Pending", "csr-8z5z5   later   system:node:w1   Pending",
      "csr-8z5z5   12m   system:node:w1   Waiting", "csr-8z5z5   12m   system:node:w1", "bound to system:node:w1",
      "csr-8z5z5   12m   signer   system:node:w1   Pending", "csr-8z5z5   12m   system:node:w1   never   Pending",
    ])
  func noRows(text: String) throws {
    #expect(try parse(text + "\n").events.isEmpty)
  }
}

@Suite struct NodeNamesTests {
  @Test(arguments: ["node/cp1\nnode/w1\n", "nodes/cp1\nnodes/w1\n"])
  func twoNamesAreAnAnswer(text: String) throws {
    let parsed = try parse(text)
    #expect(parsed.kinds == ["node.observed", "node.observed"])
    #expect(parsed.events.map(\.node) == ["cp1", "w1"])
    #expect(parsed.events.map(\.position.line) == [1, 2])
    #expect(parsed.events.compactMap(\.observation).allSatisfy { $0.status == nil && $0.schedulable == nil })
    #expect(parsed.events[0].message == "cp1 exists")
  }

  @Test func theTypedCommandMakesOneNameSure() throws {
    #expect(try parse("root@cp1:~# kubectl get nodes -o name\nnode/cp1\n").events.map(\.node) == ["cp1"])
    #expect(try parse("$ kubectl get no --output=name\nnode/cp1\n").events.map(\.node) == ["cp1"])
  }

  @Test(
    arguments: [
      "node/cp1\n", "node/cp1\nsomething else\nnode/w1\n", "pod/a\npod/b\n", "node/cp1 \"x\"\nnode/w1 \"y\"\n",
      "node/Cp1\nnode/W1\n", "$ kubectl get pods -o name\nnode/cp1\n", "node_modules/a\nnode_modules/b\n",
      "node/bin/a\nnode/bin/b\n",
    ])
  func otherNamesAreNone(text: String) throws {
    #expect(try parse(text).events.isEmpty)
  }
}
