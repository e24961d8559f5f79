public import KubelogScan

/// What is known beforehand about the times of one source.
public struct ClockOptions: Sendable {
  /// The year of the first stamp that has none (`--year`).
  public var year: Int?
  /// The zone of stamps that have none (`--time-zone`, else the machine's).
  public var zone: Zone
  /// When the first session began (`--at`), microseconds since 1970 UTC.
  public var at: Int64?
  /// The file's modification time: an upper bound for all of it.
  public var modified: Int64?
  /// `--live`, `--recorded`, or to be decided by evidence.
  public var liveness: Liveness
  /// The present, microseconds since 1970 UTC: the reference for years where there is no file time.
  public var now: Int64

  /// Whether arrival is the time of what is read.
  public enum Liveness: Sendable { case live, recorded, undecided }

  /// Options for a source that says nothing itself.
  public init(
    year: Int? = nil, zone: Zone = .utc, at: Int64? = nil, modified: Int64? = nil, liveness: Liveness = .recorded,
    now: Int64
  ) {
    self.year = year
    self.zone = zone
    self.at = at
    self.modified = modified
    self.liveness = liveness
    self.now = now
  }
}

/// Gives every record of one source its time, and says where that time comes from.
struct SourceClock {
  private var options: ClockOptions
  private var years: YearResolver
  private var klogYears: YearResolver
  private(set) var isLive: Bool
  /// The arrival of what is being read, nil for a file.
  var arrival: Int64?
  /// The last `date` line: what follows it happened then or later.
  private var dateLine: Int64?
  /// Whether that was no `date` but the latest time that an answer named.
  private var isBoundOnly = false
  /// Whether the source is a recording of one terminal, so that dates in it hold across sessions.
  private var isRecording = false
  /// The last stamp of a neighbouring klog line of the run.
  private var neighbour: Int64?
  /// Whether that line was kubeadm's own, so that what stands next to it happened soon after.
  private var isNeighbourOwn = false
  /// Microseconds of printed durations since each of the moments that are known to have passed; of `given` nil when it is
  /// another session's turn.
  private var since: (date: Int64, neighbour: Int64, given: Int64?)
  /// Whether nothing was dated since the wait that is being printed began: what it took comes on top.
  private var isWaitWhole = false
  /// Microseconds of the wait that were told before it ended.
  private var toldOfWait: Int64 = 0
  /// How long the wait may take, microseconds, as it was printed.
  private var waitLimit: Int64?
  private var pace = Pace()
  /// The stamp since the machine's start that the line being read carries, microseconds.
  var bootStamp: Int64?
  /// When the machine started, from a line that has both clocks.
  private var bootTime: Int64?
  private var zoneOffset: (hour: Int64, offset: Int64)?
  /// The last stamp without a zone.
  private var lastMoment = Int64.min

  init(_ options: ClockOptions) {
    self.options = options
    let reference = options.modified ?? options.now
    years = YearResolver(given: options.year, reference: reference)
    klogYears = YearResolver(given: options.year, reference: reference)
    isLive = options.liveness == .live
    since = (0, 0, options.at == nil ? nil : 0)
  }

  /// Stamps that name no zone are of the one `seconds` east of UTC.
  mutating func learnZone(_ seconds: Int) { options.zone = .fixed(seconds) }

  /// It turned out whether the source is live.
  mutating func decide(_ liveness: ClockOptions.Liveness) {
    options.liveness = liveness
    isLive = liveness == .live
  }

  /// A chunk of `bytes` came in at `arrival`. True when this is what proves that the source is live.
  mutating func received(bytes: Int, endsInLine: Bool, at moment: Int64) -> Bool {
    arrival = moment
    guard options.liveness == .undecided, !isLive,
      pace.isLive(afterChunkOf: bytes, endsInLine: endsInLine, at: moment)
    else { return false }
    isLive = true
    return true
  }

  // MARK: Stamps in the record

  /// The time of a full stamp; without an offset in it, the zone is inferred.
  mutating func time(of stamp: (civil: CivilTime, zoneSeconds: Int?, digits: Int, end: Int)) -> EventTime {
    let uncertainty: Int64 = stamp.digits >= 6 ? 0 : stamp.digits == 0 ? 1_000_000 : 1_000
    if let zone = stamp.zoneSeconds {
      return EventTime(
        stamp.civil.microsecondsAsUTC - Int64(zone) * 1_000_000, .stamped, uncertainty: uncertainty)
    }
    return EventTime(utc(stamp.civil), .klog, uncertainty: uncertainty)
  }

  /// The time of a stamp without year and zone, as journalctl's short form and `ts` print it.
  mutating func time(ofYearless civil: CivilTime, digits: Int) -> EventTime {
    var whole = civil
    whole.year = years.year(of: civil)
    return EventTime(utc(whole), .klog, uncertainty: digits >= 6 ? 0 : 1_000_000)
  }

