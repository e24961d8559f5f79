import KubelogScan
import Testing

@testable import KubelogParse

/// The request of `CN=system:node:w1, O=system:nodes`, as `spec.request` holds it.
private let requestOfW1 =
  "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIc01JR1NBZ0VBTURBeEZUQVRCZ05WQkFvTURITjVjM1JsYlRwdWIyUmxjekVYTUJVR0ExVUVBd3dPYzNsegpkR1Z0T201dlpHVTZkekV3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVROVE9pdEE0NlhRUndnCnBzU3ZWZE9UdWRrQXJCaUxhRmlhckM3enRBRW45RDNUeWxtODVZSXlZMmk4R3p0SFFEK2VMRWNoWDZqbStSMEwKek9ERzAzMkZvQUF3Q2dZSUtvWkl6ajBFQXdJRFNRQXdSZ0loQUxjSUNseDMybXBEUi9pOFYxbEI5azhXSitWKwpzRm1DL2NZS01wMW96SkdyQWlFQW1WVXc0b25leVBTbis2N3Vvb0FmQUF2Y0hZa2VZUW5FZnNCNUhtOTl6cEE9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo="

@Suite struct NodeObjectTests {
  private func node(
    _ conditions: String, spec: String = "{}", metadata: String = "", version: String = "v1"
  ) throws -> Parsed {
    try parse(
      #"{"kind":"Node","apiVersion":"\#(version)","metadata":{"name":"w2","uid":"u1"\#(metadata)},"spec":\#(spec),"#
        + #""status":{"conditions":[\#(conditions)],"addresses":[{"type":"Hostname","address":"w2"},"#
        + #"{"type":"InternalIP","address":"10.0.0.5"}],"nodeInfo":{"kubeletVersion":"v1.31.0","osImage":"Debian"}}}"#
        + "\n")
  }

