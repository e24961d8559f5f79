/// A number of seconds as people say it, in at most two units: `48.2s`, `4m 12s`, `1h 52m`, `2d 3h`, `364d`, `9y 364d`.
///
/// Under a minute rounded to a tenth; above it cut and not rounded, because what is left must not look longer than it
/// is. From 8 days on hours are left out, as `kubectl` does; a year is 365 days. `-` for NaN and the infinities.
public func humanDuration(_ seconds: Double) -> String {
  guard seconds.isFinite else { return "-" }
  // Far beyond what a time in microseconds can span; keeps the conversion below from trapping.
  let length = min(seconds.magnitude, 1e15)
  let tenths = Int64((length * 10).rounded())
  if tenths == 0 { return "0s" }
  let sign = seconds < 0 ? "-" : ""
  if tenths < 600 { return sign + "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths % 10)") + "s" }

  // 59.97 s rounds to a minute above, so it has to be one here.
  let whole = max(Int64(length), 60)
  let (minutes, hours, days) = (whole / 60, whole / 3600, whole / 86400)
  let text =
    switch days {
    case 0 where hours == 0: units(minutes, "m", whole % 60, "s")
    case 0: units(hours, "h", minutes % 60, "m")
    case ..<8: units(days, "d", hours % 24, "h")
    case ..<(2 * 365): "\(days)d"
    default: units(days / 365, "y", days % 365, "d")
    }
  return sign + text
}

private func units(_ big: Int64, _ bigUnit: String, _ small: Int64, _ smallUnit: String) -> String {
  "\(big)\(bigUnit)" + (small == 0 ? "" : " \(small)\(smallUnit)")
}
