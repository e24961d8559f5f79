internal import KubelogScan

/// A line of `--logging-format=json`, one object a line:
/// `{"ts":1795445417469.1155,"caller":"app/server.go:440","msg":"Kubelet version","v":0,"kubeletVersion":"v1.22.4"}`
///
/// Format: component-base `logs/json/json.go`; `ts` is milliseconds since 1970 UTC with a fraction. `v` is the verbosity
/// of what is no error. Up to 1.20 there is no `caller`; up to 1.22 errors have a `v` as well: behind `err` where there
/// are no other values, before them all otherwise, and then nothing tells them from a message that has an `err` among its
/// values. Warnings are not told from messages by any version.
struct KlogJSON {
  /// Microseconds since 1970 UTC.
  let moment: Int64
  /// Whether it is an error, as far as that is told.
  let isError: Bool
  /// Whether `err` may as well have been printed first, as text has it for errors.
  let mayBeError: Bool
  private let caller: Range<Int>?
  private let message: Range<Int>
  private let logger: Range<Int>?
  private let err: JSONValue?
  private let body: Range<Int>

  /// The entry that fills `body`; nil where it is none: cut, or another program's (zap's own has `level`, etcd's `ts` is
  /// a text).
  init?(_ line: Bytes, _ body: Range<Int>) {
    guard line.has("{\"ts\":", at: body.lowerBound), var members = JSONMembers(line, in: body),
      let first = members.next(line), first.value.kind == .number,
      let moment = Self.microseconds(line, first.value.range)
    else { return nil }
    var caller: Range<Int>?, message: Range<Int>?, logger: Range<Int>?, err: JSONValue?
    var isVerbosityBeforeErr: Bool?
    var isErrLast = false
    while let member = members.next(line) {
      if member.value.kind == .text, caller == nil, line.fills(member.name, "caller") {
        caller = member.value.range
      } else if member.value.kind == .text, message == nil, line.fills(member.name, "msg") {
        message = member.value.range
      } else if member.value.kind == .text, message == nil, line.fills(member.name, "logger") {
        logger = member.value.range
      } else if member.value.kind == .number, isVerbosityBeforeErr == nil, line.fills(member.name, "v") {
        isVerbosityBeforeErr = err == nil
      } else if err == nil, line.fills(member.name, "err") {
        err = member.value
        isErrLast = true
      } else if line.fills(member.name, "level") {
        return nil
      } else if !line.fills(member.name, "errCauses"), !line.fills(member.name, "errVerbose") {
        isErrLast = false
      }
    }
    guard members.end == line.trimmed(body).upperBound, let message, caller != nil || isVerbosityBeforeErr != nil
    else { return nil }
    (self.moment, self.caller, self.message, self.logger, self.err) = (moment, caller, message, logger, err)
    self.body = body
    isError = isVerbosityBeforeErr != true
    mayBeError = !isError && isErrLast
  }

  /// Milliseconds with a fraction, in microseconds; nil for what cannot be those of a log of our time.
  private static func microseconds(_ line: Bytes, _ range: Range<Int>) -> Int64? {
    let point = line.end(of: isDigit, from: range.lowerBound, to: range.upperBound)
    guard let whole = line.decimal(range.lowerBound..<point), whole >= 100_000_000_000, whole < 100_000_000_000_000
    else { return nil }
    var fraction = 0
    if point < range.upperBound {
      let end = line.end(of: isDigit, from: point + 1, to: range.upperBound)
      guard line[point] == 0x2E, end == range.upperBound, end > point + 1 else { return nil }
      for place in 0..<3 {
        fraction = fraction * 10 + (point + 1 + place < end ? Int(line[point + 1 + place] - 0x30) : 0)
      }
    }
    return Int64(whole * 1000 + fraction)
  }

  // MARK: As text

  /// Puts into `out` what stands before the entry in its line, and the line that the text format would have made of it,
  /// its clock in UTC; the header of that line. The same rules then read both.
  ///
  /// `errFirst`: for an entry that may be an error, as one.
  func write(_ line: Bytes, process: Int, errFirst: Bool = false, into out: inout [UInt8]) -> KlogHeader? {
    out.removeAll(keepingCapacity: true)
    line.append(0..<body.lowerBound, to: &out)
    writeHead(line, process: process, isError: isError || errFirst, into: &out)
    let isFree = !writeMessage(line, into: &out)
    if !isFree {
      let leads = isError || errFirst
      if leads, let err { writePair(line, "err", err, into: &out) }
      if let logger { writePair(line, "logger", JSONValue(kind: .text, range: logger), into: &out) }
      writeValues(line, withErr: !leads, into: &out)
    }
    return KlogHeader(out.span, body.lowerBound..<out.count)
  }

