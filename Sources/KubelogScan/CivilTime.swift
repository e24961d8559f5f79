/// A date and a clock time as printed, without a zone.
public struct CivilTime: Sendable, Equatable {
  /// The year; 0 where the input names none.
  public var year: Int
  /// 1–12.
  public var month: Int
  /// 1–31.
  public var day: Int
  /// 0–23.
  public var hour: Int
  /// 0–59.
  public var minute: Int
  /// 0–60.
  public var second: Int
  /// 0–999,999.
  public var microsecond: Int

  /// A civil time of its parts.
  public init(
    year: Int = 0, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    microsecond: Int = 0
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
    self.microsecond = microsecond
  }

  /// Whether each part is in its range (the day only up to 31).
  @inlinable
  public var isPlausible: Bool {
    month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second <= 60
  }

  /// Microseconds since 1970, the parts taken as UTC.
  public var microsecondsAsUTC: Int64 {
    let days = daysSince1970(year: year, month: month, day: day)
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
    return Int64(seconds) * 1_000_000 + Int64(microsecond)
  }
}

/// Days from 1970-01-01 to a Gregorian date; negative before it.
public func daysSince1970(year: Int, month: Int, day: Int) -> Int {
  // Count years from March, so that the leap day is the last day of the year.
  let y = month <= 2 ? year - 1 : year
  let era = (y >= 0 ? y : y - 399) / 400
  let yearOfEra = y - era * 400
  let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
  let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/// The Gregorian date of microseconds since 1970, in UTC.
public func civil(utc microseconds: Int64) -> CivilTime {
  var seconds = microseconds / 1_000_000
  var fraction = microseconds % 1_000_000
  if fraction < 0 {
    fraction += 1_000_000
    seconds -= 1
  }
  var days = seconds / 86_400
  var rest = Int(seconds % 86_400)
  if rest < 0 {
    rest += 86_400
    days -= 1
  }
  let z = Int(days) + 719_468
  let era = (z >= 0 ? z : z - 146_096) / 146_097
  let dayOfEra = z - era * 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let monthFromMarch = (5 * dayOfYear + 2) / 153
  let month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9)
  return CivilTime(
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
    day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1,
    hour: rest / 3600, minute: rest % 3600 / 60, second: rest % 60, microsecond: Int(fraction))
}

/// Whether `year` has a 29 February.
public func isLeap(_ year: Int) -> Bool {
  year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The days of a month of the Gregorian calendar.
public func daysIn(_ month: Int, of year: Int) -> Int {
  switch month {
  case 2: isLeap(year) ? 29 : 28
  case 4, 6, 9, 11: 30
  default: 31
  }
}
