internal import KubelogScan

/// A value of several lines, put together from the lines that klog made of it (2.40 and later):
///
///     E0123 14:36:16.123456     506 kubelet.go:74] "Failed to start" err=<
///     →	first line
///     →	second line
///      > pod="kube-system/etcd-cp1"
///
/// Format: klog `internal/serialize/keyvalues.go` writeStringValue. In a journal each of these lines is an entry of its
/// own, and those of other processes stand between them: there is one of these for each stream.
struct KlogBlock {
  /// What a line was to the block.
  enum Step: Equatable {
    /// Not of it: the block was broken off before.
    case notBlock
    /// One of its lines; more must come.
    case more
    /// Its last line. The whole line is given: as the first one began, the block quoted as Go quotes a text of one line.
    case whole([UInt8])
    /// Its last line, and nobody wanted it, or it was given before.
    case over
  }

  /// The most that is kept of a block, bytes and lines. What is longer is given as far as it goes.
  static let mostBytes = 64 << 10
  static let mostLines = 500

  /// The first line without its `<`, then what later lines added.
  private var made: [UInt8] = []
  private var value: [UInt8] = []
  private var lines = 0
  /// False where the line is nobody's: then its lines are only passed over.
  private var isKept: Bool
  /// Whether it was given before its end, since it grew too long.
  private(set) var isOverfull = false

  /// Whether `body` ends where a block begins: in `=<`, with a key before it.
  static func opens(_ line: Bytes, _ body: Range<Int>) -> Bool {
    var end = body.upperBound
    while end > body.lowerBound, isBlank(line[end - 1]) { end -= 1 }
    guard end - body.lowerBound > 2, line[end - 1] == 0x3C, line[end - 2] == 0x3D else { return false }
    return isWordByte(line[end - 3])
  }

  /// A block that begins at the end of `line`, whose words are `body`.
  init(_ line: Bytes, _ body: Range<Int>, keeping isKept: Bool) {
    self.isKept = isKept
    guard isKept else { return }
    made.reserveCapacity(line.count + 256)
    open(line, 0..<body.upperBound)
  }

  /// Takes the next line of the stream.
  mutating func take(_ line: Bytes, _ body: Range<Int>) -> Step {
    if line.has(" >", at: body.lowerBound), body.count >= 2, body.count == 2 || line[body.lowerBound + 2] == 0x20 {
      return close(line, body.lowerBound + 2..<body.upperBound)
    }
    guard let text = Self.text(line, body) else { return .notBlock }
    guard isKept else { return .more }
    if lines > 0 { value.append(0x0A) }
    lines += 1
    line.append(text.prefix(max(0, Self.mostBytes - made.count - value.count)), to: &value)
    return moreUnlessFull()
  }

  private mutating func moreUnlessFull() -> Step {
    guard lines >= Self.mostLines || made.count + value.count >= Self.mostBytes else { return .more }
    isOverfull = true
    return .whole(finish())
  }

  /// What there is of it, for a block that is not going to be closed; empty where nobody wants it.
  mutating func finish() -> [UInt8] {
    guard isKept else { return [] }
    isKept = false
    if lines == 0 { made.append(0x3C) } else { endValue() }
    return made
  }

  /// Whether `finish` has something to give.
  var isWanted: Bool { isKept }

  private mutating func close(_ line: Bytes, _ rest: Range<Int>) -> Step {
    if Self.opens(line, rest) {
      guard isKept else { return .more }
      endValue()
      open(line, rest)
      return moreUnlessFull()
    }
    guard isKept else { return .over }
    isKept = false
    endValue()
    line.append(rest, to: &made)
    return .whole(made)
  }

  /// Keeps `range`, which ends in `=<`, without the `<`.
  private mutating func open(_ line: Bytes, _ range: Range<Int>) {
    var end = range.upperBound
    while isBlank(line[end - 1]) { end -= 1 }
    line.append(range.lowerBound..<end - 1, to: &made)
  }

  private mutating func endValue() {
    let value = value
    GoQuote.encode(value.span, 0..<value.count, into: &made)
    self.value = []
    lines = 0
  }

  /// What a line of a block says: behind its tab, or behind what a terminal or rsyslog made of the tab. An empty line
  /// lost its tab on the way.
  private static func text(_ line: Bytes, _ body: Range<Int>) -> Range<Int>? {
    guard let first = body.first else { return body }
    if line[first] == 0x09 { return first + 1..<body.upperBound }
    if line.has("#011", at: first), body.count >= 4 { return first + 4..<body.upperBound }
    let blanks = line.end(of: { $0 == 0x20 }, from: first, to: min(first + 8, body.upperBound))
    return blanks - first >= 2 ? blanks..<body.upperBound : nil
  }
}
