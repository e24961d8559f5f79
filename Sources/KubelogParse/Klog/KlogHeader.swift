internal import KubelogScan

/// The head of a klog line: `I1123 14:36:16.123456     506 kubelet.go:74] message`.
///
/// Format: klog `internal/buffer/buffer.go`; severity letter, month, day, clock of the process's own zone, process id
/// right-aligned in seven columns, source file, line, `] `.
struct KlogHeader: Equatable {
  /// `I`, `W`, `E` or `F`.
  var letter: UInt8
  /// The stamp; its year is 0.
  var civil: CivilTime
  /// The process id.
  var process: Int
  /// The base name of the source file.
  var file: Range<Int>
  /// What follows `] `.
  var body: Range<Int>
  /// What of that stands on the header's own line, by which it is known again: all of it but for a block's lines.
  var ownLine: Range<Int>

  /// The header at the start of `range`, nil if there is none.
  init?(_ line: Bytes, _ range: Range<Int>) {
    let start = range.lowerBound
    guard range.count > 30 else { return nil }
    letter = line[start]
    guard letter == 0x49 || letter == 0x57 || letter == 0x45 || letter == 0x46,
      let month = line.twoDigits(at: start + 1), let day = line.twoDigits(at: start + 3),
      line[start + 5] == 0x20, let time = line.clock(at: start + 6), time.digits == 6
    else { return nil }
    civil = CivilTime(
      month: month, day: day, hour: time.hour, minute: time.minute, second: time.second,
      microsecond: time.microsecond)
    guard civil.isPlausible else { return nil }
    let idStart = line.end(of: { $0 == 0x20 }, from: time.end, to: range.upperBound)
    let idEnd = line.end(of: isDigit, from: idStart, to: range.upperBound)
    guard let id = line.decimal(idStart..<idEnd), idEnd < range.upperBound, line[idEnd] == 0x20 else { return nil }
    process = id
    let fileEnd = line.end(of: { $0 != 0x3A && $0 != 0x20 && $0 != 0x5D }, from: idEnd + 1, to: range.upperBound)
    let lineEnd = line.end(of: isDigit, from: fileEnd + 1, to: range.upperBound)
    guard fileEnd > idEnd + 1, lineEnd > fileEnd + 1, lineEnd < range.upperBound, line[fileEnd] == 0x3A,
      line[lineEnd] == 0x5D
    else { return nil }
    file = idEnd + 1..<fileEnd
    let bodyStart = lineEnd + 1 < range.upperBound && line[lineEnd + 1] == 0x20 ? lineEnd + 2 : lineEnd + 1
    body = min(bodyStart, range.upperBound)..<range.upperBound
    ownLine = body
  }

  /// klog's letter as a severity.
  var severity: Severity {
    switch letter {
    case 0x49: .info
    case 0x57: .warning
    default: .error
    }
  }
}