  /// The time of a klog header; `envelope` is the time of what wraps it.
  ///
  /// Inside a stamped record the klog stamp only refines the second, and only where both agree: they may be in two zones.
  mutating func time(of header: KlogHeader, envelope: EventTime?) -> EventTime {
    if let envelope, let outer = envelope.microseconds, envelope.source < .derived {
      // A stamp to the second is cut off, one to the microsecond is the reader's and so a little later.
      let klogOfMinute = Int64(header.civil.second) * 1_000_000 + Int64(header.civil.microsecond)
      let outerOfMinute = ((outer % 60_000_000) + 60_000_000) % 60_000_000
      let refined = outer - outerOfMinute + klogOfMinute
      guard abs(refined - outer) < 2_000_000 else { return envelope }
      return EventTime(refined, envelope.source, uncertainty: 0)
    }
    var whole = header.civil
    whole.year = klogYears.year(of: header.civil)
    let moment = utc(whole)
    (neighbour, isNeighbourOwn, since.neighbour, isWaitWhole) = (moment, false, 0, false)
    if let bootStamp { bootTime = moment - bootStamp }
    return EventTime(moment, .klog, uncertainty: 0)
  }

  /// The time of a stamp that counts from the machine's start: known once a klog line carried both.
  func time(sinceBoot microseconds: Int64) -> EventTime? {
    bootTime.map { EventTime($0 + microseconds, .derived, uncertainty: 1_000_000) }
  }

  /// journalctl said when its journal ends: no stamp without a year lies after that.
  mutating func journalEnds(at moment: Int64) {
    years.mayReach(moment)
    klogYears.mayReach(moment)
  }

  /// Whether no clocks are changed within some hours of `moment`, so that stamps go up as time does.
  func isSteady(at moment: Int64) -> Bool {
    let hours: Int64 = 3 * 3_600_000_000
    return options.zone.offset(at: moment - hours).seconds == options.zone.offset(at: moment + hours).seconds
  }

  // MARK: Records without a stamp

  /// How long a line may take from its writer to us, microseconds.
  static let arrivalUncertainty: Int64 = 1_000_000
  /// How far a person who types `--at` rounds, microseconds: to the minute where no seconds are given.
  private static let (roundedSecond, roundedMinute): (Int64, Int64) = (1_000_000, 60_000_000)
  /// How long kubeadm may be busy after the last that it told of its time, microseconds: its own limits for what it waits
  /// for sum to under half an hour, the rest is for images on a slow line. A command that only asks the API server is
  /// through within its limit for a request, twice.
  private static let (longestSilence, longestRequest): (Int64, Int64) = (3_600_000_000, 120_000_000)
  /// Whether the session only asks the API server.
  private var isShort = false

  /// A session began; `isShort` where it pulls no images and waits for nothing but answers.
  mutating func sessionBegan(isShort: Bool) { self.isShort = isShort }

  /// The time of a record that carries none: the best of what was read before it, between what is known to have passed and
  /// what had not come yet.
  var unstamped: EventTime {
    if isLive, let arrival { return EventTime(arrival, .arrival, uncertainty: Self.arrivalUncertainty) }
    let given = options.at.flatMap { at in since.given.map { at + $0 } }
    let rounded = options.at.map { $0 % 60_000_000 == 0 ? Self.roundedMinute : Self.roundedSecond } ?? 0
    let passed = [dateLine.map { $0 + since.date }, neighbour.map { $0 + since.neighbour }, given.map { $0 - rounded }]
    let earliest = passed.compactMap { $0 }.max()
    let end = arrival ?? options.modified
    // A file that was modified before what it tells of was not: its time says nothing.
    var latest = end.flatMap { end in earliest.map { $0 <= end } ?? true ? end : nil }
    let silence = isShort ? Self.longestRequest : Self.longestSilence
    func soon(after moment: Int64) { latest = min(latest ?? .max, moment + silence) }
    if let end, let earliest, earliest > end, given == nil, dateLine == nil {
      // Clocks that ran ahead of the file's own time showed another zone than was thought.
      return EventTime(end, .file, earliest: nil, latest: end)
    }
    if isNeighbourOwn, let neighbour { soon(after: neighbour + since.neighbour) }
    if let earliest, dateLine != nil || neighbour != nil {
      return EventTime(earliest, .derived, earliest: earliest, latest: latest)
    }
    if let given {
      soon(after: given + rounded)
      return EventTime(given, .given, earliest: earliest, latest: latest)
    }
    return latest.map { EventTime($0, .file, earliest: nil, latest: $0) } ?? .none
  }

  /// The last klog line was kubeadm's own word on its session.
  mutating func neighbourIsOwn() { if neighbour != nil { isNeighbourOwn = true } }

  /// The moment at which clocks show `civil`, in a zone that is named or in that of the options.
  mutating func moment(of civil: CivilTime, zoneSeconds: Int?) -> Int64 {
    zoneSeconds.map { civil.microsecondsAsUTC - Int64($0) * 1_000_000 } ?? utc(civil)
  }

