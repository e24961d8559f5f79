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
  private let options: ClockOptions
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
  /// Seconds of printed durations since the session that `--at` dates began; nil when it is another session's turn.
  private var sinceGiven: Double?
  private var pace = Pace()
  /// The stamp since the machine's start that the line being read carries, microseconds.
  var bootStamp: Int64?
  /// When the machine started, from a line that has both clocks.
  private var bootTime: Int64?
  private var zoneOffset: (hour: Int64, offset: Int64)?

  init(_ options: ClockOptions) {
    self.options = options
    let reference = options.modified ?? options.now
    years = YearResolver(given: options.year, reference: reference)
    klogYears = YearResolver(given: options.year, reference: reference)
    isLive = options.liveness == .live
    sinceGiven = options.at == nil ? nil : 0
  }

  /// A chunk of `bytes` came in at `arrival`. True when this is what proves that the source is live.
  mutating func received(bytes: Int, at moment: Int64) -> Bool {
    arrival = moment
    guard options.liveness == .undecided, !isLive, pace.isLive(afterChunkOf: bytes, at: moment) else { return false }
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
    neighbour = moment
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

  // MARK: Records without a stamp

  /// The time of a record that carries none.
  var unstamped: EventTime {
    if isLive, let arrival { return EventTime(arrival, .arrival, uncertainty: 1_000_000) }
    if let dateLine { return EventTime(dateLine, .derived, uncertainty: nil) }
    if let neighbour { return EventTime(neighbour, .derived, uncertainty: nil) }
    if let at = options.at, let sinceGiven {
      return EventTime(at + Int64(sinceGiven * 1_000_000), .given, uncertainty: nil)
    }
    if let bound = arrival ?? options.modified { return EventTime(bound, .file, uncertainty: nil) }
    return .none
  }

  /// The moment at which clocks show `civil`, in a zone that is named or in that of the options.
  mutating func moment(of civil: CivilTime, zoneSeconds: Int?) -> Int64 {
    zoneSeconds.map { civil.microsecondsAsUTC - Int64($0) * 1_000_000 } ?? utc(civil)
  }

  /// A line that `date` printed: what follows happened then or later.
  mutating func passDate(_ stamp: CivilTime, zoneSeconds: Int?) {
    dateLine = zoneSeconds.map { stamp.microsecondsAsUTC - Int64($0) * 1_000_000 } ?? utc(stamp)
    isBoundOnly = false
  }

  /// Whether unstamped records follow so close on a known moment that ages may be counted from it.
  var knowsPresent: Bool { isLive || (dateLine != nil && !isBoundOnly) }

  /// An answer named `moment`, so that it was printed then or later, and what follows as well.
  mutating func passBound(_ moment: Int64) {
    guard moment > dateLine ?? neighbour ?? .min else { return }
    (dateLine, isBoundOnly) = (moment, true)
  }

  /// A recording of a terminal began at `moment`: all of it happened then or later, and a date that stands in it holds for
  /// all that follows.
  mutating func recordingBegan(at moment: Int64) { (dateLine, isBoundOnly, isRecording) = (moment, true, true) }

  /// kubeadm printed that something took `seconds`.
  mutating func passed(seconds: Double) {
    if let before = sinceGiven { sinceGiven = min(before + seconds, 1e9) }
  }

  /// A session ended: its neighbours say nothing about what follows, and `--at` was for the first one.
  mutating func sessionEnded() {
    neighbour = nil
    if isRecording { isBoundOnly = true } else { dateLine = nil }
    sinceGiven = nil
  }

  private mutating func utc(_ civil: CivilTime) -> Int64 {
    let wall = civil.microsecondsAsUTC
    let hour = wall / 3_600_000_000
    if let cached = zoneOffset, cached.hour == hour { return wall - cached.offset }
    let moment = options.zone.moment(of: civil)
    // Only hours that no clock change cuts are kept.
    let begin = options.zone.offset(at: moment - 3_600_000_000).seconds
    if begin == options.zone.offset(at: moment + 3_600_000_000).seconds {
      zoneOffset = (hour, wall - moment)
    }
    return moment
  }
}

/// Tells a stream that is being written from one that was: kubeadm pauses, `cat` does not.
struct Pace {
  private var first: Int64?
  private var last: Int64 = 0
  private var bytes = 0

  /// The shortest pause that nobody who copies a file makes, microseconds.
  private static let pause: Int64 = 300_000
  /// The most bytes a second that kubeadm writes, even with `-v=10`.
  private static let liveRate = 50_000

  mutating func isLive(afterChunkOf count: Int, at moment: Int64) -> Bool {
    defer {
      last = moment
      bytes += count
    }
    guard let first else {
      first = moment
      return false
    }
    let elapsed = moment - first
    return moment - last >= Self.pause && Int64(bytes) * 1_000_000 < Int64(Self.liveRate) * elapsed
  }
}
