import KubelogKit
import Testing
import TestSamples

private let microsecond: Int64 = 1
private let second: Int64 = 1_000_000
private let minute = 60 * second
private let hour = 60 * minute
private let day = 24 * hour

/// One line of the table: when a secret began, by which clock, how long it lives, when it is looked at, what is said.
struct Expiry: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var sighting: Sighting
  var now: Int64
  var within: Double?
  var state: String

  /// Between two bounds, each as far as it is from the beginning; nil where it is not known.
  static func token(
    _ description: String, _ source: TimeSource, _ before: Int64?, _ after: Int64?, after now: Int64, is state: String
  ) -> Expiry {
    let time = EventTime(begin, source, earliest: before.map { begin + $0 }, latest: after.map { begin + $0 })
    return Expiry(testDescription: description, sighting: Sighting(time: time), now: begin + now, state: state)
  }

  static func key(
    _ description: String, _ source: TimeSource, _ before: Int64, _ after: Int64, after now: Int64, is state: String
  ) -> Expiry {
    let time = EventTime(begin, source, earliest: begin + before, latest: begin + after)
    return Expiry(
      testDescription: description,
      sighting: Sighting(kind: .certificateKey, value: certificateKey, role: .uploaded, time: time), now: begin + now,
      state: state)
  }

  static func token(
    _ description: String, _ source: TimeSource, _ uncertainty: Int64?, ttl: Int? = nil, after now: Int64,
    within: Double? = nil, is state: String
  ) -> Expiry {
    Expiry(
      testDescription: description,
      sighting: Sighting(ttl: ttl, time: EventTime(begin, source, uncertainty: uncertainty)),
      now: begin + now, within: within, state: state)
  }

  static func key(
    _ description: String, _ source: TimeSource, _ uncertainty: Int64?, ttl: Int? = nil, after now: Int64,
    within: Double? = nil, is state: String
  ) -> Expiry {
    Expiry(
      testDescription: description,
      sighting: Sighting(
        kind: .certificateKey, value: certificateKey, role: .uploaded, ttl: ttl,
        time: EventTime(begin, source, uncertainty: uncertainty)),
      now: begin + now, within: within, state: state)
  }
}

