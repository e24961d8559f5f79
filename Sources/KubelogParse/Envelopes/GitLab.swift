internal import KubelogScan

/// A line of a GitLab job with time stamps: `2026-11-23T14:36:16.123456Z 01O message`, stream number, `O` or `E`; a `+`
/// behind it where the line goes on with the one before.
enum GitLab {
  static func open(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool {
    let end = record.body.upperBound
    guard let stamp = Stamp.iso(line, at: record.body.lowerBound), let body = tail(line, after: stamp.end, to: end)
    else { return false }
    record.time = stamp.time(&out.clock) ?? record.time
    record.body = body
    return true
  }

  static func tail(_ line: Bytes, after stamp: Int, to end: Int) -> Range<Int>? {
    guard stamp + 4 <= end, stamp + 3 < line.count, line[stamp] == 0x20, isHexByte(line[stamp + 1]),
      isHexByte(line[stamp + 2]), line[stamp + 3] == 0x4F || line[stamp + 3] == 0x45
    else { return nil }
    guard stamp + 4 == end || line[stamp + 4] == 0x20 || line[stamp + 4] == 0x2B else { return nil }
    return min(stamp + 5, end)..<end
  }
}
