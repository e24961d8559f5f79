import KubelogScan
import Testing

@Suite struct CivilTimeTests {
  /// Expected values from GNU date: `date -u -d 2000-02-29 +%s` divided by 86400.
  @Test(
    arguments: [
      (1970, 1, 1, 0), (1969, 12, 31, -1), (1970, 3, 1, 59), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017),
      (1900, 3, 1, -25_508), (2100, 3, 1, 47_541), (2024, 2, 29, 19_782), (2026, 11, 23, 20_780),
      (9999, 12, 31, 2_932_896), (1, 1, 1, -719_162),
    ])
  func daysAndDates(year: Int, month: Int, day: Int, days: Int) {
    #expect(daysSince1970(year: year, month: month, day: day) == days)
    let back = civil(utc: Int64(days) * 86_400_000_000)
    #expect(back == CivilTime(year: year, month: month, day: day))
  }

  @Test(
    arguments: [
      (0, CivilTime(year: 1970, month: 1, day: 1)),
      (-1, CivilTime(year: 1969, month: 12, day: 31, hour: 23, minute: 59, second: 59, microsecond: 999_999)),
      (-1_000_000, CivilTime(year: 1969, month: 12, day: 31, hour: 23, minute: 59, second: 59)),
      (
        1_795_442_978_847_794,
        CivilTime(year: 2026, month: 11, day: 23, hour: 14, minute: 9, second: 38, microsecond: 847_794)
      ),
      (
        253_402_300_799_999_999,
        CivilTime(year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59, microsecond: 999_999)
      ),
    ] as [(Int64, CivilTime)])
  func momentsAndClocks(microseconds: Int64, expected: CivilTime) {
    #expect(civil(utc: microseconds) == expected)
    #expect(expected.microsecondsAsUTC == microseconds)
  }

  @Test func everyDayOfFourCenturiesComesBack() {
    var wrong = 0
    for day in -146_097...146_097 {
      let date = civil(utc: Int64(day) * 86_400_000_000)
      if daysSince1970(year: date.year, month: date.month, day: date.day) != day { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  @Test(arguments: [(2024, true), (2023, false), (2000, true), (1900, false), (2100, false), (0, true)])
  func leapYears(year: Int, expected: Bool) {
    #expect(isLeap(year) == expected)
    let length = daysSince1970(year: year + 1, month: 1, day: 1) - daysSince1970(year: year, month: 1, day: 1)
    #expect(length == (expected ? 366 : 365))
  }

  @Test(
    arguments: [
      (CivilTime(month: 1, day: 1), true), (CivilTime(month: 12, day: 31, hour: 23, minute: 59, second: 60), true),
      (CivilTime(month: 0, day: 1), false), (CivilTime(month: 13, day: 1), false), (CivilTime(month: 1, day: 0), false),
      (CivilTime(month: 1, day: 32), false), (CivilTime(month: 1, day: 1, hour: 24), false),
      (CivilTime(month: 1, day: 1, minute: 60), false), (CivilTime(month: 1, day: 1, second: 61), false),
    ])
  func plausibility(time: CivilTime, expected: Bool) {
    #expect(time.isPlausible == expected)
  }
}
