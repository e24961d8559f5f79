internal import KubelogScan

/// What `date` prints in a locale that is not C: the day before the month, the year before the clock, words of a language.
///
/// Format: `date_fmt` of glibc's locales (de, fr, es, it, pt, ru, pl; ko, ja, zh) and of en_US since 2.28:
///
///     Mo 23. Nov 14:35:12 CET 2026
///     lun. 23 nov. 2026 14:35:12 CET
///     pon, 23 lis 2026, 14:35:12 CET
///     Mon 23 Nov 2026 02:35:12 PM UTC
///     2026. 11. 23. (월) 14:35:12 KST
///     2026年 11月 23日 月曜日 14:35:12 JST
///
/// A date is read only where the line holds each of its parts once and nothing else.
struct LocalizedDate {
  private var civil = CivilTime(month: 0, day: 0)
  private var hasClock = false
  /// `AM` or `PM`.
  private var half: UInt8?
  private var weekday: Range<Int>?
  private var zone: Range<Int>?

  static func read(_ line: Bytes, _ range: Range<Int>) -> (civil: CivilTime, zoneSeconds: Int?)? {
    // Cheap refusal first: a clock, or at least what looks like one.
    guard let colon = line.first(0x3A, in: range), colon - 2 >= range.lowerBound, line.clock(at: colon - 2) != nil
    else {
      return nil
    }
    var date = LocalizedDate()
    var index = range.lowerBound
    while index < range.upperBound {
      let end = line.end(of: { $0 != 0x20 }, from: index, to: range.upperBound)
      if end > index, !date.take(line, index..<end) { return nil }
      index = end + 1
    }
    return date.finished(line)
  }

  private func finished(_ line: Bytes) -> (civil: CivilTime, zoneSeconds: Int?)? {
    var civil = civil
    guard hasClock, civil.year > 0, civil.month > 0, civil.day > 0, civil.day <= daysIn(civil.month, of: civil.year),
      weekday != nil, zone != nil
    else { return nil }
    if let half {
      guard civil.hour >= 1, civil.hour <= 12 else { return nil }
      civil.hour = civil.hour % 12 + (half == 0x50 ? 12 : 0)
    }
    return (civil, zone.flatMap { line.zoneSeconds($0) })
  }

  /// Takes a word; false where it is no part of a date or there was such a part.
  private mutating func take(_ line: Bytes, _ word: Range<Int>) -> Bool {
    var end = word.upperBound
    if line[end - 1] == 0x2C { end -= 1 }
    guard end > word.lowerBound else { return false }
    let digits = line.end(of: isDigit, from: word.lowerBound, to: end)
    if digits > word.lowerBound {
      return takeNumber(line, word.lowerBound..<digits, line.has(".", at: digits) ? digits + 1..<end : digits..<end)
    }
    let bare = word.lowerBound..<end
    if let month = line.monthName(at: word.lowerBound), month.end == end, civil.month == 0, weekday != nil {
      civil.month = month.month
      return true
    }
    if hasClock, bare.count == 2, half == nil,
      line.has("AM", at: bare.lowerBound) || line.has("PM", at: bare.lowerBound)
    {
      half = line[bare.lowerBound]
      return true
    }
    if hasClock, zone == nil, isZone(line, bare) {
      zone = bare
      return true
    }
    guard weekday == nil, !hasClock, isWeekday(line, bare) else { return false }
    weekday = bare
    return true
  }

  /// A number with what is left of its word: `23`, `23.`, `2026年`, `11월`, `14:35:12`.
  private mutating func takeNumber(_ line: Bytes, _ digits: Range<Int>, _ rest: Range<Int>) -> Bool {
    if line.has(":", at: digits.upperBound) {
      guard digits.count == 2, !hasClock, let time = line.clock(at: digits.lowerBound), time.end == rest.upperBound
      else {
        return false
      }
      (civil.hour, civil.minute, civil.second) = (time.hour, time.minute, time.second)
      hasClock = true
      return true
    }
    guard let number = line.decimal(digits) else { return false }
    if digits.count == 4 {
      guard civil.year == 0, number >= 2000, rest.isEmpty || isCounter(line, rest, "年", "년") else { return false }
      civil.year = number
      return true
    }
    guard digits.count <= 2, number > 0 else { return false }
    let isMonth = isCounter(line, rest, "月", "월")
    // With numbers only, the year comes first and the month before the day.
    if isMonth || (rest.isEmpty && civil.month == 0 && civil.year > 0 && weekday == nil) {
      guard civil.month == 0, number <= 12 else { return false }
      civil.month = number
      return true
    }
    guard civil.day == 0, number <= 31, rest.isEmpty || isCounter(line, rest, "日", "일") else { return false }
    civil.day = number
    return true
  }

  private func isCounter(_ line: Bytes, _ rest: Range<Int>, _ one: StaticString, _ other: StaticString) -> Bool {
    rest.count == 3 && (line.has(one, at: rest.lowerBound) || line.has(other, at: rest.lowerBound))
  }

  /// `CET`, `KST`, `+03`.
  private func isZone(_ line: Bytes, _ word: Range<Int>) -> Bool {
    let first = line[word.lowerBound]
    guard word.count >= 2, word.count <= 6 else { return false }
    if first == 0x2B || first == 0x2D { return line.decimal(word.lowerBound + 1..<word.upperBound) != nil }
    return line.end(of: { $0 &- 0x41 < 26 }, from: word.lowerBound, to: word.upperBound) == word.upperBound
  }

  /// Up to four letters, a dot behind them allowed; or a few characters outside ASCII, which may stand in brackets.
  private func isWeekday(_ line: Bytes, _ word: Range<Int>) -> Bool {
    var (low, high) = (word.lowerBound, word.upperBound)
    if line[low] == 0x28, line[high - 1] == 0x29 { (low, high) = (low + 1, high - 1) }
    if high > low, line[high - 1] == 0x2E { high -= 1 }
    guard high > low, high - low <= 9 else { return false }
    var letters = 0
    for index in low..<high {
      let byte = line[index]
      guard byte >= 0x80 || (byte | 0x20) &- 0x61 < 26 else { return false }
      if byte & 0xC0 != 0x80 { letters += 1 }
    }
    return letters <= 4
  }
}
