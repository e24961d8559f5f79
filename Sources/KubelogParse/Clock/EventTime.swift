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

/// A time with its pedigree.
public struct EventTime: Sendable, Equatable {
  /// Microseconds since 1970 UTC; nil exactly when the source is `none`.
  public var microseconds: Int64?
  /// Where it comes from.
  public var source: TimeSource
  /// The most it may be off, in microseconds; nil when no bound can be given.
  public var uncertainty: Int64?

  /// A time of its parts.
  public init(_ microseconds: Int64, _ source: TimeSource, uncertainty: Int64?) {
    self.microseconds = microseconds
    self.source = source
    self.uncertainty = uncertainty
  }

  private init() { (microseconds, source, uncertainty) = (nil, .none, nil) }

  /// No time at all.
  public static let none = EventTime()
}
