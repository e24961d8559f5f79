internal import KubelogScan

/// A line that `date` printed between two answers of kubectl, or the heading of `watch`.
///
/// `Mon Nov 23 14:35:12 UTC 2026` (C locale), `Mon Nov 23 02:35:12 PM KST 2026`, `2026-11-23T14:35:12+00:00`
/// (`date -Iseconds`), either with a frame of `=`, `-` or `#` around it; and `date_fmt` of glibc's other locales, see
/// ``LocalizedDate``.
enum DateLine {
  static func read(_ line: Bytes, _ range: Range<Int>) -> (civil: CivilTime, zoneSeconds: Int?)? {
    if line.has("Every ", at: range.lowerBound) { return watch(line, range).map { ($0, nil) } }
    let frame: (UInt8) -> Bool = { $0 == 0x3D || $0 == 0x2D || $0 == 0x23 || $0 == 0x20 }
    let start = line.end(of: frame, from: range.lowerBound, to: range.upperBound)
    var end = range.upperBound
    while end > start, frame(line[end - 1]) { end -= 1 }
    guard end - start >= 19, end - start <= 64 else { return nil }
    if let stamp = line.isoStamp(at: start) {
      return stamp.end == end ? (stamp.civil, stamp.zoneSeconds) : nil
    }
    return english(line, start..<end) ?? LocalizedDate.read(line, start..<end)
  }

  private static func english(_ line: Bytes, _ range: Range<Int>) -> (civil: CivilTime, zoneSeconds: Int?)? {
    // The week day's name, whatever the language, then the month.
    let (start, end) = (range.lowerBound + 4, range.upperBound)
    guard line[start - 1] == 0x20, let stamp = YearlessStamp(line, at: start), stamp.end < end, line[stamp.end] == 0x20
    else { return nil }
    var civil = stamp.civil
    var rest = stamp.end + 1
    if line.has("AM ", at: rest) || line.has("PM ", at: rest) {
      guard civil.hour >= 1, civil.hour <= 12 else { return nil }
      civil.hour = civil.hour % 12 + (line[rest] == 0x50 ? 12 : 0)
      rest += 3
    }
    guard rest < end, let blank = line.first(0x20, in: rest..<end), let year = line.decimal(blank + 1..<end),
      (2000...9999).contains(year)
    else { return nil }
    civil.year = year
    // Abbreviations that several zones share are none: the zone of the options is the better guess.
    return (civil, line.zoneSeconds(rest..<blank))
  }

  /// `Every 2.0s: kubectl get nodes      cp1: Mon Nov 23 14:42:30 2026`, of procps' watch; busybox prints
  /// `2026-11-23 14:42:30` at the end. The time is that of the machine it runs on, without a zone.
  private static func watch(_ line: Bytes, _ range: Range<Int>) -> CivilTime? {
    guard let colon = line.first("s: ", in: range), isDigit(line[colon - 1]) else { return nil }
    let end = range.upperBound
    if end - 20 > colon, let stamp = line.isoStamp(at: end - 19), stamp.end == end, isBlank(line[end - 20]) {
      return stamp.civil
    }
    guard end - 25 > colon, isBlank(line[end - 25]), line[end - 21] == 0x20,
      let stamp = YearlessStamp(line, at: end - 20), stamp.end == end - 5, line[end - 5] == 0x20,
      let year = line.decimal(end - 4..<end), year >= 2000
    else { return nil }
    var civil = stamp.civil
    civil.year = year
    return civil
  }
}
