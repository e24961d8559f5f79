internal import KubelogScan

extension SessionMachine {
  mutating func takeFinding(_ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output) -> Bool {
    let isError = line[body.lowerBound + 1] == 0x45
    let nameStart = body.lowerBound + (isError ? 7 : 9)
    guard nameStart < body.upperBound, let bracket = line.first(0x5D, in: nameStart..<body.upperBound),
      bracket > nameStart,
      bracket + 1 < body.upperBound, line[bracket + 1] == 0x3A
    else { return false }
    if session == nil { begin(.unknown, record, host: out.host(of: record), &out) }
    session?.finishFinding(&out)
    session?.pass(line, body, out)
    session?.announce(&out)
    session?.envelopeTime = record.time
    session?.beginFinding(
      isError: isError, check: line.text(nameStart..<bracket),
      text: Masker.text(line, line.trimmed(bracket + 2..<body.upperBound), keysAnywhere: true), out)
    return true
  }

  mutating func takeFailure(_ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output) -> Bool {
    // After 1.34's block at the start of the line the same failure is said once more.
    if session.map({ $0.isOver && $0.facts.outcome != .failed }) ?? true {
      begin(.unknown, record, host: out.host(of: record), &out)
    }
    session?.finishFinding(&out)
    session?.finishUpload(&out)
    session?.pass(line, body, out)
    session?.announce(&out)
    session?.envelopeTime = record.time
    let start = line.has("error: ", at: body.lowerBound) ? body.lowerBound + 7 : body.lowerBound
    session?.fail(Masker.text(line, start..<body.upperBound, keysAnywhere: true), out)
    // Where a copy joined the lines of the failed checks.
    var next = line.first("occurred: [ERROR ", in: body).map { $0 + 10 }
    while let from = next, from < body.upperBound {
      next = line.first(" [ERROR ", in: from + 1..<body.upperBound).map { $0 + 1 }
      var part = record
      part.body = from..<(next ?? body.upperBound)
      guard takeFinding(line, part, part.body, &out) else { break }
    }
    return true
  }

  mutating func takeStackTraceHint(
    _ line: Bytes, _ record: Record, _ body: Range<Int>, _ out: inout Output
  ) {
    if session?.isOver ?? true, session?.failure == nil, let stray {
      // A command that did not get as far as its first line.
      if session?.facts.outcome != .failed {
        begin(Self.command(failingWith: stray.text), record, host: out.host(of: record), &out)
        let text = Array(stray.text.utf8)
        session?.pass(text.span, 0..<text.count, out)
        session?.announce(&out)
        session?.fail(stray.text, out)
      }
    } else if let text = session?.trail.last, session?.failure == nil, session?.facts.outcome == .incomplete {
      session?.fail(text, out)
    }
    session?.finishFinding(&out)
    session?.pass(line, body, out)
    session?.finishFailure(&out)
    session?.isOver = true
    stray = nil
  }

  /// The command that fails with these words and no other.
  private static func command(failingWith text: String) -> SessionFacts.Command {
    if text.hasPrefix("failed to delete bootstrap token") { return .tokenDelete }
    if text.hasPrefix("a token with id \"") { return .tokenCreate }
    if text.hasPrefix("failed to list bootstrap tokens") { return .tokenList }
    return .unknown
  }
}
