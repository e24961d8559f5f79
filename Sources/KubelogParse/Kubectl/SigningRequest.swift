internal import KubelogScan

/// What a `CertificateSigningRequest` object says (`kubectl get csr -o json`): made, approved or denied, issued.
///
/// `{"kind":"CertificateSigningRequest","metadata":{"name":"csr-8zk5t","creationTimestamp":…},"spec":{"request":…,
/// "signerName":"kubernetes.io/kube-apiserver-client-kubelet","username":"system:bootstrap:m4449q"},"status":
/// {"certificate":…,"conditions":[{"type":"Approved","lastUpdateTime":…,"reason":"AutoApproved"}]}}`
func signingRequest(_ object: Document, at place: ObjectPlace) -> [Event] {
  guard let name = object["metadata"]?["name"]?.words, isClusterObject(object), let spec = object["spec"] else {
    return []
  }
  let requestor = spec["username"]?.words
  let node = requestor.flatMap(nodeName) ?? spec["request"]?.text.flatMap(subject).flatMap(nodeName)
  let key = "\(name) \(object["metadata"]?["uid"]?.text ?? "")"
  var shared = [Attribute("name", .text(name))]
  if let signer = spec["signerName"]?.words { shared.append(Attribute("signer", .text(signer))) }
  if let requestor { shared.append(Attribute("requestor", .text(requestor))) }
  let whom = node.map { " of \($0)" } ?? ""

  func event(_ kind: String, _ time: EventTime, _ message: String, reason: String? = nil, _ severity: Severity = .info)
    -> Event
  {
    place.event(
      kind, place.dated(kind, key, 0), time: time, severity: severity, node: node, message: message,
      attributes: shared + (reason.map { [Attribute("reason", .text($0))] } ?? []))
  }

  var events: [Event] = []
  if let time = object["metadata"]?["creationTimestamp"]?.stampedTime {
    events.append(event("csr.created", time, "certificate signing request \(name)\(whom) was made"))
  }
  var approved: EventTime?
  for condition in object["status"]?["conditions"]?.elements ?? [] {
    guard let time = (condition["lastTransitionTime"] ?? condition["lastUpdateTime"])?.stampedTime else { continue }
    let reason = condition["reason"]?.words
    switch condition["type"]?.text {
    case "Approved":
      approved = time
      events.append(
        event("csr.approved", time, "certificate signing request \(name)\(whom) was approved", reason: reason))
    case "Denied":
      events.append(
        event("csr.denied", time, "certificate signing request \(name)\(whom) was denied", reason: reason, .warning))
    case "Failed":
      events.append(
        event("csr.failed", time, "certificate signing request \(name)\(whom) failed", reason: reason, .error))
    default: break
    }
  }
  // The signer leaves no time of its own: it comes after the approval.
  if let approved, let moment = approved.microseconds, object["status"]?["certificate"]?.words != nil {
    let time = EventTime(moment, .derived, earliest: approved.earliest, latest: nil)
    events.append(event("csr.issued", time, "certificate for request \(name)\(whom) was issued"))
  }
  return events
}

/// The node in `system:node:w1`.
private func nodeName(_ user: String) -> String? {
  let prefix = "system:node:"
  guard user.hasPrefix(prefix), user.utf8.count > prefix.utf8.count else { return nil }
  return String(user.dropFirst(prefix.count))
}

/// The common name of a request (`spec.request`, base64 of PEM of DER): the text in it that names a node.
///
/// A node that joins asks as `system:bootstrap:…`; who it will be stands only inside. In DER a text is a tag
/// (UTF8String 12, PrintableString 19), its length and its bytes.
private func subject(_ request: String) -> String? {
  guard let pem = base64Decoded(request) else { return nil }
  let body = String(decoding: pem, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("-----") }
  guard let der = base64Decoded(body.joined()) else { return nil }
  let bytes = der.span
  guard let found = bytes.first("system:node:", in: 0..<bytes.count), found >= 2 else { return nil }
  let (tag, length) = (bytes[found - 2], Int(bytes[found - 1]))
  guard tag == 12 || tag == 19, length < 128, found + length <= bytes.count else { return nil }
  return bytes.text(found..<found + length)
}
