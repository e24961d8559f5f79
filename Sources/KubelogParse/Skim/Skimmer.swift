internal import KubelogScan

/// Goes over the lines of a kubelet's journal that no rule can match.
///
/// Most lines of a journal are like ones before them: the head is that of the line before, but for minutes and seconds, and
/// so are the source file and the first words of the message. What was found out about one such line holds for all.
struct Skimmer {
  /// What lines have in common that come from one place of a program: the bytes from the source file's name to the first of
  /// the message.
  private struct Shape {
    enum Verdict { case unknown, open, none, only }
    var words = InlineArray<8, UInt64>(repeating: 0)
    var length = 0
    var verdict = Verdict.unknown
    /// Where its lines are counted.
    var slot = 0
    /// The beginnings that a rule needs, in ``literals``.
    var literals = 0..<0
  }

  /// What was gone over.
  struct Passage {
    /// The offset after it.
    var end: Int
    var lines = 0
    /// Its last line.
    var last: Range<Int>?
    /// Whether the line that follows has a head that is known.
    var leads = false
    var letters = KlogLetters()
  }

  private var heads: [LineHead] = []
  /// The head that the last line had.
  private var recent = 0
  private var oldest = 0
  private var shapes = Array(repeating: Shape(), count: size)
  private var literals: [[UInt8]] = []

  private static let size = 1024
  private static let mostHeads = 4
  private static let mostLiterals = 1024
  private static let longest = 64
  private static let beginning = UnknownLines.beginning

  // MARK: Learning

  /// A line was read whole whose klog header is `header`, behind the stamp of a journal. `isSteady` tells whether it is of an
  /// hour without a change of clocks: only then minutes and seconds can be left unread.
  mutating func learn(
    _ line: Bytes, _ header: KlogHeader, _ rules: RuleSet, _ unknown: UnknownLines, isSteady: @autoclosure () -> Bool
  ) {
    if !heads.contains(where: { $0.length == header.file.lowerBound && $0.leads(line, at: 0) }) {
      guard let head = LineHead(line, header), isSteady() else { return }
      if heads.count < Self.mostHeads {
        recent = heads.count
        heads.append(head)
      } else {
        (recent, oldest) = (oldest, (oldest + 1) % Self.mostHeads)
        heads[recent] = head
      }
    }
    let (site, known) = (header.file.lowerBound, header.body.lowerBound + Self.beginning)
    guard known - site <= Self.longest, known <= line.count,
      Self.bracket(line, site, known).map({ $0 + 2 }) == header.body.lowerBound
    else { return }
    let place = Self.place(line, site, header.body.lowerBound)
    if shapes[place].verdict != .unknown, isShape(place, line, site, known) { return }
    let beginning = header.body.lowerBound..<known
    guard KubelogScan.isASCII(line.extracting(beginning)) else { return }
    var shape = Shape()
    switch rules.prospect(klog: header, line, beginning: beginning) {
    case .open: shape.verdict = .open
    case .none: shape.verdict = .none
    case .only(let texts):
      guard literals.count + texts.count <= Self.mostLiterals else { return }
      shape.verdict = .only
      shape.literals = literals.count..<literals.count + texts.count
      literals += texts
    }
    if shape.verdict != .open {
      if let slot = unknown.slot(line, header) {
        shape.slot = slot
      } else {
        // A rule found something further on in it, and may in others.
        shape.verdict = .open
      }
    }
    shape.length = known - site
    for index in 0..<8 { shape.words[index] = Self.word(line, site, known, index) }
    shapes[place] = shape
  }

  // MARK: Passing over

