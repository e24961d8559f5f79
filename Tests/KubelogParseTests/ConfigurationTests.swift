import KubelogParse
import Testing

/// kubeadm's configuration documents, and the commands that take them: a document, a command with its answer, and what the
/// secrets of that answer are given.
///
/// `;` stands for a line end.
@Suite struct ConfigurationTests {
  private static let token = Sample.token
  private static let initWith =
    "$ kubeadm init --config k.yaml;[init] Using Kubernetes version: v1.32.4;[certs] Generating \"ca\" certificate and key;"
    + "[certs] Generating \"apiserver\" certificate and key;[bootstrap-token] Using token: \(token)"
  private static let initWithout = initWith.replacing(" --config k.yaml", with: "")
  private static let renew =
    "$ kubeadm certs renew apiserver;certificate for serving the Kubernetes API renewed"
  private static let upgrade =
    "$ kubeadm upgrade apply v1.33.0;[upgrade/staticpods] Renewing apiserver certificate"
  private static let create = "$ kubeadm token create --config k.yaml;\(token)"
  private static let header = "apiVersion: kubeadm.k8s.io/v1beta4;kind: "
  private static let named = "\(header)InitConfiguration;bootstrapTokens:;- token: \(token);  ttl: 6h0m0s"
  private static let unnamed = "\(header)InitConfiguration;bootstrapTokens:;- ttl: 90m"
  private static let validity =
    "\(header)ClusterConfiguration;certificateValidityPeriod: 2160h0m0s;caCertificateValidityPeriod: 43800h0m0s"

  struct Row: CustomTestStringConvertible {
    var document: String
    var command: String
    var expected: String
    init(_ document: String, _ command: String, _ expected: String) {
      (self.document, self.command, self.expected) = (document, command, expected)
    }
    var testDescription: String { "\(document) \(command)" }
  }

  /// Document, command, and the lives that come out as `kind life`, `-` for kubeadm's default.
  private static let rows: [Row] = [
    Row("", initWith, "ca 315360000, apiserver 31536000, token -"),
    Row(named, initWith, "ca 315360000, apiserver 31536000, token 21600"),
    // The token by its value, also where the command was not seen to take the file.
    Row(named, initWithout, "ca 315360000, apiserver 31536000, token 21600"),
    Row(unnamed, initWith, "ca 315360000, apiserver 31536000, token 5400"),
    Row(unnamed, initWithout, "ca 315360000, apiserver 31536000, token -"),
    Row("\(unnamed);- ttl: 3h", initWith, "ca 315360000, apiserver 31536000, token -"),
    Row("\(header)InitConfiguration;bootstrapTokens:;- ttl: 0s", initWith, "ca 315360000, apiserver 31536000, token 0"),
    Row(
      "\(header)InitConfiguration;bootstrapTokens:;- ttl: soon", initWith, "ca 315360000, apiserver 31536000, token -"),
    Row(validity, initWith, "ca 157680000, apiserver 7776000, token -"),
    Row(validity, initWithout, "ca 315360000, apiserver 31536000, token -"),
    Row("\(unnamed);---;\(validity)", initWith, "ca 157680000, apiserver 7776000, token 5400"),
    Row("\(validity);---;\(unnamed)", initWith, "ca 157680000, apiserver 7776000, token 5400"),
    // Another file took the place of the first.
    Row("\(unnamed);$ cat other.yaml;\(validity)", initWith, "ca 157680000, apiserver 7776000, token -"),
    // Comments, indentation as a whole, JSON, KYAML's braces.
    Row("# a file;\(unnamed);# its end", initWith, "ca 315360000, apiserver 31536000, token 5400"),
    Row(unnamed.indented("    "), initWith, "ca 315360000, apiserver 31536000, token 5400"),
    Row("\(unnamed);---;\(validity)".indented("\t"), initWith, "ca 157680000, apiserver 7776000, token 5400"),
    Row(
      #"{"apiVersion":"kubeadm.k8s.io/v1beta4","kind":"InitConfiguration","bootstrapTokens":[{"ttl":"2h0m0s"}]}"#,
      initWith, "ca 315360000, apiserver 31536000, token 7200"
    ),
    // What the cluster has.
    Row(validity, renew, "apiserver 7776000"),
    Row(validity, upgrade, "apiserver 7776000"),
    Row(unnamed, renew, "apiserver 31536000"),
    Row(
      "apiVersion: v1;data:;  ClusterConfiguration: |;    apiVersion: kubeadm.k8s.io/v1beta4;"
        + "    certificateValidityPeriod: 720h0m0s;    kind: ClusterConfiguration;kind: ConfigMap;metadata:;"
        + "  name: kubeadm-config;  namespace: kube-system", renew, "apiserver 2592000"
    ),
    Row(
      "apiVersion: v1;data:;  ClusterConfiguration: |;    certificateValidityPeriod: 720h0m0s;kind: ConfigMap;metadata:;"
        + "  name: another", renew, "apiserver 31536000"
    ),
    // `kubeadm config view` begins with what sorts before apiVersion.
    Row(
      "apiServer:;  extraArgs: {};apiVersion: kubeadm.k8s.io/v1beta4;certificateValidityPeriod: 720h;"
        + "kind: ClusterConfiguration", renew, "apiserver 2592000"
    ),
    Row(named, create, "token 21600"), Row(unnamed, create, "token 5400"),
  ]