private let expiries: [Expiry] = [
  // A token lives for a day, and expires soon when less than two hours are left.
  .token("stamped, just made", .stamped, 0, after: 0, is: "valid"),
  .token("stamped, exactly 2 h left", .stamped, 0, after: 22 * hour, is: "valid"),
  .token("stamped, a microsecond less than 2 h left", .stamped, 0, after: 22 * hour + microsecond, is: "expiring"),
  // kubeadm counts from moments after it says so, in whole seconds: an end is known to within four.
  .token("stamped, a microsecond over a second left", .stamped, 0, after: day - second - microsecond, is: "expiring"),
  .token("stamped, a second left", .stamped, 0, after: day - second, is: "unknown"),
  .token("stamped, over", .stamped, 0, after: day, is: "unknown"),
  .token("stamped, three seconds over", .stamped, 0, after: day + 3 * second, is: "expired"),
  .token("stamped, seen before it was made", .stamped, 0, after: -hour, is: "valid"),
  // An arrival may be off by a second more.
  .token("arrival, just made", .arrival, second, after: 0, is: "valid"),
  .token("arrival, before the bounds", .arrival, second, after: day - 2 * second - microsecond, is: "expiring"),
  .token("arrival, at the lower bound", .arrival, second, after: day - 2 * second, is: "unknown"),
  .token("arrival, between the bounds", .arrival, second, after: day, is: "unknown"),
  .token("arrival, before the upper bound", .arrival, second, after: day + 4 * second - microsecond, is: "unknown"),
  .token("arrival, at the upper bound", .arrival, second, after: day + 4 * second, is: "expired"),
  .token("klog, to the microsecond", .klog, 0, after: day - second - microsecond, is: "expiring"),
  .token("klog, to the microsecond, over", .klog, 0, after: day + 3 * second, is: "expired"),
  // Between its bounds a time is not judged: here a minute before and a quarter of an hour after.
  .token("given, just made", .given, -minute, 15 * minute, after: 0, is: "valid"),
  .token("given, 2 min left", .given, -minute, 15 * minute, after: day - 2 * minute, is: "expiring"),
  .token("given, 1 min left", .given, -minute, 15 * minute, after: day - minute, is: "unknown"),
  .token("given, 15 min over", .given, -minute, 15 * minute, after: day + 15 * minute, is: "unknown"),
  .token(
    "given, 15 min and 3 s over", .given, -minute, 15 * minute, after: day + 15 * minute + 3 * second, is: "expired"),
  .token("derived, nothing known after it", .derived, 0, nil, after: day + 2 * hour, is: "unknown"),
  .token("derived, nothing known after it, 2 s left", .derived, 0, nil, after: day - 2 * second, is: "expiring"),
  .token("derived, nothing known before it", .derived, nil, 0, after: 0, is: "unknown"),
  .token("derived, nothing known before it, over", .derived, nil, 0, after: day + 3 * second, is: "expired"),
  // A file's time is an upper bound: it proves that something is over, and never that it works.
  .token("file, just written", .file, nil, after: 0, is: "unknown"),
  .token("file, an hour ago", .file, nil, after: hour, is: "unknown"),
  .token("file, one microsecond left", .file, nil, after: day - microsecond, is: "unknown"),
  .token("file, a day ago", .file, nil, after: day + 3 * second, is: "expired"),
  .token("file, before it was written", .file, nil, after: -hour, is: "unknown"),
  // What life it was given.
  .token("ttl just under 2 h, expiring from the start", .stamped, 0, ttl: 7199, after: 0, is: "expiring"),
  .token("ttl 3 h, half an hour old", .stamped, 0, ttl: 10_800, after: 30 * minute, is: "valid"),
  .token("ttl 3 h, over", .stamped, 0, ttl: 10_800, after: 3 * hour + 3 * second, is: "expired"),
  .token("ttl 0, a year old", .stamped, 0, ttl: 0, after: 365 * day, is: "never"),
  .token("ttl 0, arrival", .arrival, second, ttl: 0, after: day, is: "never"),
  .token("ttl 48 h, a day and an hour old", .arrival, second, ttl: 172_800, after: 25 * hour, is: "valid"),
  // --within
  .token("within 30 min, 1 h left", .stamped, 0, after: 23 * hour, within: 1800, is: "valid"),
  .token("within 30 min, 29 min left", .stamped, 0, after: day - 29 * minute, within: 1800, is: "expiring"),
  .token("within 2 d, just made", .stamped, 0, after: 0, within: 172_800, is: "expiring"),
  .token("within 0, two seconds left", .stamped, 0, after: day - 2 * second, within: 0, is: "valid"),
  // A certificate key lives for two hours, whatever is said, and expires soon in the last half hour.
  .key("key, just uploaded", .stamped, 0, after: 0, is: "valid"),
  .key("key, exactly 30 min left", .stamped, 0, after: 90 * minute, is: "valid"),
  .key("key, a microsecond less than 30 min left", .stamped, 0, after: 90 * minute + microsecond, is: "expiring"),
  .key("key, over", .stamped, 0, after: 2 * hour + 3 * second, is: "expired"),
  .key("key, arrival, between the bounds", .arrival, second, after: 2 * hour, is: "unknown"),
  .key("key, the token's ttl is not its own", .stamped, 0, ttl: 172_800, after: 3 * hour, is: "expired"),
  .key("key, a ttl of 0 is not its own either", .stamped, 0, ttl: 0, after: 3 * hour, is: "expired"),
  .key("key, file, just written", .file, nil, after: minute, is: "unknown"),
  .key("key, file, two hours ago", .file, nil, after: 2 * hour + 3 * second, is: "expired"),
  .key("key, given, an hour old", .given, -minute, 15 * minute, after: hour, is: "valid"),
  .key("key, given, 1 h 59 min old", .given, -minute, 15 * minute, after: 119 * minute, is: "unknown"),
  .key("key, within 1 h, 59 min left", .stamped, 0, after: 61 * minute, within: 3600, is: "expiring"),
]

