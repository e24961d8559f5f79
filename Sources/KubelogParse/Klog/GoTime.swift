internal import KubelogScan

/// Times inside klog's values: Go's own text for one (`time.Time.String`), and RFC 3339 as JSON has it.
enum GoTime {
  /// Microseconds since 1970 UTC of a time that fills `range`; nil where it is none or has no zone.
  ///
  /// `2026-11-23 14:42:36.401201447 +0900 KST m=+7.074621885`: the monotonic reading behind `m=` says nothing to others.
  static func microseconds(_ line: Bytes, _ range: Range<Int>) -> Int64? {
    let text = line.extracting(range)
    guard let stamp = text.isoStamp(at: 0) else { return nil }
    if let zone = stamp.zoneSeconds {
      return stamp.end == text.count ? stamp.civil.microsecondsAsUTC - Int64(zone) * 1_000_000 : nil
    }
    let sign = stamp.end + 1
    guard sign + 5 <= text.count, text[stamp.end] == 0x20, text[sign] == 0x2B || text[sign] == 0x2D,
      let hours = text.twoDigits(at: sign + 1), let minutes = text.twoDigits(at: sign + 3), hours < 24, minutes < 60,
      sign + 5 == text.count || text[sign + 5] == 0x20
    else { return nil }
    let zone = Int64(hours * 3600 + minutes * 60) * (text[sign] == 0x2D ? -1 : 1)
    return stamp.civil.microsecondsAsUTC - zone * 1_000_000
  }

  /// `2026-11-23T05:42:36.401201Z`, `toSecond` without the fraction.
  static func rfc3339(_ microseconds: Int64, toSecond: Bool = false) -> String {
    let time = civil(utc: microseconds)
    var text: [UInt8] = []
    for (value, digits, mark) in [
      (time.year, 4, 0x2D), (time.month, 2, 0x2D), (time.day, 2, 0x54), (time.hour, 2, 0x3A), (time.minute, 2, 0x3A),
      (time.second, 2, toSecond ? 0x5A : 0x2E),
    ] as [(Int, Int, UInt8)] {
      appendDecimal(value, digits: digits, to: &text)
      text.append(mark)
    }
    if !toSecond {
      appendDecimal(time.microsecond, digits: 6, to: &text)
      text.append(0x5A)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends `value` with leading zeros.
  static func appendDecimal(_ value: Int, digits: Int, to out: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      out.append(0x30 + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }
}
