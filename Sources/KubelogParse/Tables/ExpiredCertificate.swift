internal import KubelogScan

/// What Go's TLS says when a certificate has ended, in the words of any client and server:
///
/// `x509: certificate has expired or is not yet valid: current time 2026-11-23T14:36:16Z is after 2026-11-22T14:00:00Z`
///
/// Format: Go `crypto/x509/verify.go` since 1.15; both in RFC 3339. Whose certificate it is stands nowhere.
struct ExpiredCertificate {
  /// What the clock of who said it showed, microseconds since 1970 UTC.
  var current: Int64
  /// When the certificate ended, microseconds since 1970 UTC.
  var expired: Int64

  init?(_ text: String) {
    guard text.utf8.count > 90 else { return nil }
    // Each event is asked, and nearly none says it.
    let found = text.utf8.withContiguousStorageIfAvailable { Self.read(Bytes(_unsafeElements: $0)) }
    guard let moments = found ?? Self.read(Array(text.utf8).span) else { return nil }
    (current, expired) = moments
  }

  private static func read(_ line: Bytes) -> (current: Int64, expired: Int64)? {
    let mark: StaticString = "certificate has expired or is not yet valid: current time "
    guard let place = line.first(mark, in: 0..<line.count),
      let (now, end) = moment(line, at: place + mark.utf8CodeUnitCount), line.has(" is after ", at: end),
      let (limit, _) = moment(line, at: end + 10)
    else { return nil }
    return (now, limit)
  }

  private static func moment(_ line: Bytes, at place: Int) -> (moment: Int64, end: Int)? {
    guard let stamp = line.isoStamp(at: place), let zone = stamp.zoneSeconds else { return nil }
    return (stamp.civil.microsecondsAsUTC - Int64(zone) * 1_000_000, stamp.end)
  }
}

/// The certificates that the source has listed, by what names them: an error that tells a second sharpens one that was
/// listed to the minute.
struct ListedCertificates {
  private var listed: [String: (expires: Int64, within: Int64)] = [:]
  /// The most that are remembered.
  private static let most = 4096

  /// Goes on by an event: adds to it what its text tells about a certificate that has ended, and gives the event of the
  /// certificate that it is, where only one of the listed ones ended then.
  mutating func pass(_ event: inout Event) -> Event? {
    for secret in event.secrets where secret.kind == .certificate {
      guard secret.role == .listed, let expires = secret.expires else {
        // Made anew: what an error says after that may be about the old one, which is still in use.
        listed[secret.value] = nil
        continue
      }
      if listed.count < Self.most || listed[secret.value] != nil {
        listed[secret.value] = (expires, secret.expiresWithin)
      }
    }
    guard let found = Self.evidence(in: event) else { return nil }
    for (name, moment) in [("current", found.current), ("expired", found.expired)]
    where !event.attributes.contains(where: { $0.name == name }) {
      event.attributes.append(Attribute(name, .text(GoTime.rfc3339(moment, toSecond: true))))
    }
    // A clock that is printed is better than none, unless it contradicts what is known.
    if event.time.source >= .derived, found.current >= event.time.earliest ?? .min,
      found.current <= event.time.latest ?? .max
    {
      event.time = EventTime(found.current, .stamped, uncertainty: 1_000_000)
    }
    let fits = listed.filter {
      found.expired >= $0.value.expires && found.expired <= $0.value.expires + $0.value.within
    }
    guard fits.count == 1, let value = fits.first?.key, listed[value]?.within != 0 else { return nil }
    listed[value] = (found.expired, 0)
    return Self.ended(value, found.expired, by: event)
  }

  /// The certificate ended at that second: known by its name and its end, whoever found out and however often.
  private static func ended(_ value: String, _ expires: Int64, by event: Event) -> Event {
    let kind = "kubeadm.certificate.ended"
    var digester = Digester()
    digester.add(kind)
    digester.add(value)
    digester.add(expires)
    let (name, node) = (value.prefix { $0 != "@" }, value.drop { $0 != "@" }.dropFirst())
    let end = GoTime.rfc3339(expires, toSecond: true)
    return Event(
      identity: .dated(digester.digest()), time: event.time, kind: kind, severity: .warning,
      node: node.isEmpty ? nil : String(node), message: "certificate \(name) ended at \(end)",
      attributes: [Attribute("name", .text(String(name))), Attribute("expires", .text(end))], position: event.position,
      secrets: [SecretSighting(kind: .certificate, value: value, role: .listed, expires: expires)], observation: nil,
      isTentative: event.isTentative)
  }

  private static func evidence(in event: Event) -> ExpiredCertificate? {
    if let found = ExpiredCertificate(event.message) { return found }
    for index in event.attributes.indices where event.attributes[index].value.mayTellExpiry {
      if case .text(let text) = event.attributes[index].value, let found = ExpiredCertificate(text) { return found }
    }
    return nil
  }
}

extension AttributeValue {
  /// Whether it is a text, and long enough for what Go's TLS says.
  fileprivate var mayTellExpiry: Bool {
    guard case .text(let text) = self else { return false }
    return text.utf8.count > 90
  }
}
