internal import KubelogScan

/// journalctl's default form: `Nov 23 14:36:16 cp3 kubelet[506]: message`.
///
/// Format: systemd `src/shared/logs-show.c`, output modes short and short-precise (`14:36:16.123456`). Local time, no
/// year, no zone. rsyslog's traditional files read the same but for a blank-padded day.
enum JournalShort {
  static func open(_ line: Bytes, _ record: inout Record, _ clock: inout SourceClock) -> Bool {
    guard let stamp = YearlessStamp(line, at: 0), stamp.end < line.count, line[stamp.end] == 0x20 else { return false }
    let hostStart = stamp.end + 1
    let hostEnd = line.end(of: { isWordByte($0) && $0 != 0x3A && $0 != 0x5B }, from: hostStart)
    guard hostEnd > hostStart, hostEnd < line.count, line[hostEnd] == 0x20 else { return false }
    let nameStart = hostEnd + 1
    let nameEnd = line.end(of: { isWordByte($0) && $0 != 0x3A && $0 != 0x5B }, from: nameStart)
    guard nameEnd > nameStart, nameEnd < line.count else { return false }
    var end = nameEnd
    if line[end] == 0x5B {
      let digits = line.end(of: isDigit, from: end + 1)
      guard let process = line.decimal(end + 1..<digits), digits + 1 < line.count, line[digits] == 0x5D else {
        return false
      }
      record.process = process
      end = digits + 1
    }
    guard line[end] == 0x3A, end + 1 == line.count || line[end + 1] == 0x20 else { return false }
    record.time = clock.time(ofYearless: stamp.civil, digits: stamp.digits)
    record.host = hostStart..<hostEnd
    record.identifier = nameStart..<nameEnd
    record.body = Swift.min(end + 2, line.count)..<line.count
    return true
  }
}

/// `Nov 23 14:36:16` or `Nov  3 14:36:16.123456`: a stamp without year and zone.
struct YearlessStamp {
  var civil: CivilTime
  /// Digits of the fraction.
  var digits: Int
  /// The offset after it.
  var end: Int

  init?(_ line: Bytes, at start: Int) {
    guard let month = line.englishMonth(at: start), line.count - start > 15, line[start + 3] == 0x20,
      line[start + 6] == 0x20, let time = line.clock(at: start + 7)
    else { return nil }
    let tens = line[start + 4] == 0x20 ? 0 : Int(line[start + 4] &- 0x30)
    let ones = Int(line[start + 5] &- 0x30)
    guard tens < 4, ones < 10, tens + ones > 0 else { return nil }
    civil = CivilTime(
      month: month, day: tens * 10 + ones, hour: time.hour, minute: time.minute, second: time.second,
      microsecond: time.microsecond)
    guard civil.isPlausible else { return nil }
    (digits, end) = (time.digits, time.end)
  }
}
