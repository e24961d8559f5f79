extension Span where Element == UInt8 {
  /// Reads `14:36:08`, optionally with `.123456` or `,123` behind it, at `offset`; returns the parts and the offset after them.
  public func clock(at offset: Int) -> (hour: Int, minute: Int, second: Int, microsecond: Int, digits: Int, end: Int)? {
    guard let hour = twoDigits(at: offset), let minute = twoDigits(at: offset + 3),
      let second = twoDigits(at: offset + 6), self[offset + 2] == 0x3A, self[offset + 5] == 0x3A,
      hour < 24, minute < 60, second <= 60
    else { return nil }
    var end = offset + 8
    var (microsecond, digits) = (0, 0)
    if end + 1 < count, self[end] == 0x2E || self[end] == 0x2C, isDigit(self[end + 1]) {
      end += 1
      while end < count, isDigit(self[end]) {
        if digits < 6 { microsecond = microsecond * 10 + Int(self[end] &- 0x30) }
        digits += 1
        end += 1
      }
      for _ in Swift.min(digits, 6)..<6 { microsecond *= 10 }
    }
    return (hour, minute, second, microsecond, digits, end)
  }

  /// Reads `2026-11-23` at `offset`.
  public func isoDate(at offset: Int) -> (year: Int, month: Int, day: Int)? {
    guard offset >= 0, count - offset >= 10, self[offset + 4] == 0x2D, self[offset + 7] == 0x2D,
      let year = decimal(offset..<offset + 4), let month = twoDigits(at: offset + 5),
      let day = twoDigits(at: offset + 8), month >= 1, month <= 12, day >= 1, day <= daysIn(month, of: year)
    else { return nil }
    return (year, month, day)
  }

  /// Reads an RFC 3339 or ISO 8601 stamp with `T` or a blank between date and clock at `offset`.
  ///
  /// `2026-11-23T14:09:38.847794Z`, `…+09:00`, `…+0900`. Without an offset `zoneSeconds` is nil.
  public func isoStamp(at offset: Int) -> (civil: CivilTime, zoneSeconds: Int?, digits: Int, end: Int)? {
    guard let date = isoDate(at: offset), count - offset >= 19,
      self[offset + 10] == 0x54 || self[offset + 10] == 0x20, let time = clock(at: offset + 11)
    else { return nil }
    let civil = CivilTime(
      year: date.year, month: date.month, day: date.day, hour: time.hour, minute: time.minute,
      second: time.second, microsecond: time.microsecond)
    var end = time.end
    guard end < count else { return (civil, nil, time.digits, end) }
    if self[end] == 0x5A { return (civil, 0, time.digits, end + 1) }
    guard self[end] == 0x2B || self[end] == 0x2D, let hours = twoDigits(at: end + 1) else {
      return (civil, nil, time.digits, end)
    }
    let sign = self[end] == 0x2D ? -1 : 1
    end += 3
    if end < count, self[end] == 0x3A { end += 1 }
    guard let minutes = twoDigits(at: end), hours < 24, minutes < 60 else {
      return (civil, nil, time.digits, time.end)
    }
    return (civil, sign * (hours * 3600 + minutes * 60), time.digits, end + 2)
  }

  /// The seconds east of UTC of the zone that fills `range`: `UTC`, `GMT`, `Z`, `+09`, `-0330`, `CET`; nil for an
  /// abbreviation that several zones share, as `CST`, `IST` and `BST`.
  public func zoneSeconds(_ range: Range<Int>) -> Int? {
    if fills(range, "UTC") || fills(range, "GMT") || fills(range, "Z") { return 0 }
    if range.count > 2, range.count < 5, self[range.lowerBound] &- 0x41 < 26 {
      return zoneHours[text(range)].map { $0 * 3600 }
    }
    guard range.count == 3 || range.count == 5, self[range.lowerBound] == 0x2B || self[range.lowerBound] == 0x2D,
      let hours = twoDigits(at: range.lowerBound + 1)
    else { return nil }
    let minutes = range.count == 5 ? twoDigits(at: range.lowerBound + 3) : 0
    guard let minutes, hours < 24, minutes < 60 else { return nil }
    return (self[range.lowerBound] == 0x2D ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  /// The month 1–12 whose English three-letter name stands at `offset`.
  @inlinable
  public func englishMonth(at offset: Int) -> Int? {
    guard offset >= 0, count - offset >= 3 else { return nil }
    let key = UInt32(self[offset]) << 16 | UInt32(self[offset + 1]) << 8 | UInt32(self[offset + 2])
    switch key {
    case 0x4A_61_6E: return 1
    case 0x46_65_62: return 2
    case 0x4D_61_72: return 3
    case 0x41_70_72: return 4
    case 0x4D_61_79: return 5
    case 0x4A_75_6E: return 6
    case 0x4A_75_6C: return 7
    case 0x41_75_67: return 8
    case 0x53_65_70: return 9
    case 0x4F_63_74: return 10
    case 0x4E_6F_76: return 11
    case 0x44_65_63: return 12
    default: return nil
    }
  }

  /// Reads a Go duration (`4m0s`, `515.21134ms`, `1h0m0s`) that fills `range`, in seconds.
  ///
  /// Format: Go's time.Duration.String; `µ` is U+00B5 or U+03BC. Nil for anything else.
  public func goDuration(_ range: Range<Int>) -> Double? {
    guard !range.isEmpty else { return nil }
    var (index, seconds, any) = (range.lowerBound, 0.0, false)
    if self[index] == 0x2D { return nil }
    while index < range.upperBound {
      let numberEnd = end(of: { isDigit($0) || $0 == 0x2E }, from: index, to: range.upperBound)
      guard numberEnd > index, let number = Double(text(index..<numberEnd)) else { return nil }
      let unitEnd = end(of: { !isDigit($0) && $0 != 0x2E }, from: numberEnd, to: range.upperBound)
      switch text(numberEnd..<unitEnd) {
      case "h": seconds += number * 3600
      case "m": seconds += number * 60
      case "s": seconds += number
      case "ms": seconds += number / 1e3
      case "\u{B5}s", "\u{3BC}s", "us": seconds += number / 1e6
      case "ns": seconds += number / 1e9
      default: return nil
      }
      any = true
      index = unitEnd
    }
    return any ? seconds : nil
  }
}

/// Abbreviations of zones that one offset has to itself, hours east of UTC (tz database).
private let zoneHours: [String: Int] = [
  "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "SAST": 2, "EAT": 3, "WIB": 7, "WITA": 8,
  "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "EST": -5, "EDT": -4, "CDT": -5,
  "MST": -7,
  "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
]
