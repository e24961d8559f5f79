internal import KubelogScan

/// Finds the year of stamps that have none, in the order of one stream.
///
/// The first stamp gets the given year, or the latest that does not put it more than a day after the reference. From
/// then on a jump of over half a year is a new year: forward at New Year, backward in a reversed journal.
struct YearResolver {
  private var given: Int?
  private var reference: Int64
  private var last: (year: Int, month: Int, day: Int)?

  init(given: Int?, reference: Int64) {
    self.given = given
    self.reference = reference
  }

  /// A better reference turned up: nothing of the source is later than `moment`.
  mutating func mayReach(_ moment: Int64) { if last == nil { reference = moment } }

  /// The year of a stamp; `civil.year` is not looked at.
  mutating func year(of civil: CivilTime) -> Int {
    if let last {
      if last.month == civil.month { return keep(last.year, civil) }
      let distance = (civil.month - last.month) * 30 + civil.day - last.day
      let year = distance < -180 ? last.year + 1 : distance > 180 ? last.year - 1 : last.year
      return keep(year, civil)
    }
    if let given { return keep(given, civil) }
    var stamp = civil
    stamp.year = KubelogScan.civil(utc: reference).year + 1
    while stamp.microsecondsAsUTC > reference + 86_400_000_000
      || (stamp.month == 2 && stamp.day == 29 && !isLeap(stamp.year))
    {
      stamp.year -= 1
    }
    return keep(stamp.year, civil)
  }

  private mutating func keep(_ year: Int, _ civil: CivilTime) -> Int {
    last = (year, civil.month, civil.day)
    return year
  }
}
