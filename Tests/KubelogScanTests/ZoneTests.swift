import KubelogScan
import Testing

@Suite struct ZoneTests {
  @Test(
    arguments: [
      ("UTC", 0, "UTC"), ("Z", 0, "UTC"), ("utc", 0, "UTC"), ("+09:00", 32_400, "+09:00"), ("+0900", 32_400, "+09:00"),
      ("+09", 32_400, "+09:00"), ("-0330", -12_600, "-03:30"), ("+14:00", 50_400, "+14:00"), ("+00:00", 0, "+00:00"),
      ("-12", -43_200, "-12:00"), ("+05:45", 20_700, "+05:45"),
    ])
  func typedOffsets(text: String, seconds: Int, name: String) throws {
    let zone = try #require(Zone.named(text))
    let offset = zone.offset(at: 1_795_442_978_000_000)
    #expect(offset.seconds == seconds)
    #expect(offset.name == name)
    #expect(zone.offset(at: -1).seconds == seconds)
  }

  @Test(
    arguments: [
      "", "+", "+9", "+9:00", "+15:00", "+09:60", "+090", "+09:00:00", "+0a:00", "-", "No/Such", "../zoneinfo/UTC",
      "/usr/share/zoneinfo/UTC", "+ 900",
    ])
  func noZones(text: String) {
    #expect(Zone.named(text) == nil)
  }

  @Test(arguments: [Zone.utc, .fixed(32_400), .fixed(-12_600), .machine])
  func momentsAndClocksAgree(zone: Zone) {
    for moment: Int64 in [0, 951_782_400_000_000, 1_795_442_978_847_794, -86_400_000_000] {
      let shown = civil(utc: moment + Int64(zone.offset(at: moment).seconds) * 1_000_000)
      #expect(zone.moment(of: shown) == moment)
    }
  }

  @Test func clocksInTheEastShowLater() {
    let nine = CivilTime(year: 2026, month: 11, day: 23, hour: 9)
    #expect(Zone.fixed(32_400).moment(of: nine) == CivilTime(year: 2026, month: 11, day: 23).microsecondsAsUTC)
    #expect(
      Zone.fixed(-3_600).moment(of: nine) == CivilTime(year: 2026, month: 11, day: 23, hour: 10).microsecondsAsUTC)
  }

  /// A name sets `TZ` for the process, so this has one of its own.
  @Test(.enabled(if: hasZoneinfo)) func namedZoneKeepsSummerTime() async {
    await #expect(processExitsWith: .success) {
      let berlin = try #require(Zone.named("Europe/Berlin"))
      func utc(_ month: Int, _ day: Int, _ hour: Int, _ minute: Int = 0) -> Int64 {
        CivilTime(year: 2026, month: month, day: day, hour: hour, minute: minute).microsecondsAsUTC
      }
      func clock(_ month: Int, _ day: Int, _ hour: Int, _ minute: Int = 0) -> Int64 {
        berlin.moment(of: CivilTime(year: 2026, month: month, day: day, hour: hour, minute: minute))
      }
      #expect(berlin.offset(at: utc(7, 1, 12)) == (7200, "CEST"))
      #expect(berlin.offset(at: utc(1, 1, 12)) == (3600, "CET"))
      #expect(berlin.offset(at: utc(3, 29, 1) - 1).seconds == 3600)
      #expect(berlin.offset(at: utc(3, 29, 1)).seconds == 7200)
      #expect(clock(7, 1, 12) == utc(7, 1, 10))
      #expect(clock(1, 1, 12) == utc(1, 1, 11))
      // The hour that there is twice: the first of the two.
      #expect(clock(10, 25, 2, 30) == utc(10, 25, 0, 30))
      #expect(clock(10, 25, 1, 59) == utc(10, 24, 23, 59))
      #expect(clock(10, 25, 3) == utc(10, 25, 2))
      // The hour that there is not: as much after the gap.
      #expect(clock(3, 29, 2, 30) == utc(3, 29, 1, 30))
      #expect(clock(3, 29, 3) == utc(3, 29, 1))
      #expect(clock(3, 29, 1, 59) == utc(3, 29, 0, 59))
    }
  }

  @Test func thePresentIsNotLongAgo() {
    #expect(presentMicroseconds() > CivilTime(year: 2025, month: 1, day: 1).microsecondsAsUTC)
  }
}
