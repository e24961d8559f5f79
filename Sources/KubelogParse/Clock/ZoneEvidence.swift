public import KubelogScan

/// What tells the zone of stamps that name none: a line that carries such a stamp and the same moment in UTC as well.
///
/// The kubelet writes its node's condition in full: `I1123 23:36:16.123456     506 setters.go:580] "Node became not ready"
/// node="cp1" condition={"type":"Ready",…,"lastHeartbeatTime":"2026-11-23T14:36:16Z",…}` (1.28 and later).
public enum ZoneEvidence {
  /// How far the two may lie apart, and the step in which zones differ, microseconds.
  private static let (tolerance, step): (Int64, Int64) = (90_000_000, 900_000_000)
  /// How many lines are looked at.
  private static let most = 8

  /// The zone that the lines of `text` prove, in seconds east of UTC; nil where they prove none, or two.
  public static func seconds(in text: Bytes) -> Int? {
    var found: Int?
    var start = 0
    for _ in 0..<most {
      guard let place = text.first("\"lastHeartbeatTime\":\"", in: start..<text.count) else { break }
      start = place + 21
      guard let heartbeat = text.isoStamp(at: start), heartbeat.zoneSeconds == 0,
        let local = stamp(text, before: place, year: heartbeat.civil.year)
      else { continue }
      let difference = local - heartbeat.civil.microsecondsAsUTC
      let zone = (Double(difference) / Double(step)).rounded()
      guard abs(difference - Int64(zone) * step) <= tolerance, abs(zone) <= 56 else { continue }
      let seconds = Int(zone) * 900
      guard found == nil || found == seconds else { return nil }
      found = seconds
    }
    return found
  }

  /// What a clock showed when the line was written, read as if it were UTC: the journal's stamp, else the klog header's.
  private static func stamp(_ text: Bytes, before place: Int, year: Int) -> Int64? {
    var start = place
    while start > 0, place - start < 4_096, text[start - 1] != 0x0A { start -= 1 }
    var civil: CivilTime
    if let header = KlogHeader(text, start..<place) {
      civil = header.civil
    } else if let stamp = YearlessStamp(text, at: start) {
      civil = stamp.civil
    } else {
      return nil
    }
    civil.year = year
    return civil.isPlausible ? civil.microsecondsAsUTC : nil
  }
}
