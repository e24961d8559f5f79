internal import KubelogScan

/// What stands in front of the API servers: nginx, HAProxy, keepalived.
enum BalancerLine {
  /// `2026/11/23 14:36:16 [error] 31#31: *12 connect() failed (111: Connection refused) while connecting to upstream, …`
  ///
  /// Format: nginx `src/core/ngx_log.c`; local time without a zone.
  static func nginx(_ line: Bytes, _ range: Range<Int>) -> ProgramLine? {
    let start = range.lowerBound
    guard range.count > 28, line[start + 4] == 0x2F, line[start + 7] == 0x2F, line.has(" [", at: start + 19),
      let year = line.decimal(start..<start + 4), let month = line.twoDigits(at: start + 5),
      let day = line.twoDigits(at: start + 8), let time = line.clock(at: start + 11), time.end == start + 19
    else { return nil }
    let moment = CivilTime(
      year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: time.second)
    guard moment.isPlausible, let close = line.first(0x5D, in: start + 21..<range.upperBound) else { return nil }
    let process = line.end(of: { isDigit($0) || $0 == 0x23 }, from: close + 2, to: range.upperBound)
    guard process > close + 2, line.has(": ", at: process) else { return nil }
    var message = process + 2
    if message < range.upperBound, line[message] == 0x2A {
      message = line.end(of: isDigit, from: message + 1, to: range.upperBound) + 1
    }
    guard message < range.upperBound else { return nil }
    return ProgramLine(
      .balancer, stamp: (moment, nil, 0, time.end), severity: ProgramLine.severity(line, start + 21..<close),
      body: message..<range.upperBound)
  }

  /// `Wed Nov 25 02:01:00 2026: (VI_1) Entering MASTER STATE`: keepalived on its standard error (`lib/logger.c`).
  static func keepalived(_ line: Bytes, _ range: Range<Int>) -> ProgramLine? {
    let start = range.lowerBound
    guard range.count > 27, line.has(": ", at: start + 24), line[start + 3] == 0x20,
      let month = line.englishMonth(at: start + 4), let time = line.clock(at: start + 11),
      let year = line.decimal(start + 20..<start + 24), let day = line.decimal(line.trimmed(start + 8..<start + 10))
    else { return nil }
    let moment = CivilTime(
      year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: time.second)
    guard moment.isPlausible else { return nil }
    return ProgramLine(
      .balancer, stamp: (moment, nil, 0, start + 24), severity: nil, body: start + 26..<range.upperBound)
  }

  /// The words without a stamp, as in a journal: `Server api/cp2 is DOWN, …`, `[WARNING]  (8) : Server …`,
  /// `(VI_1) Entering MASTER STATE`, `nginx: [emerg] …`.
  static func bare(_ line: Bytes, _ range: Range<Int>) -> ProgramLine? {
    let start = range.lowerBound
    switch line[start] {
    case 0x46, 0x4D: return keepalived(line, range)  // Fri, Mon
    case 0x53 where line.has(": ", at: start + 24): return keepalived(line, range)  // Sat, Sun
    case 0x5B: return haproxy(line, range)
    case 0x6E:
      guard line.has("nginx: [", at: start), let close = line.first("] ", in: start + 8..<range.upperBound) else {
        return nil
      }
      return ProgramLine(
        .balancer, stamp: nil, severity: ProgramLine.severity(line, start + 8..<close),
        body: close + 2..<range.upperBound)
    case 0x28 where line.first(") ", in: start..<min(start + 40, range.upperBound)) != nil,
      0x53 where line.has("Server ", at: start) || line.has("Script `", at: start),
      0x56 where line.has("VRRP_", at: start), 0x62 where line.has("backend ", at: start),
      0x50 where line.has("Proxy ", at: start), 0x70 where line.has("proxy ", at: start):
      return ProgramLine(.balancer, stamp: nil, severity: nil, body: range)
    default: return nil
    }
  }

  /// `[WARNING] 327/143616 (8) : Server api/cp2 is DOWN, …`: HAProxy `src/errors.c`; since 2.4 without day and clock.
  private static func haproxy(_ line: Bytes, _ range: Range<Int>) -> ProgramLine? {
    let start = range.lowerBound
    guard line.has("[WARNING]", at: start) || line.has("[ALERT] ", at: start) || line.has("[NOTICE] ", at: start),
      let colon = line.first(") : ", in: start..<min(start + 48, range.upperBound)), colon + 4 < range.upperBound
    else { return nil }
    return ProgramLine(
      .balancer, stamp: nil, severity: ProgramLine.severity(line, start + 1..<colon), body: colon + 4..<range.upperBound
    )
  }
}
