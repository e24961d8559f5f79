internal import KubelogScan

/// etcd's two forms of log, also written by the etcd client inside kubeadm and the API server.
enum EtcdLine {
  /// `{"level":"warn","ts":"2026-11-23T14:36:16.123456Z","caller":"etcdserver/util.go:170","msg":"apply request took too long",…}`
  ///
  /// Format: zap's JSON encoder with the keys of etcd `client/pkg/logutil/zap.go`, since 3.4; `ts` is a text, with a zone of
  /// `Z` or `+0800`, in some builds seconds since 1970 as a number.
  static func json(_ line: Bytes, _ range: Range<Int>) -> ProgramLine? {
    let start = range.lowerBound
    guard line.has("{\"level\":\"", at: start), let levelEnd = line.first(0x22, in: start + 10..<range.upperBound),
      line.has("\",\"ts\":", at: levelEnd),
      let message = line.first("\"msg\":\"", in: levelEnd..<range.upperBound)
    else { return nil }
    let value = levelEnd + 7
    var stamp: ProgramLine.Stamp?
    if value < range.upperBound, line[value] == 0x22 {
      stamp = line.isoStamp(at: value + 1)
    } else {
      let end = line.end(of: { isDigit($0) || $0 == 0x2E }, from: value, to: range.upperBound)
      if let seconds = Double(line.text(value..<end)), seconds > 0, seconds < 1e11 {
        stamp = (civil(utc: Int64(seconds * 1_000_000)), 0, 6, end)
      }
    }
    return ProgramLine(
      .etcd, stamp: stamp, severity: ProgramLine.severity(line, start + 10..<levelEnd),
      body: message + 7..<range.upperBound)
  }

  /// `2019-09-18 14:55:35.123456 W | etcdserver: read-only range request … took too long`
  ///
  /// Format: coreos/pkg capnslog `formatters.go` PrettyFormatter, up to etcd 3.4. The stamp is local time without a zone:
  /// kubeadm's etcd runs in a container, where that is UTC. An envelope of stamps may have taken it off already.
  static func text(_ line: Bytes, _ range: Range<Int>) -> ProgramLine? {
    var letter = range.lowerBound
    var stamp: ProgramLine.Stamp?
    if isDigit(line[letter]) {
      guard let found = line.isoStamp(at: letter), found.zoneSeconds == nil, found.end < range.upperBound,
        line[found.end] == 0x20
      else { return nil }
      stamp = (found.civil, 0, found.digits, found.end)
      letter = found.end + 1
    }
    guard letter + 4 < range.upperBound, line.has(" | ", at: letter + 1) else { return nil }
    let severity: Severity
    switch line[letter] {
    case 0x43, 0x45: severity = .error  // C, E
    case 0x57: severity = .warning
    case 0x4E, 0x49, 0x44, 0x54: severity = .info  // N, I, D, T
    default: return nil
    }
    let body = letter + 4..<range.upperBound
    let name = line.end(of: { isTokenByte($0) || $0 == 0x2F || $0 == 0x2D }, from: body.lowerBound, to: body.upperBound)
    guard name > body.lowerBound, line.has(": ", at: name) else { return nil }
    return ProgramLine(.etcd, stamp: stamp, severity: severity, body: body)
  }
}
