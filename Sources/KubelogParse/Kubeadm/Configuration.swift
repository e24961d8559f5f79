internal import KubelogScan

/// What kubeadm's configuration documents say about the lives of what kubeadm makes: the last file that was shown.
///
/// Format: kubernetes `cmd/kubeadm/app/apis/kubeadm/v1beta1` to `v1beta4`; durations are Go's. By itself a document hands
/// out nothing: it is about a `kubeadm init --config` that follows, or a cluster that has it in its ConfigMap.
struct Configuration {
  /// An entry of `InitConfiguration.bootstrapTokens`.
  struct Token {
    /// Nil where kubeadm is to make one up.
    var value: String?
    /// Seconds, 0 for never ending, nil for kubeadm's default.
    var ttl: Int?
    /// Instead of a ttl, microseconds since 1970 UTC.
    var expires: Int64?
    var usages: [String]?
  }

  var tokens: [Token] = []
  var certificateKey: String?
  /// `ClusterConfiguration.certificateValidityPeriod` and `caCertificateValidityPeriod`, seconds (v1beta4, 1.31 and later).
  var validity: Int?
  var authorityValidity: Int?
  var endpoint: String?
  var version: String?
  /// `JoinConfiguration.discovery`, as the command that says the same.
  var join: JoinCommand?

  /// The token that `kubeadm config print` shows as an example.
  static let exampleToken = "abcdef.0123456789abcdef"
  /// The most entries of `bootstrapTokens` that are kept.
  private static let mostTokens = 64

  /// Reads a document; nil for what is none of kubeadm's, with what it shows: for an event of its own.
  init?(_ object: Document, kind: String) {
    switch kind {
    case "InitConfiguration":
      tokens = (object["bootstrapTokens"]?.elements ?? []).prefix(Self.mostTokens).map { entry in
        Token(
          value: entry["token"]?.text.flatMap { isBootstrapToken($0) ? $0 : nil }, ttl: entry["ttl"]?.life,
          expires: entry["expires"]?.moment, usages: entry["usages"]?.elements.compactMap(\.text))
      }
      certificateKey = Self.key(object["certificateKey"])
    case "ClusterConfiguration", "MasterConfiguration":
      validity = object["certificateValidityPeriod"]?.life
      authorityValidity = object["caCertificateValidityPeriod"]?.life
      endpoint = object["controlPlaneEndpoint"]?.words.map { JoinCommand.isEndpoint($0) ? $0 : "\($0):6443" }
      version = object["kubernetesVersion"]?.words
    case "JoinConfiguration":
      let discovery = object["discovery"]
      let found = discovery?["bootstrapToken"]
      let token = (found?["token"] ?? discovery?["tlsBootstrapToken"])?.text
      join = JoinCommand(
        endpoint: found?["apiServerEndpoint"]?.words.flatMap { JoinCommand.isEndpoint($0) ? $0 : nil },
        token: token.flatMap { isBootstrapToken($0) ? $0 : nil },
        caHashes: (found?["caCertHashes"]?.elements ?? []).compactMap(\.text).filter(JoinCommand.isPin)
          .prefix(JoinCommand.mostHashes).map { $0.lowercased() },
        certificateKey: Self.key(object["controlPlane"]?["certificateKey"]),
        isControlPlane: object["controlPlane"]?.members.isEmpty == false)
    default: return nil
    }
  }

  /// Takes in another document: of the same file, or of another one in place of what was before.
  mutating func take(_ next: Configuration, ofSameFile isSame: Bool) {
    if let join = next.join {
      self.join = join
      return
    }
    guard isSame else {
      let join = self.join
      self = next
      self.join = join
      return
    }
    tokens += next.tokens
    certificateKey = next.certificateKey ?? certificateKey
    validity = next.validity ?? validity
    authorityValidity = next.authorityValidity ?? authorityValidity
    endpoint = next.endpoint ?? endpoint
    version = next.version ?? version
  }

