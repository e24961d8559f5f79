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
    /// Before all else, so that they stand where the shape does.
    var bytes = InlineArray<64, UInt8>(repeating: 0)
    var length = 0
    /// The length of the source file's name.
    var file = 0
    var verdict = Verdict.unknown
    /// Where its lines are counted.
    var slot = 0
    /// The beginnings that a rule needs, and the texts, in ``literalPlaces``.
    var beginnings = 0..<0
    var texts = 0..<0
  }

  /// What was gone over.
  struct Passage {
    /// The offset after it.
    var end: Int
    var lines = 0
    /// How many entries they are, where they are entries of a form that has any.
    var entries = 0
    /// Its last line.
    var last: Range<Int>?
    /// Whether the line that follows has a head that is known.
    var leads = false
    var letters = KlogLetters()
  }

  private var heads: [LineHead] = []
  /// What their bytes may be, of each ``LineHead/longest`` bytes of either kind, one behind the other.
  private var masks: [UInt8] = []
  /// The head that the last line had.
  private var recent = 0
  private var oldest = 0
  private var shapes = Array(repeating: Shape(), count: size)
  /// Texts one behind the other, and where each stands: an array of arrays cannot be looked at without counting references.
  private var literalText: [UInt8] = []
  private var literalPlaces: [(start: Int, count: Int)] = []

  /// What ``place(_:_:_:)`` tells apart.
  private static let size = 1024
  private static let mostHeads = 4  // As many as `Sight` holds.
  private static let maskSize = 2 * LineHead.longest
  private static let mostLiterals = 1024
  private static let longest = 64
  private static let beginning = UnknownLines.beginning

  // MARK: Learning

  /// A line was read whole whose klog header is `header`, behind the stamp of a journal. `isSteady` tells whether it is of an
  /// hour without a change of clocks: only then minutes and seconds can be left unread.
  ///
  /// `shown` is the line as it stands in the input: the message of an entry (`isBare`), in JSON escaped (`isEscaped`), so that
  /// `line` is what it means; or the line itself.
  mutating func learn(
    _ line: Bytes, _ header: KlogHeader, _ record: Record, _ rules: RuleSet, _ unknown: UnknownLines, shown: Bytes,
    isBare: Bool = false, isEscaped: Bool = false, isSteady: @autoclosure () -> Bool
  ) {
    let isKnown = line.withUnsafeBufferPointer { line in
      masks.withUnsafeBufferPointer { masks in
        guard let start = line.baseAddress, let masks = masks.baseAddress else { return false }
        return heads.indices.contains {
          heads[$0].length == header.file.lowerBound && Self.leads(masks, $0, heads[$0].length, start)
        }
      }
    }
    if !isKnown {
      guard let head = LineHead(line, header, record, isBare: isBare), isSteady() else { return }
      if heads.count < Self.mostHeads {
        recent = heads.count
        heads.append(head)
      } else {
        (recent, oldest) = (oldest, (oldest + 1) % Self.mostHeads)
        heads[recent] = head
      }
      masks.append(contentsOf: repeatElement(0, count: heads.count * Self.maskSize - masks.count))
      let place = recent * Self.maskSize
      masks.replaceSubrange(place..<place + head.length, with: head.lowest)
      masks.replaceSubrange(place + LineHead.longest..<place + LineHead.longest + head.length, with: head.above)
    }
    let (site, body) = (header.file.lowerBound, header.body.lowerBound)
    let beginning = body..<body + Self.beginning
    guard beginning.upperBound <= line.count, line[body - 1] == 0x20, line[body - 2] == 0x5D,
      line.first(0x5D, in: site..<body) == body - 2,
      let known = isEscaped ? Self.end(of: Self.beginning, from: body, in: shown) : beginning.upperBound,
      known - site <= Self.longest, body + 16 <= shown.count
    else { return }
    let place = shown.withUnsafeBufferPointer { Self.place(UnsafeRawBufferPointer($0), site, body) }
    let before = shapes[place]
    if before.length == known - site, (0..<before.length).allSatisfy({ before.bytes[$0] == shown[site + $0] }) {
      return
    }
    guard KubelogScan.isASCII(line.extracting(beginning)) else { return }
    var shape = Shape()
    switch rules.prospect(klog: header, line, beginning: beginning) {
    case .open: shape.verdict = .open
    case .only(let beginnings, let texts):
      guard literalPlaces.count + beginnings.count + texts.count <= Self.mostLiterals else { return }
      // Texts with quotes stand otherwise in JSON.
      let isAsShown = !isEscaped || !(beginnings + texts).contains(where: Self.hasQuotes)
      shape.verdict = !isAsShown ? .open : beginnings.isEmpty && texts.isEmpty ? .none : .only
      shape.beginnings = add(beginnings)
      shape.texts = add(texts)
    }
    if shape.verdict != .open {
      if let slot = unknown.slot(line, header) {
        shape.slot = slot
      } else {
        // A rule found something further on in it, and may in others.
        shape.verdict = .open
      }
    }
    (shape.length, shape.file) = (known - site, header.file.count)
    for index in site..<known { shape.bytes[index - site] = shown[index] }
    shapes[place] = shape
  }

  /// Keeps literals, and gives their places.
  private mutating func add(_ literals: [[UInt8]]) -> Range<Int> {
    let before = literalPlaces.count
    for literal in literals {
      literalPlaces.append((literalText.count, literal.count))
      literalText += literal
    }
    return before..<literalPlaces.count
  }

  private static func hasQuotes(_ literal: [UInt8]) -> Bool { literal.contains(0x22) || literal.contains(0x5C) }

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
    recent = look(at: chunk) { sight in
      while let line = sight.line(chunk, at: passage.end, isASCII: isASCII, mayHoldControls: mayHoldControls, rules) {
        unknown.count(slot: line.slot)
        passage.letters.count(line.letter)
        passage.last = passage.end..<line.end
        passage.lines += 1
        passage.end = line.end + 1
      }
      passage.leads = sight.leads(at: passage.end) != nil
    }
    return passage
  }

  /// As ``passOver(_:from:isASCII:mayHoldControls:_:_:)``, for entries of the shape `entry`.
  mutating func passOver(
    _ chunk: Bytes, from start: Int, entries entry: EntryShape, _ rules: RuleSet, _ unknown: inout UnknownLines
  ) -> Passage {
    var passage = Passage(end: start)
    guard !heads.isEmpty else { return passage }
    recent = look(at: chunk) { sight in
      let bytes = sight.bytes
      while let line = entry.place(bytes, at: passage.end), line.end < bytes.count, bytes[line.end] == 0x0A,
        line.end - passage.end <= LineSplitter.longestLine,
        let message = sight.message(chunk, line.message, isEscaped: !entry.isExport, rules)
      {
        unknown.count(slot: message.slot)
        passage.letters.count(message.letter)
        passage.entries += 1
        passage.lines += entry.lines
        passage.end = line.end + 1
      }
    }
    return passage
  }

  /// What a line says whose head and shape are known, without reading them again.
  mutating func read(_ line: Bytes) -> (header: KlogHeader, record: Record)? {
    guard !heads.isEmpty else { return nil }
    var known: (file: Int, body: Int)?
    recent = look(at: line) { sight in
      guard let head = sight.leads(at: 0), let (shape, body) = sight.shape(at: head.length) else { return }
      let letter = sight.bytes[head.letter]
      guard letter == 0x49 || letter == 0x45 || letter == 0x57 || letter == 0x46 else { return }
      known = (shape.pointee.file, body)
    }
    guard let known else { return nil }
    return line.withUnsafeBufferPointer {
      heads[recent].read(UnsafeRawBufferPointer($0), at: 0, file: known.file, body: known.body, end: line.count)
    }
  }

  /// What lines are looked at with. It holds nothing whose references are counted: that would cost more than looking.
  private struct Sight {
    let bytes: UnsafeRawBufferPointer
    let masks: UnsafePointer<UInt8>
    let shapes: UnsafePointer<Shape>
    let literals: UnsafeBufferPointer<UInt8>
    let literalPlaces: UnsafeBufferPointer<(start: Int, count: Int)>
    /// How many heads there are, how long each is, and where klog's letter stands in it.
    let heads: Int
    let lengths, letters: InlineArray<4, Int>
    /// The head that the last line had.
    var recent: Int

    /// The line at `start`, if it can be gone over.
    @inline(__always)
    mutating func line(
      _ chunk: Bytes, at start: Int, isASCII: Bool, mayHoldControls: Bool, _ rules: RuleSet
    ) -> (end: Int, letter: UInt8, slot: Int)? {
      // No byte of what is compared is the end of a line: so much is of this one.
      guard let head = leads(at: start), let (shape, body) = shape(at: start + head.length) else { return nil }
      let known = body + Skimmer.beginning
      guard shape.pointee.verdict == .none || shape.pointee.verdict == .only,
        let end = chunk.first(0x0A, in: known..<chunk.count), end > known, end - start <= LineSplitter.longestLine,
        !mayOpenBlock(bytes[end - 1])
      else { return nil }
      if shape.pointee.verdict == .only, hasLiteral(chunk, body..<end, shape) { return nil }
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
      return (end, letter, shape.pointee.slot)
    }

    /// Klog's letter in a message that is an entry's, and where it is counted, if it can be gone over: texts of failures are
    /// looked for only where no quotes are escaped; in JSON it has to be of letter I.
    mutating func message(
      _ chunk: Bytes, _ message: Range<Int>, isEscaped: Bool, _ rules: RuleSet
    ) -> (slot: Int, letter: UInt8)? {
      let letter = bytes[message.lowerBound]
      guard letter == 0x49 || !isEscaped && (letter == 0x45 || letter == 0x57 || letter == 0x46),
        let head = leads(at: message.lowerBound), let (shape, body) = shape(at: message.lowerBound + head.length),
        body + Skimmer.beginning < message.upperBound,
        shape.pointee.verdict == .none || shape.pointee.verdict == .only, !mayOpenBlock(bytes[message.upperBound - 1]),
        shape.pointee.verdict == .none || !hasLiteral(chunk, body..<message.upperBound, shape),
        letter == 0x49 || !rules.showsFailure(chunk, body..<message.upperBound)
      else { return nil }
      return (shape.pointee.slot, letter)
    }

    /// The head of the line at `start`, where it is one that is known and enough follows it in what was read.
    @inline(__always)
    mutating func leads(at start: Int) -> (length: Int, letter: Int)? {
      guard start < bytes.count, let base = bytes.baseAddress else { return nil }
      let line = base.assumingMemoryBound(to: UInt8.self) + start
      var index = recent
      for _ in 0..<heads {
        let length = lengths[index]
        if bytes.count - start > length + Skimmer.longest + 8, Skimmer.leads(masks, index, length, line) {
          recent = index
          return (length, letters[index])
        }
        index = index + 1 == heads ? 0 : index + 1
      }
      return nil
    }

    /// The shape of the line whose source file begins at `site`, and where its message does.
    @inline(__always)
    func shape(at site: Int) -> (shape: UnsafePointer<Shape>, body: Int)? {
      guard let base = bytes.baseAddress else { return nil }
      let text = base.assumingMemoryBound(to: UInt8.self) + site
      let bracket = placeIn64(text, 0x5D)
      guard bracket + 2 + Skimmer.beginning <= Skimmer.longest, text[bracket + 1] == 0x20 else { return nil }
      let body = site + bracket + 2
      let shape = shapes + Skimmer.place(bytes, site, body)
      guard shape.pointee.length > 0,
        isSame64(
          text, UnsafeRawPointer(shape).assumingMemoryBound(to: UInt8.self), length: shape.pointee.length)
      else { return nil }
      return (shape, body)
    }

    /// Whether a value of several lines may begin at the end of a line with this last byte.
    @inline(__always)
    private func mayOpenBlock(_ byte: UInt8) -> Bool { byte == 0x3C || isBlank(byte) }

    private func hasLiteral(_ chunk: Bytes, _ body: Range<Int>, _ shape: UnsafePointer<Shape>) -> Bool {
      let first = chunk[body.lowerBound]
      let start = body.lowerBound + (first == 0x22 ? 1 : first == 0x5C ? 2 : 0)
      for index in shape.pointee.beginnings {
        let count = literalPlaces[index].count
        if count == 0 { return true }
        let end = min(start + count, body.upperBound)
        if start <= end, place(index, chunk, start..<end) != nil { return true }
      }
      for index in shape.pointee.texts where place(index, chunk, body) != nil { return true }
      return false
    }

    private func place(_ index: Int, _ chunk: Bytes, _ range: Range<Int>) -> Int? {
      let (start, count) = literalPlaces[index]
      guard count > 0, let base = literals.baseAddress else { return range.lowerBound }
      return chunk.first(base + start, count, in: range)
    }
  }

  /// Looks at `chunk`, and gives the head of what was looked at last: the next ``recent``.
  @inline(__always)
  private borrowing func look(at chunk: Bytes, _ body: (inout Sight) -> Void) -> Int {
    var (lengths, letters) = (InlineArray<4, Int>(repeating: 0), InlineArray<4, Int>(repeating: 0))
    for index in heads.indices { (lengths[index], letters[index]) = (heads[index].length, heads[index].letter) }
    return chunk.withUnsafeBufferPointer { buffer in
      masks.withUnsafeBufferPointer { masks in
        shapes.withUnsafeBufferPointer { shapes in
          literalText.withUnsafeBufferPointer { literals in
            literalPlaces.withUnsafeBufferPointer { places in
              guard let first = masks.baseAddress, let table = shapes.baseAddress else {
                preconditionFailure("lines are looked at before one was learned")
              }
              var sight = Sight(
                bytes: UnsafeRawBufferPointer(buffer), masks: first, shapes: table, literals: literals,
                literalPlaces: places, heads: heads.count, lengths: lengths, letters: letters, recent: recent)
              body(&sight)
              return sight.recent
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func leads(
    _ masks: UnsafePointer<UInt8>, _ index: Int, _ length: Int, _ line: UnsafePointer<UInt8>
  ) -> Bool {
    let lowest = masks + index * maskSize
    return liesWithin(line, lowest, lowest + LineHead.longest, length: length)
  }

  // MARK: Shapes

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
}
