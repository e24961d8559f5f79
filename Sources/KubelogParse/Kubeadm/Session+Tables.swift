internal import KubelogScan

extension Session {
  mutating func takeRow(_ row: TokenRow, _ line: Bytes, _ body: Range<Int>, _ out: inout Output) {
    table = .tokens
    let id = String(row.token.prefix(6))
    var attributes = [Attribute("id", .text(id))]
    if let expires = row.expires {
      attributes.append(Attribute("expires", .text(GoTime.rfc3339(expires, toSecond: true))))
    }
    if let usages = row.usages { attributes.append(Attribute("usages", .list(usages))) }
    if let description = row.description { attributes.append(Attribute("description", .text(description))) }
    let life =
      row.isEndless
      ? "does not expire" : row.expires.map { "expires at \(GoTime.rfc3339($0, toSecond: true))" } ?? "exists"
    emit(
      "kubeadm.token.listed", .info, "token \(id) \(life)", attributes,
      secrets: [
        SecretSighting(
          kind: .bootstrapToken, value: row.token, role: .listed, ttlSeconds: row.isEndless ? 0 : nil,
          expires: row.expires, usages: row.usages, description: row.description)
      ], part: id, &out)
    settle(&out)
  }

  mutating func takeRow(_ row: CertificateRow, _ line: Bytes, _ body: Range<Int>, _ out: inout Output) {
    table = .certificates
    settle(&out)
    guard let civil = row.expires else {
      emit(
        "kubeadm.certificate.missing", .warning, "certificate \(row.name) is missing",
        [Attribute("name", .text(row.name))], part: row.name, &out)
      return
    }
    var attributes: [Attribute] = []
    if let text = row.authority { attributes.append(Attribute("ca", .text(text))) }
    if let external = row.isExternal { attributes.append(Attribute("externally_managed", .boolean(external))) }
    if let text = row.residual { attributes.append(Attribute("residual", .text(text))) }
    // Printed to the minute, cut off.
    listCertificate(
      row.name, expires: out.clock.moment(of: civil, zoneSeconds: row.zoneSeconds), within: 59_999_999, attributes,
      &out)
  }

  mutating func listCertificate(
    _ name: String, expires: Int64, within: Int64, _ attributes: [Attribute], _ out: inout Output
  ) {
    emit(
      "kubeadm.certificate.listed", .info, "certificate \(name) expires at \(GoTime.rfc3339(expires, toSecond: true))",
      [Attribute("name", .text(name)), Attribute("expires", .text(GoTime.rfc3339(expires, toSecond: true)))]
        + attributes,
      secrets: [
        SecretSighting(
          kind: .certificate, value: placed(name), role: .listed, expires: expires, expiresWithin: within)
      ], part: name, &out)
  }

  /// openssl was asked whether a certificate ends within so many seconds of the present.
  func checkCertificate(_ name: String, within seconds: Int, ends: Bool, _ out: inout Output) {
    emit(
      "kubeadm.certificate.checked", ends ? .warning : .info,
      "certificate \(name) \(ends ? "ends" : "does not end") within \(seconds) s",
      [Attribute("name", .text(name)), Attribute("within_s", .integer(seconds)), Attribute("ends", .boolean(ends))],
      part: name, &out)
  }

  mutating func takeRow(_ row: UpgradeRow, _ line: Bytes, _ body: Range<Int>, _ out: inout Output) {
    var attributes = [Attribute("component", .text(row.component))]
    if let node = row.node { attributes.append(Attribute("node", .text(node))) }
    attributes += [Attribute("current", .text(row.current)), Attribute("target", .text(row.target))]
    emit(
      "kubeadm.upgrade.offered", .info, "\(row.component) \(row.current) could be \(row.target)", attributes,
      part: "\(row.component) \(row.node ?? "")", &out)
  }

  /// A certificate was given a new life of a year: by `certs renew`, or by an upgrade on its way.
  mutating func renew(_ name: String, _ text: String, _ out: inout Output) {
    if !renewed.contains(name) { renewed.append(name) }
    emit(
      "kubeadm.certificate.renewed", .info, text, [Attribute("name", .text(name))],
      secrets: [certificate(name, .renewed)], part: name, &out)
    guard facts.command == .certsRenew else { return }
    // `renew all` begins with admin.conf and ends with the scheduler's; before 1.20 nothing says that it is done.
    let isOneOfAll = renews == "all" || renews == nil && renewed.first == "admin.conf"
    let isLast = name == "super-admin.conf" || name == "scheduler.conf"
    if renews == name || (isOneOfAll ? isLast : renewed.count == 1) { facts.outcome = .succeeded }
  }

  mutating func delete(_ id: String, _ text: String, _ out: inout Output) {
    emit("kubeadm.token.deleted", .info, text, [Attribute("id", .text(id))], part: id, &out)
    if facts.outcome == .incomplete { facts.outcome = .succeeded }
  }

  /// A certificate of this session's node, with the life that kubeadm gives it.
  func certificate(_ name: String, _ role: SightingRole) -> SecretSighting {
    SecretSighting(
      kind: .certificate, value: placed(name), role: role,
      ttlSeconds: (isConfigured ? configuration?.life(of: name) : nil) ?? CertificateName.life(of: name))
  }

  /// Whether the configuration that was seen holds for what is issued here: the file that the command was given, or for
  /// what takes the cluster's own.
  private var isConfigured: Bool {
    switch facts.command {
    case .certsRenew, .upgradeApply, .upgradeNode, .join: true
    default: takesConfiguration
    }
  }

  /// Certificates of one name are on every control plane: the node tells them apart.
  private func placed(_ name: String) -> String { facts.node.map { "\(name)@\($0)" } ?? name }
}
