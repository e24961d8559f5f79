/// Where an event's time comes from, the surest first.
public enum TimeSource: Int, Sendable, CaseIterable, Comparable {
  /// A full stamp in the input.
  case stamped
  /// A stamp without year or zone (klog, journalctl's short form, `ts`): those were inferred.
  case klog
  /// When the line came in, live.
  case arrival
  /// From neighbours or printed durations.
  case derived
  /// From `--at`.
  case given
  /// The file's modification time or an unproven arrival: an upper bound and nothing else.
  case file
  /// Not known.
  case none

  /// The word in JSON.
  public var name: String {
    switch self {
    case .stamped: "stamped"
    case .klog: "klog"
    case .arrival: "arrival"
    case .derived: "derived"
    case .given: "given"
    case .file: "file"
    case .none: "none"
    }
  }

  /// The surer first.
  public static func < (left: TimeSource, right: TimeSource) -> Bool { left.rawValue < right.rawValue }
}

/// A time with its pedigree and its bounds.
public struct EventTime: Sendable, Equatable {
  /// The best guess, microseconds since 1970 UTC; nil exactly when the source is `none`.
  public var microseconds: Int64?
  /// Where it comes from.
  public var source: TimeSource
  /// It did not happen before this moment, microseconds since 1970 UTC; nil where nothing says so.
  public var earliest: Int64?
  /// It did not happen after this moment, microseconds since 1970 UTC; nil where nothing says so.
  public var latest: Int64?

  /// A time that is off by at most `uncertainty` microseconds in either direction; nil when no bound can be given.
  public init(_ microseconds: Int64, _ source: TimeSource, uncertainty: Int64?) {
    self.init(
      microseconds, source, earliest: uncertainty.map { microseconds - $0 },
      latest: uncertainty.map { microseconds + $0 })
  }

  /// A time between two bounds, either of which may be unknown.
  public init(_ microseconds: Int64, _ source: TimeSource, earliest: Int64?, latest: Int64?) {
    self.microseconds = microseconds
    self.source = source
    self.earliest = earliest
    self.latest = latest
  }

  private init() { (microseconds, source, earliest, latest) = (nil, .none, nil, nil) }

  /// No time at all.
  public static let none = EventTime()

  /// The most it may be off, in microseconds; nil when one of the bounds is not known.
  public var uncertainty: Int64? {
    guard let microseconds, let earliest, let latest else { return nil }
    return max(microseconds - earliest, latest - microseconds)
  }

  /// Whether it comes from no clock that was read when it happened, so that what follows it can narrow it down.
  public var isOpen: Bool { source >= .derived && source != .none }

  /// The same time, once it is known that its bound, the arrival of an undecided input, was live.
  public var provedLive: EventTime {
    guard source == .file, let microseconds else { return self }
    return EventTime(microseconds, .arrival, uncertainty: SourceClock.arrivalUncertainty)
  }

  /// It is known now to have happened no later than `moment`, as far as that does not contradict what was known before.
  mutating func end(by moment: Int64) {
    guard isOpen, earliest ?? .min <= moment, moment < latest ?? .max else { return }
    latest = moment
    microseconds = min(microseconds ?? moment, moment)
  }
}
