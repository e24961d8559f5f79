internal import KubelogScan

/// A line that `date` printed between two answers of kubectl.
///
/// `Mon Nov 23 14:35:12 UTC 2026` (C locale), `Mon Nov 23 02:35:12 PM KST 2026`, `2026-11-23T14:35:12+00:00`
/// (`date -Iseconds`), either with a frame of `=`, `-` or `#` around it.
enum DateLine {
  static func read(_ line: Bytes, _ range: Range<Int>) -> (civil: CivilTime, zoneSeconds: Int?)? {
    let frame: (UInt8) -> Bool = { $0 == 0x3D || $0 == 0x2D || $0 == 0x23 || $0 == 0x20 }
    var start = line.end(of: frame, from: range.lowerBound, to: range.upperBound)
    var end = range.upperBound
    while end > start, frame(line[end - 1]) { end -= 1 }
    guard end - start >= 19, end - start <= 40 else { return nil }
    if let stamp = line.isoStamp(at: start) {
      return stamp.end == end ? (stamp.civil, stamp.zoneSeconds) : nil
    }
    // The week day's name, whatever the language, then the month.
    guard line[start + 3] == 0x20 else { return nil }
    start += 4
    guard let stamp = YearlessStamp(line, at: start), stamp.end < end, line[stamp.end] == 0x20 else { return nil }
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
    let zone = line.text(rest..<blank)
    // Other abbreviations than UTC's are shared by several zones: the zone of the options is the better guess.
    return (civil, zone == "UTC" || zone == "GMT" ? 0 : nil)
  }
}
