internal import KubelogScan

/// A token of `kubeadm token list -o json|yaml` (1.16 and later), one object each:
///
/// `{"kind":"BootstrapToken","apiVersion":"output.kubeadm.k8s.io/v1alpha1","token":"e1jdme.…","description":"…",
/// "expires":"2026-11-23T16:32:51Z","usages":[…],"groups":[…]}`; `usages` is absent where there are none.
func listedToken(_ object: Document, isWhole: Bool, at place: ObjectPlace) -> [Event] {
  guard let token = object["token"]?.text else { return [] }
  var usages = object["usages"]?.elements.compactMap(\.text)
  if isWhole {
    usages = usages ?? []
  } else if let last = usages?.last, !["authentication", "signing"].contains(last) {
    usages?.removeLast()
  } else if object.members.first?.name != "apiVersion" {
    // JSON, in the order of the type's fields: what is missing may have stood behind the cut.
    guard object["expires"]?.moment != nil else { return [] }
  } else if object["groups"] == nil {
    // YAML, sorted by name, whose end is nowhere marked: a token without groups has no usages.
    usages = usages ?? []
  }
  return listedToken(
    token, expires: object["expires"], usages: usages,
    description: object["description"]?.words, at: place)
}

/// The Secret of a bootstrap token (`kube-system/bootstrap-token-ID`), with its fields in base64.
///
/// `data: {token-id, token-secret, expiration, description, usage-bootstrap-authentication: dHJ1ZQ==, …}`,
/// `type: bootstrap.kubernetes.io/token`. Of a Secret of any other type nothing is looked at.
func tokenSecret(_ object: Document, at place: ObjectPlace) -> [Event] {
  guard object["type"]?.text == "bootstrap.kubernetes.io/token", let data = object["data"] else { return [] }
  func field(_ name: String) -> String? {
    data[name]?.words.flatMap(base64Decoded).map { String(decoding: $0, as: UTF8.self) }
  }
  guard let id = field("token-id"), let secret = field("token-secret") else { return [] }
  let prefix = "usage-bootstrap-"
  let usages = data.members.map(\.name).filter { $0.hasPrefix(prefix) && field($0) == "true" }
  return listedToken(
    "\(id).\(secret)", expires: field("expiration").map { .text($0) },
    usages: usages.map { String($0.dropFirst(prefix.count)) }.sorted(), description: field("description"), at: place)
}

private func listedToken(
  _ token: String, expires: Document?, usages: [String]?, description: String?, at place: ObjectPlace
) -> [Event] {
  let kind = "kubeadm.token.listed"
  guard isBootstrapToken(token) else { return [] }
  // An expiry that cannot be read is not the same as none.
  let moment = expires?.moment
  guard moment != nil || expires?.words == nil else { return [] }
  let id = String(token.prefix(6))
  var attributes = [Attribute("token_id", .text(id))]
  if let expires = expires?.words { attributes.append(Attribute("expires_at", .text(expires))) }
  if let usages { attributes.append(Attribute("usages", .list(usages))) }
  let said = description.map { Masker.text($0, keysAnywhere: true) }
  if let said { attributes.append(Attribute("description", .text(said))) }
  var sighting = SecretSighting(kind: .bootstrapToken, value: token, role: .listed)
  sighting.expires = moment
  if moment == nil { sighting.ttlSeconds = 0 }
  sighting.usages = usages
  sighting.description = said
  return [
    place.event(
      kind, place.identity(kind, "\(id) \(moment ?? 0)"), node: place.givenNode,
      message: "token \(id) \(expires?.words.map { "expires \($0)" } ?? "never expires")", attributes: attributes,
      secrets: [sighting])
  ]
}

/// The certificates of `kubeadm certs check-expiration -o json|yaml` (1.30 and later).
///
/// `{"kind":"CertificateExpirationInfo","apiVersion":"output.kubeadm.k8s.io/v1alpha3","certificates":[{"name":
/// "admin.conf","expirationDate":"2027-11-23T14:32:36Z","residualTime":31535999,"externallyManaged":false,"caName":
/// "ca","missing":false},…],"certificateAuthorities":[…]}`
func listedCertificates(_ object: Document, isWhole: Bool, at place: ObjectPlace) -> [Event] {
  let kind = "kubeadm.certificate.listed"
  let all = (object["certificates"]?.elements ?? []) + (object["certificateAuthorities"]?.elements ?? [])
  return all.compactMap { certificate in
    // The first and the last of its members, in the order of JSON and in that of YAML: none of it was cut.
    guard let name = certificate["name"]?.words,
      isWhole || certificate["missing"] != nil && certificate["residualTime"] != nil
    else { return nil }
    let isMissing = certificate["missing"]?.bool == true
    let expires = isMissing ? nil : certificate["expirationDate"]
    guard isMissing || expires?.moment != nil else { return nil }
    var attributes = [Attribute("name", .text(name))]
    if let ca = certificate["caName"]?.words { attributes.append(Attribute("ca", .text(ca))) }
    if let printed = expires?.words { attributes.append(Attribute("expires_at", .text(printed))) }
    attributes += [
      Attribute("externally_managed", .boolean(certificate["externallyManaged"]?.bool == true)),
      Attribute("missing", .boolean(isMissing)),
    ]
    var secrets: [SecretSighting] = []
    if let moment = expires?.moment {
      let value = place.givenNode.map { "\(name)@\($0)" } ?? name
      secrets = [SecretSighting(kind: .certificate, value: value, role: .listed, expires: moment)]
    }
    let state = expires?.words.map { "expires \($0)" } ?? "is missing"
    return place.event(
      kind, place.identity(kind, name), severity: isMissing ? .warning : .info, node: place.givenNode,
      message: "certificate \(name) \(state)", attributes: attributes, secrets: secrets)
  }
}