  @Test(arguments: rows)
  func lives(_ row: Row) throws {
    let parsed = try parse("\(row.document);\(row.command)\n".replacing(";", with: "\n"))
    let given = parsed.secrets.filter { $0.role == .created || $0.role == .renewed }.map { secret in
      let name = secret.kind == .certificate ? String(secret.value.prefix { $0 != "@" }) : "token"
      return "\(name) \(secret.ttlSeconds.map { "\($0)" } ?? "-")"
    }
    #expect(given.joined(separator: ", ") == row.expected)
  }

  @Test func aDocumentHandsOutNothing() throws {
    let parsed = try parse("\(Self.named)\ncertificateKey: \(Sample.key)\n".replacing(";", with: "\n"))
    #expect(parsed.secrets.map(\.role) == [.used, .used])
    #expect(parsed.secrets.map(\.value) == [Sample.token, Sample.key])
    #expect(parsed.sessions == [])
    #expect(!parsed.shown.contains(Sample.tokenSecret) && !parsed.shown.contains(Sample.key))
    #expect(parsed.events.map { $0.attribute("token_ttl_s") } == ["21600"])
  }

  @Test func theExampleIsNoSecret() throws {
    let parsed = try parse(
      "\(Self.header)InitConfiguration;bootstrapTokens:;- token: abcdef.0123456789abcdef;  ttl: 24h0m0s\n".replacing(
        ";", with: "\n"))
    #expect(parsed.kinds == ["kubeadm.configuration"])
    #expect(parsed.secrets == [])
    #expect(parsed.events[0].attribute("token_ids") == nil)
  }

  @Test func joinIsToldWhereItLeads() throws {
    let parsed = try parse(
      """
      apiVersion: kubeadm.k8s.io/v1beta4
      kind: JoinConfiguration
      discovery:
        bootstrapToken:
          apiServerEndpoint: k8s-api.lab.local:6443
          token: \(Sample.token)
          caCertHashes:
            - \(Sample.hash)
      controlPlane:
        certificateKey: \(Sample.key)
      $ kubeadm join --config join.yaml
      [preflight] Running pre-flight checks
      """)
    #expect(parsed.secrets.map(\.role) == [.used, .used])
    #expect(parsed.secrets.map(\.endpoint) == ["k8s-api.lab.local:6443", nil])
    #expect(parsed.sessions.map(\.endpoint) == ["k8s-api.lab.local:6443"])
    #expect(parsed.sessions.map(\.caHashes) == [[Sample.hash]])
  }

  @Test func initTakesEndpointAndKeyFromItsFile() throws {
    let parsed = try parse(
      """
      apiVersion: kubeadm.k8s.io/v1beta4
      kind: ClusterConfiguration
      controlPlaneEndpoint: "k8s-api.lab.local"
      kubernetesVersion: v1.32.4
      ---
      apiVersion: kubeadm.k8s.io/v1beta4
      kind: InitConfiguration
      certificateKey: \(Sample.key)
      $ kubeadm init --config k.yaml
      [preflight] Running pre-flight checks
      [upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace
      [upload-certs] Using certificate key:

      """)
    #expect(parsed.sessions.map(\.endpoint) == ["k8s-api.lab.local:6443"])
    #expect(parsed.sessions.map(\.kubernetesVersion) == ["v1.32.4"])
    #expect(parsed.secrets.map(\.role) == [.used, .uploaded])
    #expect(Set(parsed.secrets.map(\.value)) == [Sample.key])
  }
}

extension String {
  /// Every line of a text, whose line ends are `;`, behind `margin`.
  fileprivate func indented(_ margin: String) -> String {
    split(separator: ";").map { margin + $0 }.joined(separator: ";")
  }
}
