/// An entry of a journal of 2026-11-23, and how journalctl prints it.
public struct PrintedEntry: Sendable, Equatable {
  /// Microseconds since that day began, UTC; less than a day.
  public var time: Int
  /// The host that wrote it.
  public var host: String
  /// The program that wrote it.
  public var identifier: String
  /// The process that wrote it.
  public var process: Int
  /// What it says, a line.
  public var message: String

  /// An entry.
  public init(time: Int, host: String, identifier: String, process: Int, message: String) {
    (self.time, self.host, self.identifier, self.process) = (time, host, identifier, process)
    self.message = message
  }

  /// An entry of a program that logs by klog: `words` are what follows its stamp and process, from the source file on.
  public init(time: Int, host: String, identifier: String, process: Int, letter: Character, klog words: String) {
    let id = String(repeating: " ", count: max(7 - "\(process)".count, 0)) + "\(process)"
    self.init(
      time: time, host: host, identifier: identifier, process: process,
      message: "\(letter)1123 \(Self.clock(time)).\(Self.padded(time % 1_000_000, 6)) \(id) \(words)")
  }

  /// The forms of `journalctl -o`.
  public enum Form: String, CaseIterable, Sendable {
    case short, precise = "short-precise", iso = "short-iso", json, export
  }

  /// The entry in one of its forms, with the end of its last line.
  public func text(_ form: Form) -> String {
    let (clock, micros) = (Self.clock(time), Self.padded(time % 1_000_000, 6))
    let words = "\(host) \(identifier)[\(process)]: \(message)\n"
    // 2026-11-23T00:00:00Z
    let stamp = 1_795_392_000_000_000 + time
    switch form {
    case .short: return "Nov 23 \(clock) \(words)"
    case .precise: return "Nov 23 \(clock).\(micros) \(words)"
    case .iso: return "2026-11-23T\(clock)+0000 \(words)"
    case .json:
      return
        "{\"__CURSOR\":\"s=ed31;i=\(stamp)\",\"__REALTIME_TIMESTAMP\":\"\(stamp)\",\"_HOSTNAME\":\"\(host)\","
        + "\"PRIORITY\":\"6\",\"SYSLOG_IDENTIFIER\":\"\(identifier)\",\"_PID\":\"\(process)\","
        + "\"MESSAGE\":\"\(Self.escaped(message))\"}\n"
    case .export:
      return
        "__CURSOR=s=ed31;i=\(stamp)\n__REALTIME_TIMESTAMP=\(stamp)\n_HOSTNAME=\(host)\nPRIORITY=6\n"
        + "SYSLOG_IDENTIFIER=\(identifier)\n_PID=\(process)\nMESSAGE=\(message)\n\n"
    }
  }

  /// RFC 3339, UTC, to the microsecond.
  public static func stamp(_ time: Int) -> String { "2026-11-23T\(clock(time)).\(padded(time % 1_000_000, 6))Z" }

  private static func clock(_ time: Int) -> String {
    let second = time / 1_000_000
    return [second / 3600, second / 60 % 60, second % 60].map { padded($0, 2) }.joined(separator: ":")
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }

  private static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": out += "\\\(scalar)"
      case "\t": out += "\\t"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