  /// Goes over what it can of `chunk` from the beginning of a line at `start` on.
  mutating func passOver(
    _ chunk: Bytes, from start: Int, isASCII: Bool, mayHoldControls: Bool, _ rules: RuleSet,
    _ unknown: inout UnknownLines
  ) -> Passage {
    var passage = Passage(end: start)
    guard !heads.isEmpty else { return passage }
    while let end = chunk.first(0x0A, in: passage.end..<chunk.count) {
      let start = passage.end
      guard let head = head(of: chunk, start..<end) else {
        passage.leads = false
        return passage
      }
      passage.leads = true
      let site = start + head.length
      guard let bracket = Self.bracket(chunk, site, end) else { return passage }
      let (body, known) = (bracket + 2, bracket + 2 + Self.beginning)
      guard known < end, chunk[bracket + 1] == 0x20, end - start <= LineSplitter.longestLine else { return passage }
      let place = Self.place(chunk, site, body)
      guard isShape(place, chunk, site, known), !mayOpenBlock(chunk[end - 1]) else { return passage }
      switch shapes[place].verdict {
      case .unknown, .open: return passage
      case .none: break
      case .only: if hasLiteral(chunk, body, shapes[place].literals) { return passage }
      }
      let letter = chunk[start + head.letter]
      if letter != 0x49 {
        guard letter == 0x45 || letter == 0x57 || letter == 0x46, !rules.showsFailure(chunk, body..<end) else {
          return passage
        }
      }
      if !isASCII || mayHoldControls {
        let line = chunk.extracting(start..<end)
        guard KubelogScan.isASCII(line), !mayHoldControls || !Terminal.concerns(line) else { return passage }
      }
      unknown.count(slot: shapes[place].slot)
      passage.letters.count(letter)
      passage.last = start..<end
      passage.lines += 1
      passage.end = end + 1
    }
    // What follows in the next chunk may be anything.
    passage.leads = false
    return passage
  }

  private mutating func head(of chunk: Bytes, _ line: Range<Int>) -> (length: Int, letter: Int)? {
    let last = recent
    for turn in 0..<heads.count {
      let index = turn == 0 ? last : (last + turn) % heads.count
      if heads[index].length < line.count, heads[index].leads(chunk, at: line.lowerBound) {
        recent = index
        return (heads[index].length, heads[index].letter)
      }
    }
    return nil
  }

  /// Whether a value of several lines may begin at the end of a line with this last byte.
  private func mayOpenBlock(_ byte: UInt8) -> Bool { byte == 0x3C || isBlank(byte) }

  private func hasLiteral(_ chunk: Bytes, _ body: Int, _ range: Range<Int>) -> Bool {
    let start = chunk[body] == 0x22 ? body + 1 : body
    return range.contains { chunk.has(literals[$0], at: start) }
  }

  // MARK: Shapes

  /// The `]` of a klog header whose source file begins at `site`.
  @inline(__always)
  private static func bracket(_ line: Bytes, _ site: Int, _ end: Int) -> Int? {
    var place = site
    let limit = min(end, site + longest)
    while place < limit, let word = line.word(at: place) {
      let different = word ^ 0x5D5D_5D5D_5D5D_5D5D
      let zero = (different &- 0x0101_0101_0101_0101) & ~different & 0x8080_8080_8080_8080
      if zero != 0 {
        let found = place + zero.trailingZeroBitCount / 8
        return found < limit ? found : nil
      }
      place += 8
    }
    return nil
  }

  @inline(__always)
  private static func place(_ line: Bytes, _ site: Int, _ body: Int) -> Int {
    var key: UInt64 = 0
    func mix(_ offset: Int) {
      key = (key ^ (line.word(at: offset) ?? 0)) &* 0x9E37_79B9_7F4A_7C15
      key ^= key >> 29
    }
    mix(site)
    mix(body - 10)
    mix(body)
    mix(body + 8)
    return Int(truncatingIfNeeded: key >> 32) & (size - 1)
  }

  /// Eight bytes of those from `site` to `known`, the last of them for every number that is too high.
  @inline(__always)
  private static func word(_ line: Bytes, _ site: Int, _ known: Int, _ index: Int) -> UInt64 {
    line.word(at: min(site + 8 * index, known - 8)) ?? 0
  }

  @inline(__always)
  private func isShape(_ place: Int, _ line: Bytes, _ site: Int, _ known: Int) -> Bool {
    guard shapes[place].length == known - site else { return false }
    var index = 0
    while 8 * index < known - site {
      if shapes[place].words[index] != Self.word(line, site, known, index) { return false }
      index += 1
    }
    return true
  }
}
