internal import KubelogScan

/// A stamp put before each line by moreutils' `ts`: `Nov 23 14:36:08 …`, `Nov 23 14:36:08.328635 …` (`%.T`),
/// `2026-11-23T14:36:08+0900 …`, `[2026-11-23 14:42:31.867871] …`.
///
/// `ts -i` and `ts -s` (`00:00:05 …`) count from an unknown start: they are taken off and give no time.
enum Ts {
  static func open(_ line: Bytes, _ record: inout Record, _ clock: inout SourceClock) -> Bool {
    if let stamp = YearlessStamp(line, at: 0), let body = rest(line, after: stamp.end) {
      record.time = clock.time(ofYearless: stamp.civil, digits: stamp.digits)
      record.body = body
      return true
    }
    let bracket = line[0] == 0x5B ? 1 : 0
    if let stamp = line.isoStamp(at: bracket) {
      var end = stamp.end
      if bracket == 1 {
        guard end < line.count, line[end] == 0x5D else { return false }
        end += 1
      }
      // A date alone on its line is what `date` printed, not an envelope around nothing.
      guard end < line.count, let body = rest(line, after: end) else { return false }
      record.time = clock.time(of: stamp)
      record.body = body
      return true
    }
    if let counted = line.clock(at: 0), let body = rest(line, after: counted.end), !body.isEmpty {
      record.body = body
      return true
    }
    return false
  }

  private static func rest(_ line: Bytes, after end: Int) -> Range<Int>? {
    guard end < line.count else { return end..<end }
    return line[end] == 0x20 ? end + 1..<line.count : nil
  }
}