  @Test(arguments: [
    (#"{"type":"Ready","status":"True"}"#, "Ready"), (#"{"type":"Ready","status":"False"}"#, "NotReady"),
    (#"{"type":"Ready","status":"Unknown"}"#, "NotReady"), ("", "Unknown"),
    (#"{"type":"MemoryPressure","status":"True"}"#, "Unknown"),
  ])
  func `The status is that of the Ready condition`(conditions: String, status: String) throws {
    let seen = try #require(try node(conditions).events("node.observed").first)
    #expect(seen.observation?.status == status)
    #expect(seen.attribute("status") == status)
    #expect(seen.severity == (status == "Ready" ? .info : .warning))
    #expect(seen.observation?.schedulable == true)
    #expect(seen.observation?.age == nil)
  }

  @Test func `Roles, cordon and details are those of the table`() throws {
    let labels =
      #","labels":{"node-role.kubernetes.io/master":"","kubernetes.io/role":"etcd","node-role.kubernetes.io/control-plane":"","node-role.kubernetes.io/":""}"#
    let found = try node(#"{"type":"Ready","status":"True"}"#, spec: #"{"unschedulable":true}"#, metadata: labels)
    let seen = try #require(found.events("node.observed").first)
    #expect(seen.observation?.schedulable == false)
    #expect(seen.observation?.roles == ["control-plane", "etcd", "master"])
    #expect(seen.message == "w2 is Ready, no pods scheduled")
    #expect(
      seen.observation?.details == [
        Attribute("version", .text("v1.31.0")), Attribute("internal_ip", .text("10.0.0.5")),
        Attribute("os_image", .text("Debian")),
      ])
  }

  @Test func `A transition is dated by the condition, and is one event in every poll`() throws {
    func polled(_ version: String) throws -> Event? {
      try node(
        #"{"type":"Ready","status":"Unknown","lastTransitionTime":"2026-11-23T14:42:03Z","reason":"NodeStatusUnknown"}"#,
        metadata: #","resourceVersion":"\#(version)","creationTimestamp":"2026-11-23T14:30:00Z""#
      ).events("node.condition").first
    }
    let event = try #require(try polled("1"))
    #expect(event.time == EventTime(moment("2026-11-23T14:42:03Z"), .stamped, uncertainty: 1_000_000))
    #expect(event.observation?.observer == .condition)
    #expect(event.observation?.status == "NotReady")
    #expect(event.observation?.reason == "NodeStatusUnknown")
    #expect(try polled("2")?.identity == event.identity)
  }

  @Test func `A node's making is dated by its object`() throws {
    let found = try node("", metadata: #","creationTimestamp":"2026-11-23T14:30:00Z""#)
    #expect(found.events("node.created").first?.time.microseconds == moment("2026-11-23T14:30:00Z"))
    #expect(found.events("node.condition").isEmpty)
  }

  @Test func `A deleted node is removed, not seen`() throws {
    let object =
      #"{"kind":"Node","apiVersion":"v1","metadata":{"name":"w3","uid":"u3"},"status":{"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-11-23T14:43:11Z","reason":"KubeletReady"}]}}"#
    let found = try parse(#"{"type":"DELETED","object":\#(object)}"# + "\n")
    #expect(found.kinds == ["node.condition", "node.removed"])
    #expect(found.events("node.removed").first?.observation == nil)
    let stamped = try node("", metadata: #","deletionTimestamp":"2026-11-23T15:00:00Z""#)
    #expect(stamped.kinds == ["node.removed"])
    #expect(stamped.events.first?.time.microseconds == moment("2026-11-23T15:00:00Z"))
  }

  @Test func `A watch's bookmarks and errors are no nodes`() throws {
    let found = try parse(
      """
      {"type":"BOOKMARK","object":{"kind":"Node","apiVersion":"v1","metadata":{"resourceVersion":"12"},"status":{}}}
      {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","code":410}}

      """)
    #expect(found.events.isEmpty)
    #expect(found.format == "kubernetes-objects")
  }

  @Test func `Only a node that a cluster answered with is one`() throws {
    #expect(try node("", version: "longhorn.io/v1beta2").events.isEmpty)
    let manifest = "apiVersion: v1\nkind: Node\nmetadata:\n  name: w9\nstatus: {}\n"
    #expect(try parse(manifest).events.isEmpty)
  }

  @Test func `A document cut before the readiness says nothing of it`() throws {
    let text = "apiVersion: v1\nkind: Node\nmetadata:\n  name: w9\n  uid: u9\nstatus:\n  addresses:\n"
    #expect(try parse(text).events.isEmpty)
    let cut =
      #"{"kind":"Node","apiVersion":"v1","metadata":{"name":"w9","uid":"u"},"status":{"conditions":[{"type":"Ready","sta"#
    #expect(try parse(cut).events.isEmpty)
  }
}

@Suite struct EventObjectTests {
  private func event(_ more: String, about: String = "Node") -> String {
    #"{"kind":"Event","apiVersion":"v1","metadata":{"name":"w2.1","uid":"e1","creationTimestamp":"2026-11-23T14:40:00Z"},"involvedObject":{"kind":"\#(about)","name":"w2"},\#(more)}"#
      + "\n"
  }

  @Test func `A node's event is dated by its last time and tells the state`() throws {
    let found = try parse(
      event(
        #""reason":"NodeNotReady","message":"Node w2 status is now: NodeNotReady","count":3,"firstTimestamp":"2026-11-23T14:41:00Z","lastTimestamp":"2026-11-23T14:42:46Z","source":{"component":"node-controller"},"type":"Normal","eventTime":null"#
      ))
    let one = try #require(found.events.first)
    #expect(found.kinds == ["kubernetes.event"])
    #expect(one.time == EventTime(moment("2026-11-23T14:42:46Z"), .stamped, uncertainty: 1_000_000))
    #expect(one.node == "w2")
    #expect(one.severity == .warning)
    #expect(one.message == "Node w2 status is now: NodeNotReady")
    #expect(one.attribute("object") == "node/w2")
    #expect(one.attribute("count") == "3")
    #expect(one.attribute("component") == "node-controller")
    #expect(one.observation?.status == "NotReady")
    #expect(one.observation?.observer == .event)
  }

  @Test func `The newer form names the same things otherwise`() throws {
    let found = try parse(
      #"{"kind":"Event","apiVersion":"events.k8s.io/v1","metadata":{"uid":"e2"},"regarding":{"kind":"Node","name":"w1"},"reason":"Rebooted","note":"boot id: x","type":"Warning","eventTime":"2026-11-23T14:00:00.250000Z","deprecatedCount":1,"reportingController":"kubelet"}"#
        + "\n")
    let one = try #require(found.events.first)
    #expect(one.time == EventTime(moment("2026-11-23T14:00:00.25Z"), .stamped, uncertainty: 0))
    #expect(one.attribute("component") == "kubelet")
    #expect(one.severity == .warning)
    #expect(one.observation == nil)
  }

  @Test func `Events about other objects and without a time yield nothing`() throws {
    #expect(try parse(event(#""reason":"Pulled","lastTimestamp":"2026-11-23T14:42:46Z""#, about: "Pod")).events.isEmpty)
    #expect(
      try parse(#"{"kind":"Event","apiVersion":"v1","involvedObject":{"kind":"Node","name":"w2"},"reason":"X"}"# + "\n")
        .events.isEmpty)
    #expect(
      try parse(#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","regarding":{"kind":"Node"}}"# + "\n").events.isEmpty)
  }

  @Test func `The same event is one in every answer, until it happens again`() throws {
    let texts = [(1, "14:42:46"), (1, "14:42:46"), (2, "14:43:46")].map { count, time in
      event(#""reason":"NodeReady","count":\#(count),"lastTimestamp":"2026-11-23T\#(time)Z""#)
    }
    let identities = try parse(texts.joined()).events.map(\.identity)
    #expect(identities.count == 3)
    #expect(identities[0] == identities[1])
    #expect(identities[0] != identities[2])
  }
}

@Suite struct SigningRequestObjectTests {
  private func request(_ status: String, username: String) -> String {
    #"{"kind":"CertificateSigningRequest","apiVersion":"certificates.k8s.io/v1","metadata":{"name":"csr-8zk5t","uid":"c1","creationTimestamp":"2026-11-23T14:33:00Z"},"spec":{"request":"\#(requestOfW1)","signerName":"kubernetes.io/kube-apiserver-client-kubelet","username":"\#(username)"},"status":\#(status)}"#
      + "\n"
  }

  @Test func `A request is made, approved and issued`() throws {
    let found = try parse(
      request(
        #"{"certificate":"eA==","conditions":[{"type":"Approved","status":"True","reason":"AutoApproved","lastUpdateTime":"2026-11-23T14:33:01Z"}]}"#,
        username: "system:bootstrap:m4449q"))
    #expect(found.kinds == ["csr.created", "csr.approved", "csr.issued"])
    #expect(found.events.map(\.node) == ["w1", "w1", "w1"])
    #expect(
      found.events.map(\.time) == [
        EventTime(moment("2026-11-23T14:33:00Z"), .stamped, uncertainty: 1_000_000),
        EventTime(moment("2026-11-23T14:33:01Z"), .stamped, uncertainty: 1_000_000),
        EventTime(moment("2026-11-23T14:33:01Z"), .derived, earliest: moment("2026-11-23T14:33:00Z"), latest: nil),
      ])
    #expect(found.events[1].attribute("reason") == "AutoApproved")
    #expect(found.events[0].attribute("signer") == "kubernetes.io/kube-apiserver-client-kubelet")
    #expect(found.events[0].attribute("requestor") == "system:bootstrap:m4449q")
  }

  @Test func `A request that waits is only made, and its node is who asks`() throws {
    let found = try parse(request("{}", username: "system:node:w7"))
    #expect(found.kinds == ["csr.created"])
    #expect(found.events.first?.node == "w7")
  }

  @Test func `A denied request is a warning`() throws {
    let status = #"{"conditions":[{"type":"Denied","status":"True","lastUpdateTime":"2026-11-23T14:33:01Z"}]}"#
    let found = try parse(request(status, username: "jane"))
    #expect(found.kinds == ["csr.created", "csr.denied"])
    #expect(found.events.last?.severity == .warning)
  }
}

@Suite struct ListedSecretsTests {
  private let proxy = "Proxy for managing TTL for the kubeadm-certs secret"

  @Test func `Tokens listed as JSON carry what is known of them, and no secret in sight`() throws {
    let found = try parse(
      """
      {
          "kind": "BootstrapToken",
          "apiVersion": "output.kubeadm.k8s.io/v1alpha3",
          "token": "e1jdme.z5y8fvjbdpxmq4hs",
          "description": "\(proxy)",
          "expires": "2026-11-23T16:32:51Z"
      }
      {
          "kind": "BootstrapToken",
          "apiVersion": "output.kubeadm.k8s.io/v1alpha3",
          "token": "\(Sample.token)",
          "usages": [
              "authentication",
              "signing"
          ]
      }

      """)
    #expect(found.kinds == ["kubeadm.token.listed", "kubeadm.token.listed"])
    var first = SecretSighting(kind: .bootstrapToken, value: "e1jdme.z5y8fvjbdpxmq4hs", role: .listed)
    first.expires = moment("2026-11-23T16:32:51Z")
    first.usages = []
    first.description = proxy
    var second = SecretSighting(kind: .bootstrapToken, value: Sample.token, role: .listed, ttlSeconds: 0)
    second.usages = ["authentication", "signing"]
    #expect(found.secrets == [first, second])
    #expect(found.events.map(\.message) == ["token e1jdme expires 2026-11-23T16:32:51Z", "token m4449q never expires"])
    #expect(!found.shown.contains("z5y8fvjbdpxmq4hs"))
    #expect(!found.shown.contains(Sample.tokenSecret))
  }

  @Test func `Tokens listed as YAML are the same`() throws {
    let found = try parse(
      """
      ---
      apiVersion: output.kubeadm.k8s.io/v1alpha1
      description: \(proxy)
      expires: "2026-11-23T18:32:51+02:00"
      kind: BootstrapToken
      token: e1jdme.z5y8fvjbdpxmq4hs
      ---
      apiVersion: output.kubeadm.k8s.io/v1alpha1
      groups:
      - system:bootstrappers:kubeadm:default-node-token
      kind: BootstrapToken
      token: \(Sample.token)
      usages:
      - authentication
      - signing

      """)
    #expect(found.secrets.map(\.value) == ["e1jdme.z5y8fvjbdpxmq4hs", Sample.token])
    #expect(found.secrets.map(\.expires) == [moment("2026-11-23T16:32:51Z"), nil])
    #expect(found.secrets.map(\.usages) == [[], ["authentication", "signing"]])
  }

  @Test(arguments: [
    #"{"kind":"BootstrapToken","apiVersion":"output.kubeadm.k8s.io/v1alpha1","token":"e1jdme.z5y8fvjbdpxmq4hs","desc"#,
    #"{"kind":"BootstrapToken","apiVersion":"output.kubeadm.k8s.io/v1alpha1","token":"<value withheld>"}"#,
    #"{"kind":"BootstrapToken","apiVersion":"output.kubeadm.k8s.io/v1alpha1","token":"E1JDME.z5y8fvjbdpxmq4hs"}"#,
    #"{"kind":"BootstrapToken","apiVersion":"output.kubeadm.k8s.io/v1alpha1","token":"e1jdme.z5y8fvjbdpxmq4hs","expires":"soon"}"#,
    "apiVersion: kubeadm.k8s.io/v1beta3\nbootstrapTokens:\n- token: abcdef.0123456789abcdef\nkind: InitConfiguration\n",
  ])
  func `What is no listed token, or cut before its expiry, is none`(text: String) throws {
    #expect(try parse(text).secrets.filter { $0.role == .listed }.isEmpty)
  }

  private func secret(_ type: String, metadata: String = "  uid: u1\n") -> String {
    """
    apiVersion: v1
    data:
      auth-extra-groups: c3lzdGVtOmJvb3RzdHJhcHBlcnM6a3ViZWFkbTpkZWZhdWx0LW5vZGUtdG9rZW4=
      expiration: MjAyNi0xMS0yM1QxNjo0MzozOVo=
      token-id: ODd5bzJv
      token-secret: ZXhxa3Z4eHM3cGZ3dGliOQ==
      usage-bootstrap-authentication: dHJ1ZQ==
      usage-bootstrap-signing: dHJ1ZQ==
    kind: Secret
    metadata:
      name: bootstrap-token-87yo2o
    \(metadata)type: \(type)

    """
  }

  @Test func `The Secret of a token is read`() throws {
    let found = try parse(secret("bootstrap.kubernetes.io/token"))
    let one = try #require(found.secrets.first)
    #expect(one.value == "87yo2o.exqkvxxs7pfwtib9")
    #expect(one.expires == moment("2026-11-23T16:43:39Z"))
    #expect(one.usages == ["authentication", "signing"])
    #expect(one.role == .listed)
    #expect(!found.shown.contains("exqkvxxs7pfwtib9"))
    #expect(!found.shown.contains("ZXhxa3Z4eHM3cGZ3dGliOQ"))
  }

  @Test func `Of other Secrets and of manifests nothing is kept`() throws {
    #expect(try parse(secret("Opaque")).events.isEmpty)
    #expect(try parse(secret("bootstrap.kubernetes.io/token", metadata: "")).events.isEmpty)
  }

  @Test func `A deleted Secret is no token`() throws {
    let object =
      #"{"kind":"Secret","apiVersion":"v1","metadata":{"name":"x","uid":"u"},"data":{"token-id":"ODd5bzJv","token-secret":"ZXhxa3Z4eHM3cGZ3dGliOQ=="},"type":"bootstrap.kubernetes.io/token"}"#
    #expect(try parse(#"{"type":"ADDED","object":\#(object)}"# + "\n").secrets.count == 1)
    #expect(try parse(#"{"type":"DELETED","object":\#(object)}"# + "\n").events.isEmpty)
  }

  private let expirations = """
    {
        "kind": "CertificateExpirationInfo",
        "apiVersion": "output.kubeadm.k8s.io/v1alpha3",
        "certificates": [
            {
                "name": "admin.conf",
                "expirationDate": "2027-11-23T14:32:36Z",
                "residualTime": 31535999,
                "externallyManaged": false,
                "caName": "ca",
                "missing": false
            },
            {
                "name": "super-admin.conf",
                "expirationDate": null,
                "residualTime": 0,
                "externallyManaged": false,
                "missing": true
            }
        ],
        "certificateAuthorities": [
            {
                "name": "etcd-ca",
                "expirationDate": "2036-11-20T14:32:36Z",
                "residualTime": 315359999,
                "externallyManaged": true,
                "missing": false
            }
        ]
    }

    """

  @Test func `Certificates come with their expiry, a missing one without`() throws {
    let found = try parse(expirations, node: "cp1")
    #expect(found.events.map { $0.attribute("name") } == ["admin.conf", "super-admin.conf", "etcd-ca"])
    #expect(
      found.secrets == [
        SecretSighting(
          kind: .certificate, value: "admin.conf@cp1", role: .listed, expires: moment("2027-11-23T14:32:36Z")),
        SecretSighting(
          kind: .certificate, value: "etcd-ca@cp1", role: .listed, expires: moment("2036-11-20T14:32:36Z")),
      ])
    #expect(found.events.map { $0.attribute("missing") } == ["false", "true", "false"])
    #expect(found.events.map { $0.attribute("ca") } == ["ca", nil, nil])
    #expect(found.events.last?.attribute("externally_managed") == "true")
    #expect(try parse(expirations).secrets.first?.value == "admin.conf")
  }

  @Test func `A list of certificates that is cut gives those that stood before`() throws {
    let place = try #require(expirations.firstRange(of: "\"etcd-ca\""))
    let found = try parse(String(expirations[..<place.upperBound]))
    #expect(found.events.map { $0.attribute("name") } == ["admin.conf", "super-admin.conf"])
  }
}
