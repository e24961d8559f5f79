internal import KubelogScan

/// Seconds of a duration as people and Go write it: `30m`, `2h`, `1h30m`, `90` (seconds), `7d`; nil for anything else.
public func seconds(_ text: String) -> Double? {
  if let number = Double(text), number >= 0, number.isFinite { return number }
  let bytes = Array(text.utf8)
  if let days = text.firstIndex(of: "d"), let number = Double(text[..<days]), number >= 0, number.isFinite {
    let rest = String(text[text.index(after: days)...])
    if rest.isEmpty { return number * 86_400 }
    return seconds(rest).map { $0 + number * 86_400 }
  }
  return bytes.span.goDuration(0..<bytes.count)
}

/// Microseconds since 1970 UTC of an RFC 3339 time or a date; without an offset it is UTC. Nil for anything else.
public func microseconds(_ text: String) -> Int64? {
  let bytes = Array(text.utf8)
  let span = bytes.span
  if let stamp = span.isoStamp(at: 0), stamp.end == bytes.count {
    return stamp.civil.microsecondsAsUTC - Int64(stamp.zoneSeconds ?? 0) * 1_000_000
  }
  if bytes.count == 10, let date = span.isoDate(at: 0) {
    return CivilTime(year: date.year, month: date.month, day: date.day).microsecondsAsUTC
  }
  return nil
}
