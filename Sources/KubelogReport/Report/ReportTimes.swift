/// Times and durations as a report says them.
struct ReportTimes {
  let zone: LocalZone
  let now: Int64
  /// The day that most of the report is about: its times need no date.
  let day: String

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  init(zone: LocalZone, now: Int64, first: Int64?) {
    (self.zone, self.now) = (zone, now)
    day = String(localTime(first ?? now, zone).split(separator: " ")[0])
  }

  /// The zone's abbreviation.
  var zoneName: String { zone.offset(now).name }

  /// `14:32:36`; `24 Nov 14:32:36` on another day, `24 Nov 2027` in another year, where the hour says nothing.
  func clock(_ time: Int64) -> String {
    let (date, clock) = parts(time)
    if date == day { return clock }
    guard date.prefix(5) == day.prefix(5) else { return self.date(time) }
    return "\(dayAndMonth(date)) \(clock)"
  }

  /// The same, `≈` before it where it is `approximate`, and words where it is not known.
  func clock(_ time: Int64?, approximate: Bool = false) -> String {
    time.map { (approximate ? "≈\u{A0}" : "") + clock($0) } ?? "not known"
  }

  /// `23 Nov 2026`.
  func date(_ time: Int64) -> String {
    let date = parts(time).date
    return "\(dayAndMonth(date)) \(date.prefix(4))"
  }

  /// `23 Nov 2026, 14:32:36`.
  func full(_ time: Int64) -> String { "\(date(time)), \(parts(time).clock)" }

  /// `2026-11-23 14:32:36.332`, as mermaid takes it.
  func mermaid(_ time: Int64) -> String {
    let thousandths = (time % 1_000_000 + 1_000_000) % 1_000_000 / 1000
    return localTime(time, zone) + "." + String(repeating: "0", count: 3 - String(thousandths).count)
      + String(thousandths)
  }

  /// The label of a tick of an axis whose ticks are `step` seconds apart.
  func tick(_ time: Int64, step: Int64) -> String {
    let (date, clock) = parts(time)
    if step >= 364 * 86_400 { return String(date.prefix(4)) }
    if step >= 28 * 86_400 { return String(dayAndMonth(date).drop { $0 != " " }.dropFirst()) + " \(date.prefix(4))" }
    if step >= 86_400 || clock == "00:00:00" { return dayAndMonth(date) }
    return step < 60 ? clock : String(clock.prefix(5))
  }

  /// The firsts of every `months`th month from `from` to `to`, at midnight of local time.
  func firsts(_ from: Int64, _ to: Int64, every months: Int) -> [Int64] {
    let date = parts(from).date.split(separator: "-").compactMap { Int($0) }
    guard date.count == 3 else { return [] }
    var month = (date[0] * 12 + date[1] - 1) / months * months
    var firsts: [Int64] = []
    while firsts.count < 100 {
      // Days since 1970 of a date in the Gregorian calendar whose year begins with March.
      let (year, nth) = ((month - 2) / 12, (month - 2) % 12)
      let days = year * 365 + year / 4 - year / 100 + year / 400 + (153 * nth + 2) / 5 - 719_468
      let utc = Int64(days) * 86_400_000_000
      let first = utc - Int64(zone.offset(utc).seconds) * 1_000_000
      if first > to { break }
      if first >= from { firsts.append(first) }
      month += months
    }
    return firsts
  }

  /// The microseconds from a multiple of `step` seconds of local time to `time`.
  func beyondStep(_ time: Int64, step: Int64) -> Int64 {
    let local = time + Int64(zone.offset(time).seconds) * 1_000_000
    let rest = local % (step * 1_000_000)
    return rest < 0 ? rest + step * 1_000_000 : rest
  }

  private func parts(_ time: Int64) -> (date: String, clock: String) {
    let parts = localTime(time, zone).split(separator: " ").map(String.init)
    return (parts[0], parts[1])
  }

  private func dayAndMonth(_ date: String) -> String {
    let parts = date.split(separator: "-").map(String.init)
    // The years before 1 have a sign in front, and no log has them.
    guard parts.count == 3, let month = Int(parts[1]), let day = Int(parts[2]), Self.months.indices.contains(month - 1)
    else { return date }
    return "\(day) \(Self.months[month - 1])"
  }
}
