internal import KubelogScan

/// One row of `kubeadm certs check-expiration`, known by its shape: a name, a date to the minute, what is left.
///
/// `apiserver-etcd-client      Nov 23, 2027 14:32 UTC   364d            etcd-ca                 no`
///
/// Format: kubernetes `cmd/kubeadm/app/cmd/certs.go` (1.15 to 1.19 `alpha/certs.go`), Go layout `Jan 02, 2006 15:04 MST`.
/// The column of the CA is there since 1.17 and empty for kubeconfig files in old builds; the last column was `false`
/// and `true` in 1.15.0. Of a file that is missing only `!MISSING! apiserver-etcd-client` is printed.
struct CertificateRow {
  /// As kubeadm names it: `apiserver`, `admin.conf`, `etcd-ca`.
  var name: String
  /// To the minute; nil for a certificate that is missing.
  var expires: CivilTime?
  /// Nil where the row names a zone that several share.
  var zoneSeconds: Int?
  /// `364d`, `<invalid>` for one that has expired.
  var residual: String?
  var authority: String?
  var isExternal: Bool?

  init?(_ line: Bytes, _ range: Range<Int>) {
    guard range.count > 12 else { return nil }
    var index = range.lowerBound
    let isMissing = line.has("!MISSING! ", at: index)
    if isMissing { index += 10 }
    let first = TokenRow.word(line, from: index, to: range.upperBound)
    guard CertificateRow.isName(line, first) else { return nil }
    if isMissing {
      guard line.trimmed(first.upperBound..<range.upperBound).isEmpty else { return nil }
      name = line.text(first)
      return
    }
    let date = line.end(of: isBlank, from: first.upperBound, to: range.upperBound)
    guard date + 22 <= range.upperBound, let month = line.englishMonth(at: date), line[date + 3] == 0x20,
      let day = line.twoDigits(at: date + 4), line.has(", ", at: date + 6), day >= 1, day <= 31,
      let year = line.decimal(date + 8..<date + 12), let hour = line.twoDigits(at: date + 13), line[date + 12] == 0x20,
      line[date + 15] == 0x3A, let minute = line.twoDigits(at: date + 16), hour < 24, minute < 60,
      line[date + 18] == 0x20
    else { return nil }
    let zone = TokenRow.word(line, from: date + 19, to: range.upperBound)
    guard !zone.isEmpty, zone.count <= 6 else { return nil }
    name = line.text(first)
    expires = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute)
    zoneSeconds = line.zoneSeconds(zone)
    let left = TokenRow.word(line, from: zone.upperBound, to: range.upperBound)
    guard !left.isEmpty else { return }
    guard Age(line, left) != nil else { return nil }
    residual = line.text(left)
    let next = TokenRow.word(line, from: left.upperBound, to: range.upperBound)
    let last = TokenRow.word(line, from: next.upperBound, to: range.upperBound)
    if let external = CertificateRow.external(line.text(next)) {
      isExternal = external
    } else if !next.isEmpty {
      authority = line.text(next)
      isExternal = CertificateRow.external(line.text(last))
    }
  }

  /// Which of the two tables a heading begins; nil for any other line.
  static func heading(_ line: Bytes, _ range: Range<Int>) -> Heading? {
    guard line.has("CERTIFICATE ", at: range.lowerBound) else { return nil }
    let next = TokenRow.word(line, from: range.lowerBound + 11, to: range.upperBound)
    let after = TokenRow.word(line, from: next.upperBound, to: range.upperBound)
    switch line.text(next) {
    case "EXPIRES": return .certificates
    case "AUTHORITY": return line.text(after) == "EXPIRES" ? .authorities : nil
    default: return nil
    }
  }

  enum Heading { case certificates, authorities }

  private static func isName(_ line: Bytes, _ range: Range<Int>) -> Bool {
    guard range.count >= 2, range.count <= 63, isTokenByte(line[range.lowerBound]) else { return false }
    return line.end(of: { isTokenByte($0) || $0 == 0x2D || $0 == 0x2E }, from: range.lowerBound, to: range.upperBound)
      == range.upperBound
  }

  private static func external(_ text: String) -> Bool? {
    switch text {
    case "no", "false": false
    case "yes", "true": true
    default: nil
    }
  }
}

/// What the certificates of kubeadm are called, in its tables and elsewhere.
enum CertificateName {
  /// CAs live for ten years, all others for one (kubernetes `cmd/kubeadm/app/constants/constants.go`).
  static let authorities: Set<String> = ["ca", "etcd-ca", "front-proxy-ca"]
  static let others: Set<String> = [
    "admin.conf", "apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "controller-manager.conf",
    "etcd-healthcheck-client", "etcd-peer", "etcd-server", "front-proxy-client", "scheduler.conf", "super-admin.conf",
  ]

  /// The life that kubeadm gives a certificate, in seconds.
  static func life(of name: String) -> Int { (authorities.contains(name) ? 10 : 1) * 365 * 86_400 }

  static func isKnown(_ name: String) -> Bool { authorities.contains(name) || others.contains(name) }

  /// By the sentence that `kubeadm certs renew` has for it.
  ///
  /// Format: kubernetes `cmd/kubeadm/app/phases/certs/certlist.go` LongName and `phases/certs/renewal/manager.go`,
  /// 1.15 to 1.36.
  static let byLongName: [String: String] = [
    "certificate for serving the Kubernetes API": "apiserver",
    "certificate for the API server to connect to kubelet": "apiserver-kubelet-client",
    "certificate the apiserver uses to access etcd": "apiserver-etcd-client",
    "certificate for the front proxy client": "front-proxy-client",
    "certificate for serving etcd": "etcd-server",
    "certificate for etcd nodes to communicate with each other": "etcd-peer",
    "certificate for liveness probes to healthcheck etcd": "etcd-healthcheck-client",
    "certificate embedded in the kubeconfig file for the admin to use and for kubeadm itself": "admin.conf",
    "certificate embedded in the kubeconfig file for the super-admin": "super-admin.conf",
    "certificate embedded in the kubeconfig file for the controller manager to use": "controller-manager.conf",
    "certificate embedded in the kubeconfig file for the scheduler manager to use": "scheduler.conf",
    "certificate embedded in the kubeconfig file for the scheduler to use": "scheduler.conf",
  ]

  /// By its file, `/etc/kubernetes/pki/etcd/ca.crt`; nil for one that is none of kubeadm's.
  static func ofFile(_ path: String) -> String? {
    var parts = path.split(separator: "/").map(String.init)
    guard let file = parts.popLast() else { return nil }
    if file.hasSuffix(".conf") { return isKnown(file) ? file : nil }
    guard file.hasSuffix(".crt") else { return nil }
    let stem = String(file.dropLast(4))
    let folder = parts.last
    if folder == "etcd" { return isKnown("etcd-\(stem)") ? "etcd-\(stem)" : nil }
    // Other programs have a `ca.crt` as well.
    if stem == "ca", folder != "pki" { return nil }
    return isKnown(stem) && !stem.hasPrefix("etcd-") ? stem : nil
  }
}
