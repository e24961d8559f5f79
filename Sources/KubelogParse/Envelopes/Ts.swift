internal import KubelogScan

/// A stamp before each line and nothing else: moreutils' `ts` (`Nov 23 14:36:08 …`, `Nov 23 14:36:08.328635 …` for `%.T`,
/// `2026-11-23T14:36:08+0900 …`), `[2026-11-23 14:42:31.867871] …`, `[Mon Nov 23 14:42:31 2026] …`, `14:42:31: …`, the
/// stamps of GitHub Actions, of Jenkins and of `kubectl logs --timestamps`, and `I1123 14:36:08.328] …` of the
/// Kubernetes project's own jobs (test-infra `jenkins/bootstrap.py`, until 2020).
///
/// `ts -i` and `ts -s` (`00:00:05 …`) count from an unknown start: they are taken off and give no time.
enum Ts {
  static func open(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool {
    let (start, end) = (record.body.lowerBound, record.body.upperBound)
    if let (stamp, body) = jobStamp(line, record.body) {
      record.time = stamp.time(&out.clock) ?? record.time
      record.body = body
      return true
    }
    let isBracketed = line[start] == 0x5B
    let from = isBracketed ? start + 1 : start
    guard let stamp = stamp(line, at: from, isBracketed: isBracketed) else { return false }
    var next = stamp.end
    if isBracketed {
      guard next < end, line[next] == 0x5D else { return false }
      next += 1
    }
    if next < end, line[next] == 0x3A { next += 1 }
    // A date alone on its line is what `date` printed, not an envelope around nothing.
    guard next < end || isBracketed, let body = rest(line, after: next, to: end) else { return false }
    if !isBracketed, isAnothers(line, stamp, body, end) { return false }
    if case .clock = stamp.moment, body.isEmpty { return false }
    if PromptClock.isPrompt(line, body) {
      if !out.hasStampedLines { out.passPrompt(stamp.moment) }
    } else {
      out.hasStampedLines = true
    }
    record.time = stamp.time(&out.clock) ?? record.time
    record.body = body
    return true
  }

  /// `I1123 14:36:08.328] `: a letter for the stream, month and day, and a clock to the millisecond.
  private static func jobStamp(_ line: Bytes, _ range: Range<Int>) -> (Stamp, body: Range<Int>)? {
    let start = range.lowerBound
    guard range.count > 18, line[start + 18] == 0x5D, line[start] &- 0x41 < 26, line[start + 5] == 0x20,
      let month = line.twoDigits(at: start + 1), let day = line.twoDigits(at: start + 3),
      let time = line.clock(at: start + 6), time.digits == 3
    else { return nil }
    let civil = CivilTime(
      month: month, day: day, hour: time.hour, minute: time.minute, second: time.second,
      microsecond: time.microsecond)
    guard civil.isPlausible, let body = rest(line, after: start + 19, to: range.upperBound) else { return nil }
    return (Stamp(moment: .yearless(civil, digits: time.digits), end: start + 19), body)
  }

  private static func stamp(_ line: Bytes, at start: Int, isBracketed: Bool) -> Stamp? {
    if let stamp = Stamp.yearless(line, at: start) ?? Stamp.iso(line, at: start) ?? Stamp.clock(line, at: start) {
      return stamp
    }
    guard isBracketed, line.count - start > 24, line[start + 3] == 0x20,
      let stamp = YearlessStamp(line, at: start + 4), stamp.end + 5 <= line.count,
      let year = line.decimal(stamp.end + 1..<stamp.end + 5)
    else { return nil }
    var civil = stamp.civil
    civil.year = year
    return Stamp(moment: .civil(civil, zoneSeconds: nil, digits: stamp.digits), end: stamp.end + 5)
  }

  /// Whether the stamp is part of another envelope, or of etcd's old form (`2019-09-18 14:55:35.123456 W | …`).
  private static func isAnothers(_ line: Bytes, _ stamp: Stamp, _ body: Range<Int>, _ end: Int) -> Bool {
    if JournalText.Tail(line, after: stamp.end, to: end) != nil { return true }
    guard case .civil = stamp.moment else { return false }
    if CRI.Tail(line, after: stamp.end, to: end) != nil || GitLab.tail(line, after: stamp.end, to: end) != nil {
      return true
    }
    return body.count > 4 && line[body.lowerBound + 1] == 0x20 && line[body.lowerBound + 2] == 0x7C
  }

  private static func rest(_ line: Bytes, after end: Int, to limit: Int) -> Range<Int>? {
    guard end < limit else { return limit..<limit }
    return line[end] == 0x20 ? end + 1..<limit : line[end] == 0x09 ? end + 1..<limit : nil
  }
}
