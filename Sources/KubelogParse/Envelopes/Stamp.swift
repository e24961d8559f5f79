internal import KubelogScan

/// A stamp that somebody put before a line, in any of the forms that are known.
struct Stamp {
  /// What it says.
  enum Moment {
    /// A date and a clock; the zone in seconds east of UTC where it is printed.
    case civil(CivilTime, zoneSeconds: Int?, digits: Int)
    /// A date without its year, and a clock.
    case yearless(CivilTime, digits: Int)
    /// Microseconds since 1970 UTC.
    case absolute(Int64, digits: Int)
    /// Microseconds since the machine started.
    case sinceBoot(Int64)
    /// A clock without a date, or a count from an unknown start.
    case clock(hour: Int, minute: Int, second: Int)
  }

  var moment: Moment
  /// The offset after it.
  var end: Int

  /// The time that it stands for.
  func time(_ clock: inout SourceClock) -> EventTime? {
    switch moment {
    case .civil(let civil, let zone, let digits):
      clock.time(of: (civil, zone, digits, end))
    case .yearless(let civil, let digits): clock.time(ofYearless: civil, digits: digits)
    case .absolute(let moment, let digits):
      EventTime(moment, .stamped, uncertainty: digits >= 6 ? 0 : digits == 0 ? 1_000_000 : 1_000)
    case .sinceBoot(let microseconds): clock.time(sinceBoot: microseconds)
    case .clock: nil
    }
  }

  /// `Nov 23 14:36:16`, `Nov  3 14:36:16.123456`, and with the month in the words of the machine's language:
  /// `11월 23 14:05:03`, `10月 01 …`, `Okt 01 …`.
  static func yearless(_ line: Bytes, at start: Int) -> Stamp? {
    guard let stamp = YearlessStamp(line, at: start) else { return nil }
    return Stamp(moment: .yearless(stamp.civil, digits: stamp.digits), end: stamp.end)
  }

  /// `2026-11-23T14:09:38.847794Z`, `2026-11-23 14:09:38,123`, `2026-11-23T14:09:38+0900`, `2026/11/23 14:09:38`.
  static func iso(_ line: Bytes, at start: Int) -> Stamp? {
    if let stamp = line.isoStamp(at: start) {
      return Stamp(moment: .civil(stamp.civil, zoneSeconds: stamp.zoneSeconds, digits: stamp.digits), end: stamp.end)
    }
    guard line.count - start >= 19, line[start + 4] == 0x2F, line[start + 7] == 0x2F, line[start + 10] == 0x20,
      let year = line.decimal(start..<start + 4), let month = line.twoDigits(at: start + 5),
      let day = line.twoDigits(at: start + 8), let time = line.clock(at: start + 11)
    else { return nil }
    let civil = CivilTime(
      year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: time.second,
      microsecond: time.microsecond)
    guard civil.isPlausible else { return nil }
    return Stamp(moment: .civil(civil, zoneSeconds: nil, digits: time.digits), end: time.end)
  }

  /// `Wed 2025-01-01 08:59:50 KST`, also with a fraction: the week day in any language, the zone as an abbreviation or an
  /// offset.
  static func full(_ line: Bytes, at start: Int) -> Stamp? {
    let word = line.end(of: { $0 > 0x20 && !isDigit($0) }, from: start, to: min(line.count, start + 24))
    guard word > start, word < line.count, line[word] == 0x20, let date = line.isoDate(at: word + 1),
      word + 12 < line.count, line[word + 11] == 0x20, let time = line.clock(at: word + 12)
    else { return nil }
    let civil = CivilTime(
      year: date.year, month: date.month, day: date.day, hour: time.hour, minute: time.minute, second: time.second,
      microsecond: time.microsecond)
    guard time.end < line.count, line[time.end] == 0x20 else { return nil }
    let zone = time.end + 1
    let end = line.end(of: isZoneByte, from: zone, to: min(line.count, zone + 6))
    guard end > zone else { return nil }
    return Stamp(moment: .civil(civil, zoneSeconds: line.zoneSeconds(zone..<end), digits: time.digits), end: end)
  }

  /// `1735689590.123456`
  static func unix(_ line: Bytes, at start: Int) -> Stamp? {
    let dot = line.end(of: isDigit, from: start)
    guard dot - start == 10, dot < line.count, line[dot] == 0x2E, let seconds = line.decimal(start..<dot) else {
      return nil
    }
    let end = line.end(of: isDigit, from: dot + 1)
    guard end - dot == 7, let fraction = line.decimal(dot + 1..<end) else { return nil }
    return Stamp(moment: .absolute(Int64(seconds) * 1_000_000 + Int64(fraction), digits: 6), end: end)
  }

  /// `[    1.000000]`, `[    6.000000 <    5.000000 >]`, `[    6.000000 *>    5.000000 >]`: since the machine started.
  static func sinceBoot(_ line: Bytes, at start: Int) -> Stamp? {
    guard start < line.count, line[start] == 0x5B else { return nil }
    let number = line.end(of: { $0 == 0x20 }, from: start + 1)
    let dot = line.end(of: isDigit, from: number)
    guard dot > number, dot < line.count, line[dot] == 0x2E, let seconds = line.decimal(number..<dot) else {
      return nil
    }
    let fraction = line.end(of: isDigit, from: dot + 1)
    guard fraction - dot == 7, let micro = line.decimal(dot + 1..<fraction) else { return nil }
    let close = line.end(
      of: { isDigit($0) || $0 == 0x20 || $0 == 0x2E || $0 == 0x3C || $0 == 0x3E || $0 == 0x2A }, from: fraction)
    guard close < line.count, line[close] == 0x5D, seconds < 1 << 32 else { return nil }
    return Stamp(moment: .sinceBoot(Int64(seconds) * 1_000_000 + Int64(micro)), end: close + 1)
  }

  /// `14:36:08`, `00:00:05.123456`
  static func clock(_ line: Bytes, at start: Int) -> Stamp? {
    line.clock(at: start).map {
      Stamp(moment: .clock(hour: $0.hour, minute: $0.minute, second: $0.second), end: $0.end)
    }
  }

  private static func isZoneByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte &- 0x41 < 26 || byte == 0x2B || byte == 0x2D || byte == 0x3A
  }
}

/// `Nov 23 14:36:16` or `Nov  3 14:36:16.123456`: a stamp without year and zone.
struct YearlessStamp {
  var civil: CivilTime
  /// Digits of the fraction.
  var digits: Int
  /// The offset after it.
  var end: Int

  init?(_ line: Bytes, at start: Int) {
    // English names are three bytes and by far the most frequent.
    let (month, name): (Int, Int)
    if let english = line.englishMonth(at: start) {
      (month, name) = (english, start + 3)
    } else {
      guard let found = line.monthName(at: start) else { return nil }
      (month, name) = found
    }
    guard line.count - name >= 12, line[name] == 0x20, line[name + 3] == 0x20, let time = line.clock(at: name + 4)
    else { return nil }
    let tens = line[name + 1] == 0x20 ? 0 : Int(line[name + 1] &- 0x30)
    let ones = Int(line[name + 2] &- 0x30)
    guard tens < 4, ones < 10, tens + ones > 0 else { return nil }
    civil = CivilTime(
      month: month, day: tens * 10 + ones, hour: time.hour, minute: time.minute, second: time.second,
      microsecond: time.microsecond)
    guard civil.isPlausible else { return nil }
    (digits, end) = (time.digits, time.end)
  }
}
