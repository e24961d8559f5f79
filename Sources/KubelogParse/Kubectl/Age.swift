internal import KubelogScan

/// An age as kubectl prints it: `2m26s`, `9d`, `2y30d`.
///
/// Format: apimachinery `pkg/util/duration`; whole numbers of at most two units, cut off, so that the age lies within
/// one of the lowest unit above it. Until 1.11 one unit only.
struct Age: Equatable {
  var seconds: Int
  /// How much more it may be, in seconds; 0 where the age is not known.
  var span: Int

  /// No object is older than the calendar: ten thousand years.
  private static let longest = 10_000 * 365 * 86_400

  init?(_ line: Bytes, _ range: Range<Int>) {
    (seconds, span) = (0, 0)
    guard range.count > 1, range.count <= 24 else { return nil }
    if line[range.lowerBound] == 0x3C {  // <
      guard range.count == 9, line.has("<unknown>", at: range.lowerBound) || line.has("<invalid>", at: range.lowerBound)
      else { return nil }
      return
    }
    var index = range.lowerBound
    while index < range.upperBound {
      let digits = line.end(of: isDigit, from: index, to: range.upperBound)
      guard digits < range.upperBound, let number = line.decimal(index..<digits), number < 1_000_000 else { return nil }
      switch line[digits] {
      case 0x79: span = 365 * 86_400
      case 0x64: span = 86_400
      case 0x68: span = 3_600
      case 0x6D: span = 60
      case 0x73: span = 1
      default: return nil
      }
      seconds += number * span
      guard seconds <= Self.longest else { return nil }
      index = digits + 1
    }
  }
}
