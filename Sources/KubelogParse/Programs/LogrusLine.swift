internal import KubelogScan

/// `time="2026-11-23T14:36:16.123456789Z" level=warning msg="cleaning up …" error="…"`
///
/// Format: sirupsen/logrus `text_formatter.go` without colours, as containerd, CRI-O (a blank for the `T`), dockerd and
/// cri-dockerd write it. A message of one plain word stands without quotes.
enum LogrusLine {
  static func read(_ line: Bytes, _ range: Range<Int>) -> ProgramLine? {
    let start = range.lowerBound
    guard line.has("time=\"", at: start), let stamp = line.isoStamp(at: start + 6),
      line.has("\" level=", at: stamp.end)
    else { return nil }
    let level = stamp.end + 8
    let levelEnd = line.end(of: isTokenByte, from: level, to: range.upperBound)
    guard let key = line.first(" msg=", in: levelEnd..<range.upperBound), key + 5 < range.upperBound else { return nil }
    let message = line[key + 5] == 0x22 ? key + 6 : key + 5
    guard message < range.upperBound else { return nil }
    return ProgramLine(
      .logrus, stamp: stamp, severity: ProgramLine.severity(line, level..<levelEnd), body: message..<range.upperBound)
  }
}
