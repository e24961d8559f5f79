internal import Glibc

/// A rule that tells local time from UTC.
///
/// The machine's zone and named zones are read by glibc from its zoneinfo; FoundationEssentials in a static executable
/// knows neither. One named zone a process: ``named(_:)`` sets `TZ`.
public struct Zone: Sendable, Equatable {
  private enum Rule: Equatable { case fixed(Int), machine }
  private var rule: Rule
  private var name: String

  /// UTC.
  public static let utc = Zone(rule: .fixed(0), name: "UTC")
  /// The machine's zone, or that of `TZ`.
  public static let machine = Zone(rule: .machine, name: "")

  /// A fixed distance from UTC in seconds, east positive.
  public static func fixed(_ seconds: Int) -> Zone {
    let minutes = abs(seconds) / 60
    let two = { (n: Int) in n < 10 ? "0\(n)" : "\(n)" }
    return Zone(rule: .fixed(seconds), name: "\(seconds < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))")
  }

  /// What a person typed: `UTC`, `Z`, an offset such as `+09:00`, or a name of the machine's zoneinfo.
  ///
  /// Nil when it is none of these or the machine has no zoneinfo for it. A name becomes the process's zone (`TZ`), so
  /// call this before the first conversion and for one zone only.
  public static func named(_ text: String) -> Zone? {
    if text == "UTC" || text == "Z" || text == "utc" { return utc }
    let bytes = Array(text.utf8)
    if let sign = bytes.first, sign == 0x2B || sign == 0x2D {
      let digits = bytes.dropFirst().filter { $0 != 0x3A }
      guard digits.count == 4 || digits.count == 2, digits.allSatisfy(isDigit) else { return nil }
      let numbers = digits.map { Int($0 - 0x30) }
      let hours = numbers[0] * 10 + numbers[1]
      let minutes = numbers.count == 4 ? numbers[2] * 10 + numbers[3] : 0
      guard hours <= 14, minutes < 60 else { return nil }
      return fixed((sign == 0x2D ? -1 : 1) * (hours * 3600 + minutes * 60))
    }
    let folder = unsafe getenv("TZDIR").map { unsafe String(cString: $0) } ?? "/usr/share/zoneinfo"
    let path = "\(folder)/\(text)"
    guard !text.isEmpty, !text.hasPrefix("/"), !text.contains(".."), isZoneinfo(path) else { return nil }
    unsafe setenv("TZ", text, 1)
    tzset()
    return Zone(rule: .machine, name: text)
  }

  /// Whether a file is a zone's: RFC 8536 begins it with `TZif`. glibc takes anything else for UTC without a word.
  private static func isZoneinfo(_ path: String) -> Bool {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var head = [UInt8](repeating: 0, count: 4)
    let count = unsafe head.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, 4) }
    return count == 4 && head == Array("TZif".utf8)
  }

  /// Seconds east of UTC at a moment (microseconds since 1970), and what the zone is called then.
  public func offset(at microseconds: Int64) -> (seconds: Int, name: String) {
    guard case .machine = rule else {
      if case .fixed(let seconds) = rule { return (seconds, name) }
      return (0, "UTC")
    }
    var moment = time_t(microseconds.floorSeconds)
    var parts = unsafe tm()
    guard unsafe localtime_r(&moment, &parts) != nil else { return (0, "UTC") }
    let abbreviation = unsafe parts.tm_zone.map { unsafe String(cString: $0) } ?? "UTC"
    return unsafe (parts.tm_gmtoff, abbreviation)
  }

  /// The moment at which clocks of this zone show `civil`, in microseconds since 1970 UTC.
  ///
  /// In an autumn fold the first of the two moments; in a spring gap the moment as much after the gap.
  public func moment(of civil: CivilTime) -> Int64 {
    let wall = civil.microsecondsAsUTC
    if case .fixed(let seconds) = rule { return wall - Int64(seconds) * 1_000_000 }
    let before = Int64(offset(at: wall - 86_400_000_000).seconds) * 1_000_000
    if Int64(offset(at: wall - before).seconds) * 1_000_000 == before { return wall - before }
    let after = Int64(offset(at: wall + 86_400_000_000).seconds) * 1_000_000
    if Int64(offset(at: wall - after).seconds) * 1_000_000 == after { return wall - after }
    return wall - before
  }
}

extension Int64 {
  /// Microseconds as whole seconds, rounded down.
  var floorSeconds: Int64 { self >= 0 ? self / 1_000_000 : (self - 999_999) / 1_000_000 }
}

/// The present, in microseconds since 1970 UTC.
public func presentMicroseconds() -> Int64 {
  var moment = timespec()
  unsafe clock_gettime(CLOCK_REALTIME, &moment)
  return Int64(moment.tv_sec) * 1_000_000 + Int64(moment.tv_nsec) / 1000
}