  /// The entry that a token comes from: the one with its value, else the only one, without a value.
  func entry(of token: String) -> Token? {
    tokens.last { $0.value == token } ?? (tokens.count == 1 && tokens[0].value == nil ? tokens[0] : nil)
  }

  /// The life of a certificate that kubeadm makes under this configuration, seconds; nil where it says nothing.
  func life(of certificate: String) -> Int? {
    CertificateName.authorities.contains(certificate) ? authorityValidity : validity
  }

  // MARK: Its event

  /// What a document shows, as an event.
  func event(kind: String, at place: ObjectPlace) -> Event {
    let own = (tokens.map(\.value) + [join?.token]).compactMap { $0 }.filter { $0 != Self.exampleToken }
    var attributes = [Attribute("document", .text(kind))]
    func add(_ name: String, _ value: AttributeValue?) {
      if let value { attributes.append(Attribute(name, value)) }
    }
    add("token_ids", own.isEmpty ? nil : .list(own.map { String($0.prefix(6)) }))
    let lives = tokens.compactMap { $0.ttl ?? ($0.expires == nil ? 86_400 : nil) }
    add("token_ttl_s", tokens.count == 1 ? lives.first.map { .integer($0) } : nil)
    add("token_expires", tokens.count == 1 ? tokens[0].expires.map { .text(GoTime.rfc3339($0, toSecond: true)) } : nil)
    add("certificate_validity_s", validity.map { .integer($0) })
    add("ca_certificate_validity_s", authorityValidity.map { .integer($0) })
    add("endpoint", (endpoint ?? join?.endpoint).map { .text($0) })
    add("kubernetes_version", version.map { .text($0) })
    add("ca_cert_hashes", join.flatMap { $0.caHashes.isEmpty ? nil : .list($0.caHashes) })
    let event = "kubeadm.configuration"
    return place.event(
      event, place.identity(event, kind), node: place.givenNode, message: "\(kind) of kubeadm", attributes: attributes,
      secrets: sightings)
  }

  /// The secrets that a document names: used, not handed out. The example is no secret.
  private var sightings: [SecretSighting] {
    var found = tokens.compactMap { entry in
      entry.value.map { value in
        var sighting = SecretSighting(kind: .bootstrapToken, value: value, role: .used, ttlSeconds: entry.ttl)
        sighting.usages = entry.usages
        return sighting
      }
    }
    if let token = join?.token {
      found.append(
        SecretSighting(
          kind: .bootstrapToken, value: token, role: .used, endpoint: join?.endpoint, caHashes: join?.caHashes ?? []))
    }
    for key in [certificateKey, join?.certificateKey].compactMap({ $0 }) {
      found.append(SecretSighting(kind: .certificateKey, value: key, role: .used))
    }
    return found.filter { $0.value != Self.exampleToken }
  }

  private static func key(_ value: Document?) -> String? {
    value?.text.flatMap { isCertificateKey($0) ? $0.lowercased() : nil }
  }
}

extension Configuration {
  /// The configuration in the ConfigMap `kube-system/kubeadm-config`: a YAML text in `data`.
  static func documents(inConfigMap object: Document) -> [(kind: String, document: Document)] {
    guard object["metadata"]?["name"]?.text == "kubeadm-config" else { return [] }
    return ["ClusterConfiguration", "MasterConfiguration"].compactMap { kind in
      (object["data"]?[kind]?.words).flatMap { YAMLReader.read(Array($0.utf8)) }.map { (kind, $0.document) }
    }
  }
}

extension Document {
  /// A life as kubeadm writes it, in seconds.
  fileprivate var life: Int? { words.flatMap(lifeSeconds) }
}

/// The seconds of a Go duration that is a life: 0 is for ever.
func lifeSeconds(_ text: String) -> Int? {
  if text == "0" { return 0 }
  let bytes = Array(text.utf8)
  // Longer than a century is as good as for ever, and no number that a clock could take.
  return bytes.span.goDuration(0..<bytes.count).map { Int(min($0, 3.2e9)) }
}
