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
    /// The length of the source file's name.
    var file = 0
    var bytes = InlineArray<64, UInt8>(repeating: 0)
    var length = 0
    var verdict = Verdict.unknown
    /// Where its lines are counted.
    var slot = 0
    /// The beginnings that a rule needs, and the texts, in ``literals``.
    var beginnings = 0..<0
    var texts = 0..<0

    /// Whether the bytes from `site` on are its own.
    @inline(__always)
    func fits(_ bytes: UnsafeRawBufferPointer, _ site: Int) -> Bool {
      withUnsafeBytes(of: self.bytes) {
        areSame(
          UnsafeRawBufferPointer(rebasing: $0[..<length]),
          UnsafeRawBufferPointer(rebasing: bytes[site..<site + length]))
      }
    }
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

  /// What ``place(_:_:_:)`` tells apart.
  private static let size = 1024
  private static let mostHeads = 4
  private static let mostLiterals = 1024
  private static let longest = 64
  private static let beginning = UnknownLines.beginning

  // MARK: Learning

  /// A line was read whole whose klog header is `header`, behind the stamp of a journal. `isSteady` tells whether it is of an
  /// hour without a change of clocks: only then minutes and seconds can be left unread.
  ///
  /// `shown` is the line as it stands in the input: the message of an entry in JSON (`isJSON`), of which `line` is what it
  /// means, or the line itself.
  mutating func learn(
    _ line: Bytes, _ header: KlogHeader, _ record: Record, _ rules: RuleSet, _ unknown: UnknownLines, shown: Bytes,
    isJSON: Bool = false, isSteady: @autoclosure () -> Bool
  ) {
    let isKnown = line.withUnsafeBufferPointer { bytes in
      heads.contains { $0.length == header.file.lowerBound && $0.leads(UnsafeRawBufferPointer(bytes), at: 0) }
    }
    if !isKnown {
      guard let head = LineHead(line, header, record, isBare: isJSON), isSteady() else { return }
      if heads.count < Self.mostHeads {
        recent = heads.count
        heads.append(head)
      } else {
        (recent, oldest) = (oldest, (oldest + 1) % Self.mostHeads)
        heads[recent] = head
      }
    }
    let (site, body) = (header.file.lowerBound, header.body.lowerBound)
    let beginning = body..<body + Self.beginning
    guard beginning.upperBound <= line.count, line[body - 1] == 0x20, line[body - 2] == 0x5D,
      line.first(0x5D, in: site..<body) == body - 2,
      let known = isJSON ? Self.end(of: Self.beginning, from: body, in: shown) : beginning.upperBound,
      known - site <= Self.longest, body + 16 <= shown.count
    else { return }
    let (place, isLearned) = shown.withUnsafeBufferPointer { bytes in
      let raw = UnsafeRawBufferPointer(bytes)
      let place = Self.place(raw, site, body)
      return (place, shapes[place].length == known - site && shapes[place].fits(raw, site))
    }
    if isLearned { return }
    guard KubelogScan.isASCII(line.extracting(beginning)) else { return }
    var shape = Shape()
    switch rules.prospect(klog: header, line, beginning: beginning) {
    case .open: shape.verdict = .open
    case .only(let beginnings, let texts):
      guard literals.count + beginnings.count + texts.count <= Self.mostLiterals else { return }
      shape.verdict = beginnings.isEmpty && texts.isEmpty ? .none : .only
      shape.beginnings = literals.count..<literals.count + beginnings.count
      literals += beginnings
      shape.texts = literals.count..<literals.count + texts.count
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
    // Texts with quotes stand otherwise in JSON.
    if isJSON, literals[shape.beginnings.lowerBound..<shape.texts.upperBound].contains(where: Self.isEscaped) {
      shape.verdict = .open
    }
    (shape.length, shape.file) = (known - site, header.file.count)
    for index in site..<known { shape.bytes[index - site] = shown[index] }
    shapes[place] = shape
  }

  private static func isEscaped(_ literal: [UInt8]) -> Bool { literal.contains(0x22) || literal.contains(0x5C) }

  /// Where the first `count` characters end that stand in JSON from `start` on; nil where one is escaped that is neither a quote nor a backslash.
  private static func end(of count: Int, from start: Int, in text: Bytes) -> Int? {
    var place = start
    for _ in 0..<count {
      guard place + 1 < text.count else { return nil }
      if text[place] == 0x5C {
        guard text[place + 1] == 0x22 || text[place + 1] == 0x5C else { return nil }
        place += 2
      } else {
        place += 1
      }
    }
    return place
  }

  // MARK: Passing over

  /// Goes over what it can of `chunk` from the beginning of a line at `start` on.
  mutating func passOver(
    _ chunk: Bytes, from start: Int, isASCII: Bool, mayHoldControls: Bool, _ rules: RuleSet,
    _ unknown: inout UnknownLines
  ) -> Passage {
    var passage = Passage(end: start)
    guard !heads.isEmpty else { return passage }
    chunk.withUnsafeBufferPointer { buffer in
      let bytes = UnsafeRawBufferPointer(buffer)
      while let line = next(bytes, chunk, from: passage.end, isASCII: isASCII, mayHoldControls: mayHoldControls, rules)
      {
        unknown.count(slot: line.slot)
        passage.letters.count(line.letter)
        passage.last = passage.end..<line.end
        passage.lines += 1
        passage.end = line.end + 1
      }
      passage.leads = leads(bytes, at: passage.end) != nil
    }
    return passage
  }

  /// As ``passOver(_:from:isASCII:mayHoldControls:_:_:)``, for lines that are entries of the shape `entry` in JSON.
  mutating func passOver(
    _ chunk: Bytes, from start: Int, entries entry: EntryShape, _ rules: RuleSet, _ unknown: inout UnknownLines
  ) -> Passage {
    var passage = Passage(end: start)
    chunk.withUnsafeBufferPointer { buffer in
      let bytes = UnsafeRawBufferPointer(buffer)
      while let line = entry.place(bytes, at: passage.end), line.end < bytes.count, bytes[line.end] == 0x0A,
        line.end - passage.end <= LineSplitter.longestLine,
        let slot = slot(bytes, chunk, line.message)
      {
        unknown.count(slot: slot)
        passage.letters.count(0x49)
        passage.last = passage.end..<line.end
        passage.lines += 1
        passage.end = line.end + 1
      }
    }
    return passage
  }

  /// Where a message is counted that stands in JSON, if it can be gone over: texts of failures are looked for only where no
  /// quotes are escaped, so that it has to be of letter I.
  private mutating func slot(_ bytes: UnsafeRawBufferPointer, _ chunk: Bytes, _ message: Range<Int>) -> Int? {
    guard let head = leads(bytes, at: message.lowerBound), bytes[message.lowerBound] == 0x49,
      let bracket = Self.bracket(bytes, message.lowerBound + head.length), bracket + 2 < message.upperBound
    else { return nil }
    let (site, body) = (message.lowerBound + head.length, bracket + 2)
    let place = Self.place(bytes, site, body)
    guard let (verdict, slot) = verdict(place, bytes, site), verdict == .none || verdict == .only,
      !mayOpenBlock(bytes[message.upperBound - 1]),
      verdict == .none || !hasLiteral(chunk, body..<message.upperBound, shapes[place])
    else { return nil }
    return slot
  }

  /// What a line says whose head and shape are known, without reading them again.
  mutating func read(_ line: Bytes) -> (header: KlogHeader, record: Record)? {
    guard !heads.isEmpty else { return nil }
    return line.withUnsafeBufferPointer { buffer in
      let bytes = UnsafeRawBufferPointer(buffer)
      guard let head = leads(bytes, at: 0), let bracket = Self.bracket(bytes, head.length) else { return nil }
      let body = bracket + 2
      let place = Self.place(bytes, head.length, body)
      let letter = bytes[head.letter]
      guard verdict(place, bytes, head.length) != nil,
        letter == 0x49 || letter == 0x45 || letter == 0x57 || letter == 0x46
      else { return nil }
      return heads[recent].read(bytes, at: 0, file: shapes[place].file, body: body, end: line.count)
    }
  }

  /// The line at `start`, if it can be gone over.
  @inline(__always)
  private mutating func next(
    _ bytes: UnsafeRawBufferPointer, _ chunk: Bytes, from start: Int, isASCII: Bool, mayHoldControls: Bool,
    _ rules: RuleSet
  ) -> (end: Int, letter: UInt8, slot: Int)? {
    // No byte of what is compared is the end of a line: so much is of this one.
    guard let head = leads(bytes, at: start) else { return nil }
    let site = start + head.length
    guard let bracket = Self.bracket(bytes, site) else { return nil }
    let (body, known) = (bracket + 2, bracket + 2 + Self.beginning)
    let place = Self.place(bytes, site, body)
    guard let (verdict, slot) = verdict(place, bytes, site), verdict == .none || verdict == .only,
      let end = chunk.first(0x0A, in: known..<chunk.count), end > known, end - start <= LineSplitter.longestLine,
      !mayOpenBlock(bytes[end - 1])
    else { return nil }
    if verdict == .only, hasLiteral(chunk, body..<end, shapes[place]) { return nil }
    let letter = bytes[start + head.letter]
    if letter != 0x49 {
      guard letter == 0x45 || letter == 0x57 || letter == 0x46, !rules.showsFailure(chunk, body..<end) else {
        return nil
      }
    }
    if !isASCII || mayHoldControls {
      let line = chunk.extracting(start..<end)
      guard KubelogScan.isASCII(line), !mayHoldControls || !Terminal.concerns(line) else { return nil }
    }
    return (end, letter, slot)
  }

  /// The head of the line at `start`, where it is one that is known and enough follows it in what was read.
  @inline(__always)
  private mutating func leads(_ bytes: UnsafeRawBufferPointer, at start: Int) -> (length: Int, letter: Int)? {
    let last = recent
    for turn in 0..<heads.count {
      let index = turn == 0 ? last : (last + turn) % heads.count
      if bytes.count - start > heads[index].length + Self.longest + 8, heads[index].leads(bytes, at: start) {
        recent = index
        return (heads[index].length, heads[index].letter)
      }
    }
    return nil
  }

  /// Whether a value of several lines may begin at the end of a line with this last byte.
  private func mayOpenBlock(_ byte: UInt8) -> Bool { byte == 0x3C || isBlank(byte) }

  private func hasLiteral(_ chunk: Bytes, _ body: Range<Int>, _ shape: Shape) -> Bool {
    let first = chunk[body.lowerBound]
    let start = body.lowerBound + (first == 0x22 ? 1 : first == 0x5C ? 2 : 0)
    return shape.beginnings.contains { chunk.has(literals[$0], at: start) }
      || shape.texts.contains { chunk.first(literals[$0], in: body) != nil }
  }

  // MARK: Shapes

  /// The `]` of a klog header whose source file begins at `site`, where a blank follows it; at least ``longest`` bytes and
  /// eight more follow.
  @inline(__always)
  private static func bracket(_ bytes: UnsafeRawBufferPointer, _ site: Int) -> Int? {
    var place = site
    while place < site + longest - beginning - 2 {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      let different = word ^ 0x5D5D_5D5D_5D5D_5D5D
      let zero = (different &- 0x0101_0101_0101_0101) & ~different & 0x8080_8080_8080_8080
      if zero != 0 {
        let found = place + zero.trailingZeroBitCount / 8
        return found + 2 + beginning - site <= longest && bytes[found + 1] == 0x20 ? found : nil
      }
      place += 8
    }
    return nil
  }

  @inline(__always)
  private static func place(_ bytes: UnsafeRawBufferPointer, _ site: Int, _ body: Int) -> Int {
    func word(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    let key =
      word(site) &* 0xD6E8_FEB8_6659_FD93 ^ word(body &- 10) &* 0xA076_1D64_78BD_642F
      ^ word(body) &* 0xE703_7ED1_A0B4_28DB ^ word(body &+ 8) &* 0x8EBC_6AF0_9C88_C6E3
    return Int(truncatingIfNeeded: ((key ^ key >> 32) &* 0x9E37_79B9_7F4A_7C15) >> 54)
  }

  /// What is known of the shape at `place`, if the line has it.
  @inline(__always)
  private func verdict(
    _ place: Int, _ bytes: UnsafeRawBufferPointer, _ site: Int
  ) -> (verdict: Shape.Verdict, slot: Int)? {
    shapes.withUnsafeBufferPointer { shapes in
      shapes[place].length > 0 && shapes[place].fits(bytes, site) ? (shapes[place].verdict, shapes[place].slot) : nil
    }
  }
}
