internal import KubelogScan

/// Docker's json-file log: `{"log":"message\n","stream":"stderr","time":"2026-11-23T14:36:16.123456789Z"}`.
///
/// Format: moby `daemon/logger/jsonfilelog`. A `log` without a line end is a part of a line.
enum Docker {
  /// Puts the words of the line into `text`; false where the object is none of Docker's.
  static func read(
    _ line: Bytes, _ range: Range<Int>, into text: inout [UInt8], _ record: inout Record, _ out: inout Output
  ) -> Bool {
    guard line.first("\"log\":", in: range) != nil, var members = JSONMembers(line, in: range) else { return false }
    var (log, time): (Range<Int>?, Range<Int>?)
    while let member = members.next(line) {
      guard member.value.kind == .text else { continue }
      if line.fills(member.name, "log") { log = member.value.range }
      if line.fills(member.name, "time") { time = member.value.range }
    }
    guard let log, let time, let stamp = Stamp.iso(line, at: time.lowerBound) else { return false }
    line.decodeJSONText(log, into: &text)
    record.time = stamp.time(&out.clock) ?? record.time
    record.isPart = text.last != 0x0A
    if !record.isPart { text.removeLast() }
    record.body = 0..<text.count
    return true
  }
}
