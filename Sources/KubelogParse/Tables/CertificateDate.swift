internal import KubelogScan

/// When a certificate ends, as `openssl x509` prints it: `notAfter=Nov 23 14:32:48 2027 GMT` (`-enddate`, `-dates`),
/// `            Not After : Nov 23 14:32:48 2027 GMT` (`-text`), `notAfter=2027-11-23 14:32:48Z` (`-dateopt iso_8601`); a loop may have put the file's name before it.
///
/// Format: OpenSSL `apps/x509.c`, ASN1_TIME_print; always GMT, to the second, days padded with a blank.
struct CertificateDate {
  /// Microseconds since 1970 UTC.
  var expires: Int64
  /// The path before it on the same line.
  var path: String?

  init?(_ line: Bytes, _ range: Range<Int>) {
    let start: Int
    if let place = line.first("notAfter=", in: range) {
      start = place + 9
      let before = line.trimmed(range.lowerBound..<place)
      if !before.isEmpty {
        var text = line.text(before)
        if text.hasSuffix(":") { text.removeLast() }
        guard !text.contains(" ") else { return nil }
        path = text
      }
    } else if line.has("Not After : ", at: range.lowerBound) {
      start = range.lowerBound + 12
    } else {
      return nil
    }
    if let stamp = line.isoStamp(at: start), let zone = stamp.zoneSeconds {
      expires = stamp.civil.microsecondsAsUTC - Int64(zone) * 1_000_000
      return
    }
    guard let stamp = YearlessStamp(line, at: start), stamp.end + 9 <= range.upperBound, line[stamp.end] == 0x20,
      let year = line.decimal(stamp.end + 1..<stamp.end + 5), line.has(" GMT", at: stamp.end + 5)
    else { return nil }
    var civil = stamp.civil
    civil.year = year
    expires = civil.microsecondsAsUTC
  }
}