  /// `E1123 14:36:16.123456     506 server.go:440] `
  private func writeHead(_ line: Bytes, process: Int, isError: Bool, into out: inout [UInt8]) {
    let time = civil(utc: moment)
    out.append(isError ? 0x45 : 0x49)
    for (value, digits, mark) in [
      (time.month, 2, 0), (time.day, 2, 0x20), (time.hour, 2, 0x3A), (time.minute, 2, 0x3A), (time.second, 2, 0x2E),
      (time.microsecond, 6, 0x20),
    ] as [(Int, Int, UInt8)] {
      GoTime.appendDecimal(value, digits: digits, to: &out)
      if mark != 0 { out.append(mark) }
    }
    let id = String(process)
    out.append(contentsOf: repeatElement(0x20, count: max(0, 7 - id.utf8.count)))
    out.append(contentsOf: id.utf8)
    out.append(0x20)
    var name = caller ?? 0..<0
    for index in name where line[index] == 0x2F { name = index + 1..<name.upperBound }
    let colon = line.first(0x3A, in: name)
    let isPlain = line.end(
      of: { isWordByte($0) && $0 != 0x5D && $0 != 0x5C }, from: name.lowerBound, to: name.upperBound)
    if let colon, colon > name.lowerBound, isPlain == name.upperBound,
      line.decimal(colon + 1..<name.upperBound) != nil
    {
      line.append(name, to: &out)
    } else {
      // As klog names a source that it does not know.
      out.append(contentsOf: "???:1".utf8)
    }
    out.append(0x5D)
    out.append(0x20)
  }

  /// Writes the message. False where it was free text: klog hands that over with its line end, and without values.
  private func writeMessage(_ line: Bytes, into out: inout [UInt8]) -> Bool {
    guard message.count >= 2, line.has("\\n", at: message.upperBound - 2) else {
      writeText(line, message, into: &out)
      return true
    }
    let start = out.count
    line.decodeJSONText(message, into: &out)
    guard out.last == 0x0A else {
      out.removeLast(out.count - start)
      writeText(line, message, into: &out)
      return true
    }
    // Of several lines text has the first behind the header.
    let end = out[start...].firstIndex(of: 0x0A) ?? out.count
    out.removeLast(out.count - end)
    return false
  }

  private func writeValues(_ line: Bytes, withErr: Bool, into out: inout [UInt8]) {
    guard var members = JSONMembers(line, in: body) else { return }
    var isPastErr = false, isPastVerbosity = false, isPastMessage = false
    while let member = members.next(line) {
      if !isPastMessage {
        isPastMessage = line.fills(member.name, "msg")
        continue
      }
      if !isPastVerbosity, line.fills(member.name, "v") {
        isPastVerbosity = true
        continue
      }
      if !isPastErr, line.fills(member.name, "err") {
        isPastErr = true
        if !withErr { continue }
      }
      // zap's own additions to an error.
      if isPastErr, line.fills(member.name, "errCauses") || line.fills(member.name, "errVerbose") { continue }
      out.append(0x20)
      line.append(member.name, to: &out)
      writeValue(line, member.value, into: &out)
    }
  }

  private func writePair(_ line: Bytes, _ key: String, _ value: JSONValue, into out: inout [UInt8]) {
    out.append(0x20)
    out.append(contentsOf: key.utf8)
    writeValue(line, value, into: &out)
  }

  private func writeValue(_ line: Bytes, _ value: JSONValue, into out: inout [UInt8]) {
    out.append(0x3D)
    if value.kind == .text {
      writeText(line, value.range, into: &out)
    } else {
      line.append(value.range, to: &out)
    }
  }

  /// Writes a JSON text as Go quotes it: mostly the same bytes.
  private func writeText(_ line: Bytes, _ range: Range<Int>, into out: inout [UInt8]) {
    var isSame = true
    var index = range.lowerBound
    while isSame, index < range.upperBound {
      let byte = line[index]
      if byte == 0x5C {
        let letter = index + 1 < range.upperBound ? line[index + 1] : 0
        isSame = letter == 0x22 || letter == 0x5C || letter == 0x6E || letter == 0x74 || letter == 0x72
        index += 1
      } else {
        isSame = byte >= 0x20 && byte < 0x7F
      }
      index += 1
    }
    if isSame {
      out.append(0x22)
      line.append(range, to: &out)
      out.append(0x22)
    } else {
      var text: [UInt8] = []
      line.decodeJSONText(range, into: &text)
      GoQuote.encode(text.span, 0..<text.count, into: &out)
    }
  }
}
