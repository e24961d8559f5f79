internal import KubelogScan

/// Lines without a header that belong to the klog line before them: further lines of a free text, and the stacks of a
/// program that died (`F` lines of klog before 2.60, `panic:`), Go's `runtime/traceback.go`:
///
///     goroutine 1 [running]:
///     k8s.io/kubernetes/cmd/kubelet/app.run(0xc000010001, {0x1, 0x2})
///     →	/workspace/cmd/kubelet/app/server.go:123 +0x1d
///     created by main.main in goroutine 17
///
/// There is one of these for each stream. It is asked for lines that nobody else knows: they say nothing of their own,
/// and are nothing new either.
struct KlogContinuation {
  private enum Place { case elsewhere, text, stack }
  private var place = Place.elsewhere
  private var lines = 0

  /// The most lines that one text of klog's is taken to have.
  private static let mostLines = 500

  /// A klog line with these words came. Structured ones are always one line, or a block.
  mutating func passKlog(_ line: Bytes, _ body: Range<Int>) {
    let isFree = body.first.map { line[$0] != 0x22 } ?? true
    place = isFree ? .text : .elsewhere
    lines = 0
  }

  /// Something else came that has readers of its own.
  mutating func interrupted() { place = .elsewhere }

  /// Whether a line without header goes on with what came before, or is part of a stack wherever it stands.
  mutating func take(_ line: Bytes, _ body: Range<Int>) -> Bool {
    if Self.beginsStack(line, body) || Self.isFrame(line, body) {
      place = .stack
      return true
    }
    switch place {
    case .elsewhere: return false
    case .text:
      lines += 1
      if lines < Self.mostLines { return true }
    case .stack:
      if Self.standsInStack(line, body) { return true }
    }
    place = .elsewhere
    return false
  }

  /// `goroutine 12 [chan receive, 5 minutes]:`, `panic: …`, `fatal error: …`, `[signal SIGSEGV: …]`
  private static func beginsStack(_ line: Bytes, _ body: Range<Int>) -> Bool {
    guard let first = body.first else { return false }
    switch line[first] {
    case 0x67:
      guard line.has("goroutine ", at: first) else { return false }
      let digits = line.end(of: isDigit, from: first + 10, to: body.upperBound)
      return digits > first + 10 && line.has(" [", at: digits)
    case 0x70: return line.has("panic: ", at: first) || line.has("panic({", at: first)
    case 0x66: return line.has("fatal error: ", at: first)
    case 0x5B: return line.has("[signal SIG", at: first)
    default: return false
    }
  }

  /// `→	/workspace/cmd/kubelet/app/server.go:123 +0x1d`, and without the offset as pkg/errors prints it with `%+v`
  private static func isFrame(_ line: Bytes, _ body: Range<Int>) -> Bool {
    guard let first = body.first else { return false }
    let start = line.has("#011", at: first) ? first + 4 : first + 1
    guard line[first] == 0x09 || start == first + 4,
      let go = line.first(".go:", in: start..<max(start, body.upperBound))
    else { return false }
    let digits = line.end(of: isDigit, from: go + 4, to: body.upperBound)
    return line.end(of: isWordByte, from: start, to: go) == go && digits > go + 4
      && (digits == body.upperBound || line.has(" +0x", at: digits))
  }

  /// What stands between the frames: functions, registers, `created by …`, `exit status 2`, empty lines.
  private static func standsInStack(_ line: Bytes, _ body: Range<Int>) -> Bool {
    guard let first = body.first else { return true }
    if line.has("created by ", at: first) || line.has("exit status ", at: first) || line.has("...", at: first)
      || line.has("runtime", at: first) || line.has("\tpanic: ", at: first)
    {
      return true
    }
    // `rip    0x46a1c1`
    let name = line.end(of: isTokenByte, from: first, to: body.upperBound)
    let value = line.end(of: { $0 == 0x20 }, from: name, to: body.upperBound)
    if name - first <= 6, value > name, line.has("0x", at: value) { return true }
    // `k8s.io/klog/v2.(*loggingT).output(0x1, {0x2, 0x3}, ...)`, or without the arguments
    let end = line.end(of: { isWordByte($0) && $0 != 0x28 }, from: first, to: body.upperBound)
    let hasDot = line.first(0x2E, in: first..<end) != nil
    return hasDot && (end == body.upperBound || line[body.upperBound - 1] == 0x29)
  }
}