@Suite struct ExpiryTests {
  @Test(arguments: expiries)
  func state(_ expiry: Expiry) throws {
    try withStore { path in
      try write([expiry.sighting], into: path)
      let table = try secrets(path, now: expiry.now, within: expiry.within)
      #expect(try table.texts("state") == [expiry.state])
    }
  }

  @Test func withoutAnyTimeNothingIsKnown() throws {
    try withStore { path in
      try write([Sighting(time: .none)], into: path)
      let table = try secrets(path, now: begin + 100 * day)
      #expect(try table.texts("state") == ["unknown"])
      #expect(try table.value(0, "expires_at") == .null)
      #expect(try table.value(0, "remaining_s") == .null)
      #expect(try table.texts("time_source") == ["none"])
    }
  }

  @Test func expiryAndItsBasisAreSaid() throws {
    try withStore { path in
      try write([Sighting(), Sighting(value: "abcdef.0123456789abcdef", ttl: 3600)], into: path)
      let table = try secrets(path, now: begin + 30 * minute)
      #expect(try table.texts("id") == ["abcdef", "m4449q"])
      #expect(try table.texts("expires_basis") == ["flag", "default-ttl"])
      #expect(try table.value(0, "expires_at") == .integer(begin + hour))
      #expect(try table.value(0, "remaining_s") == .real(1800))
      #expect(try table.value(1, "expires_at") == .integer(begin + day))
      #expect(try table.value(1, "ttl_s") == .integer(86_400))
      #expect(try table.value(1, "time_uncertainty_s") == .real(4))
      #expect(try table.value(1, "expires_earliest") == .integer(begin + day - 2 * second))
      #expect(try table.value(1, "expires_latest") == .integer(begin + day + 4 * second))
      #expect(try table.value(1, "approximate") == .integer(0))
    }
  }

  @Test(arguments: [SightingRole.printed, .used])
  func whatWasOnlySeenHasNoKnownLife(_ role: SightingRole) throws {
    try withStore { path in
      try write([Sighting(role: role)], into: path)
      let table = try secrets(path, now: begin)
      #expect(try table.texts("state") == ["unknown"])
      #expect(try table.texts("expires_basis") == ["none"])
      #expect(try table.value(0, "expires_at") == .null)
    }
  }

  // MARK: Dry runs

  @Test func dryRunMakesNothing() throws {
    try withStore { path in
      try write([Sighting(isDryRun: true)], into: path)
      #expect(try secrets(path, now: begin).texts("state") == ["unknown"])
      #expect(try secrets(path, now: begin + 2 * day).texts("state") == ["unknown"])
    }
  }

  @Test func dryRunOfWhatWillNeverExpireIsUnknownToo() throws {
    try withStore { path in
      try write([Sighting(ttl: 0, isDryRun: true)], into: path)
      #expect(try secrets(path, now: begin).texts("state") == ["unknown"])
    }
  }

  @Test func realRunAfterADryRunCounts() throws {
    try withStore { path in
      let later = Sighting(time: EventTime(begin + hour, .arrival, uncertainty: second))
      try write([Sighting(time: EventTime(begin, .stamped, uncertainty: 0), isDryRun: true), later], into: path)
      let table = try secrets(path, now: begin + 2 * hour)
      #expect(try table.texts("state") == ["valid"])
      #expect(try table.value(0, "expires_at") == .integer(begin + hour + day))
      #expect(try table.value(0, "sightings") == .integer(2))
    }
  }

  // MARK: Which sighting counts

  @Test func surerClockDecides() throws {
    try withStore { path in
      try write(
        [
          Sighting(time: EventTime(begin + 3 * hour, .file, uncertainty: nil)),
          Sighting(time: EventTime(begin + hour, .stamped, uncertainty: 0)),
          Sighting(time: EventTime(begin, .given, uncertainty: nil)),
        ], into: path)
      let table = try secrets(path, now: begin + 4 * hour)
      #expect(try table.value(0, "created_at") == .integer(begin + hour))
      #expect(try table.texts("time_source") == ["stamped"])
      #expect(try table.texts("state") == ["valid"])
    }
  }