  /// `date` printed `moment`: what follows happened then or later.
  mutating func passDate(_ moment: Int64) {
    (dateLine, isBoundOnly, since.date, isWaitWhole) = (moment, false, 0, false)
  }

  /// Whether unstamped records follow so close on a known moment that ages may be counted from it.
  var knowsPresent: Bool { isLive || (dateLine != nil && !isBoundOnly) }

  /// An answer named `moment`, so that it was printed then or later, and what follows as well.
  mutating func passBound(_ moment: Int64) {
    guard moment > dateLine ?? neighbour ?? .min else { return }
    (dateLine, isBoundOnly, since.date, isWaitWhole) = (moment, true, 0, false)
  }

  /// A recording of a terminal began at `moment`: all of it happened then or later, and a date that stands in it holds for
  /// all that follows.
  mutating func recordingBegan(at moment: Int64) {
    (dateLine, isBoundOnly, isRecording, since.date) = (moment, true, true, 0)
  }

  /// The recording of a terminal ended at `moment`: what follows is of another and happened later.
  mutating func recordingEnded(at moment: Int64) {
    (dateLine, isBoundOnly, isRecording, since.date) = (moment, true, false, 0)
  }

  /// kubeadm printed that it begins to wait, at most for `limit` seconds where it says so.
  mutating func waitBegan(limit: Double?) {
    isWaitWhole = true
    (toldOfWait, waitLimit) = (0, limit.map(Self.microseconds))
  }

  /// kubeadm printed that something took `seconds`; `isOver` is false while the same wait goes on.
  mutating func passed(seconds: Double, isOver: Bool = true) {
    let whole = Self.microseconds(seconds)
    let passed = max(0, whole - toldOfWait)
    toldOfWait = isOver ? 0 : max(toldOfWait, whole)
    since.given = since.given.map { min($0 + passed, 1_000_000_000_000) }
    since.date = min(since.date + passed, 1_000_000_000_000)
    if isWaitWhole { since.neighbour = min(since.neighbour + passed, 1_000_000_000_000) }
    if isOver { (isWaitWhole, waitLimit) = (false, nil) }
  }

  /// kubeadm printed that it waited in vain.
  mutating func waitedInVain() {
    if let limit = waitLimit { passed(seconds: Double(limit) / 1e6) }
  }

  private static func microseconds(_ seconds: Double) -> Int64 { Int64(min(max(seconds, 0), 1e6) * 1e6) }

  /// When clocks showed this, next after the last moment that is known to have passed; else, and then not surely, the last
  /// time before the input was written. Nil where nothing tells of a day.
  mutating func place(hour: Int, minute: Int, second: Int) -> (moment: Int64, isSure: Bool)? {
    let passed = [dateLine, neighbour, options.at.flatMap { since.given == nil ? nil : $0 }].compactMap { $0 }.max()
    guard let reference = passed ?? arrival ?? options.modified else { return nil }
    // A clock to the second may lie a little before a reference that a person rounded.
    let begin = passed == nil ? reference - 86_400_000_000 : reference - Self.roundedMinute
    var civil = civil(utc: begin + Int64(options.zone.offset(at: begin).seconds) * 1_000_000)
    (civil.hour, civil.minute, civil.second, civil.microsecond) = (hour, minute, second, 0)
    let moment = utc(civil)
    return (moment < begin ? moment + 86_400_000_000 : moment, passed != nil)
  }

  /// A session ended: its neighbours say nothing about what follows, and `--at` was for the first one.
  ///
  /// With `keepsDate` the last date stood below it.
  mutating func sessionEnded(keepsDate: Bool) {
    (neighbour, isNeighbourOwn, isWaitWhole, waitLimit, toldOfWait) = (nil, false, false, nil, 0)
    if isRecording { isBoundOnly = true } else if !keepsDate { dateLine = nil }
    (since, isShort) = ((0, 0, nil), false)
  }

  private mutating func utc(_ civil: CivilTime) -> Int64 {
    let wall = civil.microsecondsAsUTC
    let hour = wall / 3_600_000_000
    if let cached = zoneOffset, cached.hour == hour {
      lastMoment = wall - cached.offset
      return lastMoment
    }
    var moment = options.zone.moment(of: civil)
    // Only hours that no clock change cuts are kept.
    let before = options.zone.offset(at: moment - 3_600_000_000).seconds
    let after = options.zone.offset(at: moment + 3_600_000_000).seconds
    if before == after {
      zoneOffset = (hour, wall - moment)
    } else if before > after || options.zone.offset(at: moment).seconds > after {
      // Clocks were set back and show an hour twice: a stream that would go back went on.
      let again = wall - Int64(after) * 1_000_000
      let isBack = moment + Self.roundedMinute < lastMoment && again + Self.roundedMinute >= lastMoment
      if isBack, Int64(options.zone.offset(at: again).seconds) * 1_000_000 == wall - again { moment = again }
    }
    lastMoment = moment
    return moment
  }
}
