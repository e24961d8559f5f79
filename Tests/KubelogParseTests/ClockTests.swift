import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct YearResolverTests {
  private func years(_ dates: [(month: Int, day: Int)], given: Int? = nil, reference: String = "2026-11-23T12:00:00Z")
    -> [Int]
  {
    var resolver = YearResolver(given: given, reference: moment(reference))
    return dates.map { resolver.year(of: CivilTime(month: $0.month, day: $0.day)) }
  }

  @Test func givenYearIsThatOfTheFirstStamp() {
    #expect(years([(11, 23), (12, 31), (1, 1)], given: 2019) == [2019, 2019, 2020])
    // Also where it lies ahead.
    #expect(years([(11, 23)], given: 2030) == [2030])
  }

  @Test(
    arguments: [
      (11, 23, 2026), (1, 1, 2026), (11, 24, 2026), (11, 25, 2025), (12, 31, 2025),
    ])
  func firstStampIsAtMostADayAhead(month: Int, day: Int, year: Int) {
    #expect(years([(month, day)]) == [year])
  }

  @Test func referenceAtNewYearMayLieInTheYearBefore() {
    #expect(years([(1, 1)], reference: "2026-12-31T12:00:00Z") == [2027])
    #expect(years([(12, 31)], reference: "2027-01-01T12:00:00Z") == [2026])
  }

  @Test func newYearForward() {
    #expect(
      years([(12, 30), (12, 31), (1, 1), (2, 1), (12, 31), (1, 2)], given: 2025) == [
        2025, 2025, 2026, 2026, 2025, 2026,
      ])
    #expect(
      years([(12, 31), (1, 1), (5, 1), (9, 1), (12, 31), (1, 1)], given: 2025) == [2025, 2026, 2026, 2026, 2026, 2027])
  }

  @Test func reversedJournalGoesBack() {
    #expect(years([(1, 2), (1, 1), (12, 31), (11, 1)]) == [2026, 2026, 2025, 2025])
  }

  @Test func smallStepsBackKeepTheYear() {
    #expect(years([(11, 23), (11, 22), (10, 31), (11, 23)]) == [2026, 2026, 2026, 2026])
  }

  @Test func leapDayIsInALeapYear() {
    #expect(years([(2, 29)]) == [2024])
    #expect(years([(2, 29)], reference: "2024-02-28T13:00:00Z") == [2024])
    #expect(years([(2, 29)], reference: "2024-02-27T13:00:00Z") == [2020])
  }
}

@Suite struct SourceClockTests {
  private let outer = EventTime(moment("2026-11-23T05:36:16Z"), .klog, uncertainty: 1_000_000)

  private func clock(
    year: Int? = nil, zone: Zone = .utc, at: Int64? = nil, modified: Int64? = nil,
    _ liveness: ClockOptions.Liveness = .recorded
  ) -> SourceClock {
    SourceClock(ClockOptions(year: year, zone: zone, at: at, modified: modified, liveness: liveness, now: present))
  }

  private func header(_ stamp: String) throws -> KlogHeader {
    let text = "I\(stamp)     506 kubelet.go:74] message"
    return try #require(text.bytes { KlogHeader($0, 0..<$0.count) })
  }

  private func stamp(_ text: String) throws -> (civil: CivilTime, zoneSeconds: Int?, digits: Int, end: Int) {
    try #require(text.bytes { $0.isoStamp(at: 0) })
  }

  @Test(
    arguments: [
      ("2026-11-23T14:36:16.123456+09:00", "2026-11-23T05:36:16.123456Z", TimeSource.stamped, 0),
      ("2026-11-23T14:36:16.123+09:00", "2026-11-23T05:36:16.123Z", .stamped, 1000),
      ("2026-11-23T14:36:16Z", "2026-11-23T14:36:16Z", .stamped, 1_000_000),
      ("2026-11-23T14:36:16", "2026-11-23T05:36:16Z", .klog, 1_000_000),
    ] as [(String, String, TimeSource, Int64)])
  func fullStamps(text: String, expected: String, source: TimeSource, uncertainty: Int64) throws {
    var clock = clock(zone: .fixed(32_400))
    #expect(clock.time(of: try stamp(text)) == EventTime(moment(expected), source, uncertainty: uncertainty))
  }

