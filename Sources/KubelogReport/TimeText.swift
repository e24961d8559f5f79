/// RFC 3339 in UTC with all six digits of the microsecond: `2026-11-23T14:09:38.847794Z`.
///
/// The format knows the years 0000 to 9999; a time outside of them, which no log has, gets a longer or a negative year
/// rather than a wrong one.
public func rfc3339(_ microseconds: Int64) -> String {
  let (seconds, fraction) = floorDivide(microseconds, 1_000_000)
  let time = CivilTime(seconds)
  return time.date + "T" + time.clock + "." + padded(fraction, 6) + "Z"
}

/// The time in `zone` to the second, cut and not rounded: `2026-11-23 23:09:38`. The heading above it names the zone.
public func localTime(_ microseconds: Int64, _ zone: LocalZone) -> String {
  let seconds = floorDivide(microseconds, 1_000_000).quotient + Int64(zone.offset(microseconds).seconds)
  let time = CivilTime(seconds)
  return time.date + " " + time.clock
}

/// A moment on the proleptic Gregorian calendar.
private struct CivilTime {
  let date: String
  let clock: String

  /// `seconds` since 1970, of either sign.
  init(_ seconds: Int64) {
    let (days, second) = floorDivide(seconds, 86400)
    // Days to date after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": the year begins in March, so
    // that the leap day comes last, and 400 years always have 146097 days.
    let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)

    date = (year < 0 ? "-" : "") + padded(abs(year), 4) + "-" + padded(month, 2) + "-" + padded(day, 2)
    clock = padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2)
  }
}

/// Division that rounds down, so that the remainder is never negative.
private func floorDivide(_ number: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
  let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

private func padded(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
