import KubelogReport
import Testing

@Suite struct TimeTextTests {
  /// Expected values from GNU date.
  @Test(
    arguments: [
      (moment, "2026-11-23T14:09:38.847794Z"),
      (0, "1970-01-01T00:00:00.000000Z"),
      (-1, "1969-12-31T23:59:59.999999Z"),
      (1, "1970-01-01T00:00:00.000001Z"),
      (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
      (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
      (-2_203_891_200_000_000, "1900-03-01T00:00:00.000000Z"),
      (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
      (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ] as [(Int64, String)])
  func rfc3339InUTC(microseconds: Int64, expected: String) {
    #expect(rfc3339(microseconds) == expected)
  }

  @Test func everyDayFollowsTheOneBefore() {
    // Four centuries are the whole cycle of the calendar; the texts must rise with the days.
    var previous = ""
    for day in Int64(-146_097)...146_097 {
      let text = rfc3339(day * 86_400_000_000)
      #expect(text > previous)
      previous = text
    }
  }

  @Test func impossibleYearsAreLongAndNotWrong() {
    #expect(rfc3339(.min) == "-290308-12-21T19:59:05.224192Z")
    #expect(rfc3339(.max) == "294247-01-10T04:00:54.775807Z")
    #expect(localTime(.min, seoul) == "-290308-12-22 04:59:05")
  }

  @Test func localTimeIsCutToTheSecond() {
    #expect(localTime(moment, .utc) == "2026-11-23 14:09:38")
    #expect(localTime(moment, seoul) == "2026-11-23 23:09:38")
    #expect(localTime(-1, .utc) == "1969-12-31 23:59:59")
    #expect(localTime(0, LocalZone { _ in (-5 * 3600 - 1800, "X") }) == "1969-12-31 18:30:00")
  }

  @Test func zoneIsAskedAboutTheMomentItself() {
    #expect(localTime(1_792_889_999_999_999, berlin) == "2026-10-25 02:59:59")
    #expect(localTime(1_792_890_000_000_000, berlin) == "2026-10-25 02:00:00")
  }
}