  @Test func laterUseDoesNotProlongTheLife() throws {
    try withStore { path in
      try write(
        [
          Sighting(time: EventTime(begin, .arrival, uncertainty: second)),
          Sighting(role: .used, time: EventTime(begin + 20 * hour, .stamped, uncertainty: 0)),
        ], into: path)
      #expect(try secrets(path, now: begin + day + 4 * second).texts("state") == ["expired"])
    }
  }

  // MARK: Superseded keys

  private static let otherKey = String(repeating: "ab", count: 32)

  private func uploads(
    _ first: TimeSource = .arrival, _ second: TimeSource = .arrival, endpoint: String? = "k8s-api.lab.local:6443"
  ) -> [Sighting] {
    [
      Sighting(
        kind: .certificateKey, value: certificateKey, role: .uploaded,
        time: EventTime(begin, first, uncertainty: first == .file ? nil : 1_000_000)),
      Sighting(
        kind: .certificateKey, value: Self.otherKey, role: .uploaded,
        time: EventTime(begin + hour, second, uncertainty: second == .file ? nil : 1_000_000), endpoint: endpoint),
    ]
  }

  @Test func laterUploadSupersedesTheKey() throws {
    try withStore { path in
      try write(uploads(), into: path)
      let table = try secrets(path, now: begin + 70 * minute)
      #expect(try table.texts("state") == ["superseded", "valid"])
      #expect(try table.value(0, "superseded_by") == table.value(1, "id"))
      #expect(try table.value(1, "superseded_by") == .null)
      #expect(try secrets(path, now: begin + 3 * hour).texts("state") == ["expired", "unknown"])
    }
  }

  @Test func uploadWithoutEndpointSupersedesWhereThereIsOneCluster() throws {
    try withStore { path in
      try write(uploads(endpoint: nil), into: path)
      #expect(try secrets(path, now: begin + 70 * minute).texts("state") == ["superseded", "valid"])
    }
  }

  @Test func uploadInAnotherClusterSupersedesNothing() throws {
    try withStore { path in
      try write(uploads(endpoint: "10.0.0.1:6443"), into: path)
      #expect(try secrets(path, now: begin + 70 * minute).texts("state") == ["valid", "valid"])
    }
  }

  /// A file's time is an upper bound: what was written before an upload is older, what was written after it may be either.
  @Test(
    arguments: [
      (TimeSource.file, TimeSource.arrival, ["superseded", "valid"]), (.arrival, .file, ["unknown", "unknown"]),
    ])
  func fileTimesAreBoundsOfUploads(_ first: TimeSource, _ second: TimeSource, _ states: [String]) throws {
    try withStore { path in
      try write(uploads(first, second), into: path)
      #expect(try secrets(path, now: begin + 70 * minute).texts("state") == states)
    }
  }

  @Test func laterTokenSupersedesNothing() throws {
    try withStore { path in
      let later = Sighting(
        value: "abcdef.0123456789abcdef", time: EventTime(begin + hour, .arrival, uncertainty: second))
      try write([Sighting(), later], into: path)
      #expect(try secrets(path, now: begin + 2 * hour).texts("state") == ["valid", "valid"])
    }
  }

  // MARK: What is shown

  @Test func valuesAreMaskedUnlessRevealed() throws {
    try withStore { path in
      try write([Sighting(), uploads()[0]], into: path)
      #expect(try secrets(path, now: begin).texts("value") == ["********", "m4449q.****************"])
      var table = try secrets(path, now: begin, reveal: true)
      let sealed = try table.texts("value").compactMap { $0 }
      #expect(sealed.count == 2 && sealed.allSatisfy { $0.allSatisfy(\.isHexDigit) })
      let revealing = try Kubelog(storePath: path, now: begin, zone: .utc, sealing: .fixed).reveal(&table)
      #expect(revealing == Revealing())
      #expect(try table.texts("value") == [certificateKey, token])
    }
  }

  @Test func keyIsNamedByADigestAndNotByItsBeginning() throws {
    try withStore { path in
      try write([uploads()[0]], into: path)
      let id = try #require(try secrets(path, now: begin).texts("id").first ?? nil)
      #expect(id.count == 8)
      #expect(!certificateKey.contains(id))
    }
  }
}