  @Test func yearlessStampsAreInTheZoneOfTheOptions() {
    var clock = clock(year: 2026, zone: .fixed(32_400))
    let civil = CivilTime(month: 11, day: 23, hour: 8, minute: 36, second: 16)
    #expect(
      clock.time(ofYearless: civil, digits: 0)
        == EventTime(moment("2026-11-22T23:36:16Z"), .klog, uncertainty: 1_000_000))
    #expect(clock.time(ofYearless: civil, digits: 6).uncertainty == 0)
  }

  @Test func klogOfItsOwn() throws {
    var clock = clock(zone: .fixed(32_400))
    #expect(
      clock.time(of: try header("1123 14:36:16.123456"), envelope: nil)
        == EventTime(moment("2026-11-23T05:36:16.123456Z"), .klog, uncertainty: 0))
  }

  @Test(
    arguments: [
      ("1123 14:36:16.123456", "2026-11-23T05:36:16.123456Z"), ("1123 05:36:16.000001", "2026-11-23T05:36:16.000001Z"),
      ("1231 23:36:17.500000", "2026-11-23T05:36:17.500000Z"), ("1123 05:36:15.900000", "2026-11-23T05:36:15.9Z"),
    ])
  func klogInAJournalRefinesTheSecondWhateverItsZone(stamp: String, expected: String) throws {
    var clock = clock(zone: .fixed(32_400))
    #expect(clock.time(of: try header(stamp), envelope: outer) == EventTime(moment(expected), .klog, uncertainty: 0))
  }

  @Test func klogThatDisagreesWithItsJournalIsNotBelieved() throws {
    var clock = clock()
    #expect(clock.time(of: try header("1123 14:36:40.000000"), envelope: outer) == outer)
    #expect(clock.time(of: try header("1123 14:36:14.000000"), envelope: outer) == outer)
    #expect(clock.time(of: try header("1123 14:36:16.000000"), envelope: EventTime.none).source == .klog)
  }

  @Test func refinementKeepsTheSourceOfTheEnvelope() throws {
    var clock = clock()
    let stamped = EventTime(outer.microseconds ?? 0, .stamped, uncertainty: 1_000_000)
    #expect(clock.time(of: try header("1123 14:36:16.123456"), envelope: stamped).source == .stamped)
  }

  /// Clocks in Berlin show the hour from two to three twice on 2026-10-25.
  @Test func hourThatComesTwiceGoesOn() throws {
    let zone = try #require(Zone.named("Europe/Berlin"))
    var clock = clock(year: 2026, zone: zone)
    func moment(_ hour: Int, _ minute: Int, _ second: Int = 0) -> String {
      let civil = CivilTime(month: 10, day: 25, hour: hour, minute: minute, second: second)
      return rfc3339(clock.time(ofYearless: civil, digits: 0).microseconds ?? 0)
    }
    #expect(moment(1, 59) == "2026-10-24T23:59:00Z")
    #expect(moment(2, 10) == "2026-10-25T00:10:00Z")
    // Two streams in one journal are some seconds apart.
    #expect(moment(2, 9, 58) == "2026-10-25T00:09:58Z")
    #expect(moment(2, 59) == "2026-10-25T00:59:00Z")
    #expect(moment(2, 0) == "2026-10-25T01:00:00Z")
    #expect(moment(2, 30) == "2026-10-25T01:30:00Z")
    #expect(moment(3, 0) == "2026-10-25T02:00:00Z")
    #expect(moment(2, 59, 58) == "2026-10-25T01:59:58Z")
  }

  @Test func hourThatIsLeftOutIsPassedOver() throws {
    let zone = try #require(Zone.named("Europe/Berlin"))
    var clock = clock(year: 2026, zone: zone)
    func moment(_ hour: Int, _ minute: Int) -> String {
      rfc3339(
        clock.time(ofYearless: CivilTime(month: 3, day: 29, hour: hour, minute: minute), digits: 0).microseconds ?? 0)
    }
    #expect(moment(1, 59) == "2026-03-29T00:59:00Z")
    #expect(moment(3, 0) == "2026-03-29T01:00:00Z")
  }

  private func rfc3339(_ moment: Int64) -> String {
    let time = civil(utc: moment)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(time.year)-\(two(time.month))-\(two(time.day))T\(two(time.hour)):\(two(time.minute)):\(two(time.second))Z"
  }

  @Test func journalAndKlogTurnTheYearApart() throws {
    var clock = clock(year: 2025, zone: .utc)
    let newYear = clock.time(ofYearless: CivilTime(month: 1, day: 1, hour: 8, minute: 59, second: 50), digits: 0)
    let klog = clock.time(of: try header("1231 23:59:50.500000"), envelope: newYear)
    #expect(klog.microseconds == moment("2025-01-01T08:59:50.5Z"))
    #expect(
      clock.time(ofYearless: CivilTime(month: 1, day: 1, hour: 9), digits: 0).microseconds
        == moment("2025-01-01T09:00:00Z"))
  }

  @Test func nothingIsKnownOfABareStream() {
    #expect(clock().unstamped == .none)
  }

  @Test func arrivalIsATimeOnlyWhenLive() {
    let arrival = moment("2026-11-23T14:00:00Z")
    var live = clock(.live)
    _ = live.received(bytes: 10, endsInLine: false, at: arrival)
    #expect(live.unstamped == EventTime(arrival, .arrival, uncertainty: 1_000_000))
    for liveness in [ClockOptions.Liveness.recorded, .undecided] {
      var other = clock(liveness)
      _ = other.received(bytes: 10, endsInLine: false, at: arrival)
      #expect(other.unstamped == EventTime(arrival, .file, earliest: nil, latest: arrival))
      #expect(!other.isLive)
    }
  }

  @Test func pauseProvesThatAStreamIsLiveOnce() {
    func verdicts(_ liveness: ClockOptions.Liveness) -> [Bool] {
      var clock = clock(liveness)
      return [0, 2_000_000, 4_000_000].map { clock.received(bytes: 100, endsInLine: false, at: $0) } + [clock.isLive]
    }
    #expect(verdicts(.undecided) == [false, true, false, true])
    #expect(verdicts(.recorded) == [false, false, false, false])
    #expect(verdicts(.live) == [false, false, false, true])
  }

  /// A filter that writes when its block is full: what comes out was read up to a block earlier.
  @Test func blocksThatEndWithinALineProveNothing() {
    func isLive(_ chunks: [(bytes: Int, endsInLine: Bool, at: Int64)]) -> Bool {
      var clock = clock(.undecided)
      return chunks.contains { clock.received(bytes: $0.bytes, endsInLine: $0.endsInLine, at: $0.at) }
    }
    #expect(!isLive([(4096, true, 0), (4096, true, 9_000_000), (100, false, 20_000_000), (100, false, 30_000_000)]))
    #expect(!isLive([(8192, true, 0), (100, false, 20_000_000)]))
    // A line that is a block long is no sign, nor is the first burst of `tail -f`.
    #expect(isLive([(4096, false, 0), (100, false, 20_000_000)]))
    #expect(isLive([(4096, true, 0), (1000, false, 1_000), (100, false, 20_000_000)]))
    #expect(isLive([(65_536, true, 0), (100, false, 20_000_000)]))
  }

  @Test func givenTimeGoesOnWithPrintedDurations() {
    let at = moment("2026-11-23T14:00:00Z")
    var clock = clock(at: at, modified: present)
    // Typed to the minute, and nothing says for how long kubeadm went on but its own limits.
    #expect(clock.unstamped == EventTime(at, .given, earliest: at - 60_000_000, latest: at + 3_660_000_000))
    clock.passed(seconds: 12.5)
    clock.passed(seconds: 1)
    let later = at + 13_500_000
    #expect(clock.unstamped == EventTime(later, .given, earliest: later - 60_000_000, latest: later + 3_660_000_000))
    clock.sessionEnded(keepsDate: false)
    #expect(clock.unstamped == EventTime(present, .file, earliest: nil, latest: present))
  }

  @Test func fileTimeIsABound() {
    #expect(clock(modified: 5).unstamped == EventTime(5, .file, earliest: nil, latest: 5))
  }

  @Test func dateLinesDateWhatFollows() throws {
    let (date, end) = (moment("2026-11-23T05:35:12Z"), moment("2026-11-24T00:00:00Z"))
    var clock = clock(at: 1, modified: end)
    clock.passDate(date)
    #expect(clock.unstamped == EventTime(date, .derived, earliest: date, latest: end))
    clock.passed(seconds: 4)
    #expect(clock.unstamped == EventTime(date + 4_000_000, .derived, earliest: date + 4_000_000, latest: end))
    clock.passDate(date + 8_000_000)
    #expect(clock.unstamped.microseconds == date + 8_000_000)
    clock.sessionEnded(keepsDate: false)
    #expect(clock.unstamped.source == .file)
  }

  @Test func klogNeighbourDatesWhatStandsBelow() throws {
    var clock = clock()
    _ = clock.time(of: try header("1123 14:36:16.123456"), envelope: nil)
    let last = moment("2026-11-23T14:36:16.123456Z")
    #expect(clock.unstamped == EventTime(last, .derived, earliest: last, latest: nil))
    // Lines of other programs may stand there long after they were written; kubeadm's own do not.
    clock.neighbourIsOwn()
    #expect(clock.unstamped.latest == last + 3_600_000_000)
    clock.sessionEnded(keepsDate: false)
    #expect(clock.unstamped == .none)
  }

  @Test func yearsOfFilesCountFromTheirOwnTime() {
    var clock = clock(modified: moment("2021-03-01T00:00:00Z"))
    let civil = CivilTime(month: 11, day: 23)
    #expect(clock.time(ofYearless: civil, digits: 0).microseconds == moment("2020-11-23T00:00:00Z"))
  }
}

@Suite struct PaceTests {
  /// What is known after each of the chunks.
  private func verdicts(_ chunks: [(bytes: Int, moment: Int64)]) -> [Bool] {
    var pace = Pace()
    return chunks.map { pace.isLive(afterChunkOf: $0.bytes, at: $0.moment) }
  }

  @Test func firstChunkProvesNothing() {
    #expect(verdicts([(1, 0)]) == [false])
    #expect(verdicts([(1, 1_795_442_978_000_000)]) == [false])
  }

  @Test func shortPausesProveNothing() {
    #expect(verdicts((Int64(0)..<20).map { (50, $0 * 299_999) }).allSatisfy { !$0 })
    #expect(verdicts([(50, 0), (50, 299_999), (50, 599_999)]) == [false, false, true])
  }

  @Test func pauseAfterAFloodProvesNothing() {
    // 2 MB in 41 seconds are slow enough to have been written as they came.
    #expect(verdicts([(1_000_000, 0), (1_000_000, 400_000), (10, 41_000_000)]) == [false, false, true])
  }

  @Test func copyThatNeverRestsIsNoLiveStream() {
    #expect(verdicts((Int64(0)..<1000).map { (65_536, $0 * 20_000) }).allSatisfy { !$0 })
  }
}
