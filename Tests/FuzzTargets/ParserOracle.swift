import KubelogParse
import KubelogScan

/// What must hold of reading any bytes:
///
/// - cut into any reads, and with lines gone over that nobody has to look at, they give the same as read whole;
/// - folded repeats and events are as many as the events that are not folded;
/// - no secret is shown, and each has the form of one and stands in the input.
final class ParserOracle {
  private let pristine: [Parser]

  /// Of inputs that are said to have one of `forms`; nil leaves it to the parser.
  init(forms: [SourceForm?]) throws {
    // A copy costs nothing, and shares the patterns that are compiled already.
    pristine = try [false, true].flatMap { folds in
      try [nil, 2026].flatMap { year in
        try forms.map { form in
          let clock = ClockOptions(
            year: year, zone: .utc, modified: year == nil ? nil : Self.present, liveness: .recorded, now: Self.present)
          return try Parser(
            SourceOptions(node: year == nil ? "cp1" : nil, clock: clock, form: form, foldsRepeats: folds))
        }
      }
    }
  }

  /// Of inputs that are read by the rules of a pack.
  init(rules: RuleBook) throws {
    pristine = try [false, true].map { folds in
      try Parser(SourceOptions(clock: ClockOptions(now: Self.present), foldsRepeats: folds), rules: rules)
    }
  }

  /// 2026-12-01T00:00:00Z
  private static let present: Int64 = 1_796_083_200_000_000

  /// Checks one input. Throws ``Violation``.
  func check(_ input: [UInt8]) throws {
    var random = Random(input)
    let choice = random.next(pristine.count / 2)
    let whole = read(input, [0..<input.count], pristine[choice], skims: false)
    let cut = read(input, random.cuts(of: input.count), pristine[choice], skims: true)
    try whole.expectSame(as: cut)
    if random.next(4) == 0 {
      let folded = read(input, random.cuts(of: input.count), pristine[pristine.count / 2 + choice], skims: true)
      guard folded.events.count + folded.repeats == whole.events.count else {
        throw Violation("\(folded.events.count) events and \(folded.repeats) repeats, not \(whole.events.count)")
      }
    }
    try checkSecrets(whole, input)
  }

  /// The secrets that are found in an input.
  func secrets(_ input: [UInt8]) -> [SecretSighting] {
    read(input, [0..<input.count], pristine[0], skims: true).secrets
  }

  private func read(_ input: [UInt8], _ cuts: [Range<Int>], _ pristine: Parser, skims: Bool) -> Reading {
    var (parser, lines, reading) = (pristine, LineSplitter(), Reading())
    parser.skims = skims
    for cut in cuts {
      let chunk = input.span.extracting(cut)
      let isPlain = isPlain(chunk)
      parser.expect(chunk, isPlain: isPlain, holdsPart: lines.holdsPartialLine)
      lines.feed(chunk, isPlain: isPlain) {
        parser.passOver($0, from: $1, isASCII: $2)
      } _: {
        parser.take($0, at: $1)
      }
      reading.add(parser.drain(isQuiet: false))
    }
    lines.finish { parser.take($0, at: $1, isWhole: false) }
    parser.finish()
    reading.add(parser.drain())
    (reading.unknown, reading.letters, reading.format) = (parser.unknown, parser.letters, parser.format)
    reading.isAsSaid = parser.isAsSaid
    return reading
  }

  private func checkSecrets(_ reading: Reading, _ input: [UInt8]) throws {
    let secrets = reading.secrets
    if secrets.isEmpty { return }
    let shown = Array(reading.shown.utf8)
    var origin = Origin(input)
    for secret in secrets {
      let value = Array(secret.value.utf8)
      let isToken = secret.kind == .bootstrapToken
      guard isToken ? hasTokenForm(value) : value.count == 64 && value.allSatisfy(isHexByte) else {
        throw Violation("'\(secret.value)' is no \(secret.kind.rawValue)")
      }
      guard origin.holds(value) else { throw Violation("'\(secret.value)' does not stand in the input") }
      if count(secret, in: shown) > 0 { throw Violation("'\(secret.value)' is shown") }
    }
  }

  private func hasTokenForm(_ text: [UInt8]) -> Bool {
    text.count == 23 && text.indices.allSatisfy { $0 == 6 ? text[$0] == 0x2E : isTokenByte(text[$0]) }
  }
}

/// How often a secret stands in a text as a word of its own: glued to another word, it is none to anybody.
func count(_ secret: SecretSighting, in text: [UInt8]) -> Int {
  let value = Array(secret.value.utf8)
  var (count, start) = (0, 0)
  while let place = text.span.first(value, in: start..<text.count) {
    let end = place + value.count
    if !(place > 0 && isLetterOrDigit(text[place - 1])), !(end < text.count && isLetterOrDigit(text[end])) {
      count += 1
    }
    start = place + 1
  }
  return count
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool { isTokenByte(byte) || byte &- 0x41 < 26 || byte == 0x5F }

/// All that reading left behind.
private struct Reading {
  var events: [Event] = []
  var repeats = 0
  /// Each session as it was told last.
  var sessions: [Int: SessionFacts] = [:]
  /// The lines of each run, and whether it is over.
  var runs: [Int: [Int64]] = [:]
  var unknown: [UnknownShape] = []
  var letters = KlogLetters()
  var format = ""
  var isAsSaid = true

  mutating func add(_ batch: Batch) {
    events += batch.events
    repeats += batch.repeats.count
    for facts in batch.sessions { sessions[facts.run] = facts }
    for told in batch.runs { runs[told.run, default: []] += told.lines + (told.isOver ? [0] : []) }
  }

  /// Secrets that have a value nobody may see.
  var secrets: [SecretSighting] { events.flatMap(\.secrets).filter { $0.kind != .certificate } }

  /// All of it that may be shown.
  var shown: String {
    (events.map { "\($0.message) \($0.attributesJSON) \($0.node ?? "")" } + sessions.values.map { "\($0)" }
      + unknown.map(\.sample)).joined(separator: "\n")
  }

  func expectSame(as other: Reading) throws {
    if events != other.events {
      // What ends a certificate stands behind the other events of its batch, whatever that is.
      let (left, right) = (Self.sorted(events), Self.sorted(other.events))
      for (one, two) in zip(left, right) where one != two { throw Violation("in pieces \(two) instead of \(one)") }
      guard left.count == right.count else {
        throw Violation("in pieces \(right.count) events instead of \(left.count)")
      }
    }
    for (run, facts) in sessions where other.sessions[run] != facts {
      throw Violation("in pieces \(String(describing: other.sessions[run])) instead of \(facts)")
    }
    guard sessions.count == other.sessions.count else { throw Violation("in pieces other sessions") }
    guard runs == other.runs else { throw Violation("in pieces other lines of runs") }
    guard unknown == other.unknown else { throw Violation("in pieces other unknown lines") }
    guard letters == other.letters else { throw Violation("in pieces other letters") }
    guard format == other.format, isAsSaid == other.isAsSaid else {
      throw Violation("in pieces \(other.format) instead of \(format)")
    }
  }

  private static func sorted(_ events: [Event]) -> [String] { events.map { "\($0)" }.sorted() }
}

/// Tells whether a secret stands in an input, whole or wrapped, in any of the forms that logs give to text.
private struct Origin {
  private let input: [UInt8]
  private lazy var forms: [[UInt8]] = {
    let once = Self.unescaped(input)
    let twice = Self.unescaped(once)
    return [input, once, twice] + [input, once, twice].map { $0 + Self.fromBase64($0) } + [Self.fromNumbers(input)]
  }()

  init(_ input: [UInt8]) { self.input = input }

  mutating func holds(_ value: [UInt8]) -> Bool {
    if input.span.first(value, in: 0..<input.count) != nil { return true }
    if forms.contains(where: { Self.pieces(value, $0) <= 1 + value.count / 8 }) { return true }
    // A terminal may paint it in any order.
    let isPainted = input.contains { $0 == 0x1B || $0 == 0x08 || $0 == 0x0D || $0 == 0x9B || $0 == 0xC2 }
    return isPainted && value.allSatisfy(input.contains)
  }

  /// In how few pieces of `text` a value stands.
  private static func pieces(_ value: [UInt8], _ text: [UInt8]) -> Int {
    var (count, start) = (0, 0)
    while start < value.count {
      var longest = 0
      for place in text.indices where text[place] == value[start] {
        var length = 0
        while start + length < value.count, place + length < text.count, text[place + length] == value[start + length] {
          length += 1
        }
        longest = max(longest, length)
      }
      guard longest > 0 else { return .max }
      (count, start) = (count + 1, start + longest)
    }
    return count
  }

  /// Without the escapes of JSON, of the shell, and of HTML.
  private static func unescaped(_ text: [UInt8]) -> [UInt8] {
    var (out, index) = ([UInt8](), 0)
    while index < text.count {
      let digits =
        text.span.has("\\u", at: index)
        ? (2, 4, 16)
        : text.span.has("\\x", at: index)
          ? (2, 2, 16)
          : text.span.has("&#x", at: index)
            ? (3, 2, 16)
            : text.span.has("&#", at: index)
              ? (2, 2, 10)
              : text.span.has("\\", at: index) ? (1, 3, 8) : (0, 0, 0)
      let end = index + digits.0 + digits.1
      if digits.1 > 0, end <= text.count,
        let number = Int(String(decoding: text[(index + digits.0)..<end], as: UTF8.self), radix: digits.2)
      {
        out.append(UInt8(truncatingIfNeeded: number))
        index = end
      } else {
        if text[index] != 0x5C { out.append(text[index]) }
        index += 1
      }
    }
    return out
  }

  /// All that stands there in base64, one after the other.
  private static func fromBase64(_ text: [UInt8]) -> [UInt8] {
    var (out, bits, count) = ([UInt8](), 0, 0)
    for byte in text {
      let digit: Int? =
        switch byte {
        case 0x41...0x5A: Int(byte) - 0x41
        case 0x61...0x7A: Int(byte) - 0x61 + 26
        case 0x30...0x39: Int(byte) - 0x30 + 52
        case 0x2B, 0x2D: 62
        case 0x2F, 0x5F: 63
        default: nil
        }
      guard let digit else {
        // Base64 may go on in the next line.
        if byte != 0x0A, byte != 0x0D { (bits, count) = (0, 0) }
        continue
      }
      (bits, count) = ((bits << 6 | digit) & 0xFFFF, count + 6)
      if count >= 8 {
        count -= 8
        out.append(UInt8(truncatingIfNeeded: bits >> count))
      }
    }
    return out
  }

  /// The bytes that are listed as numbers, as journald does with a message that is no text.
  private static func fromNumbers(_ text: [UInt8]) -> [UInt8] {
    text.split { !isDigit($0) }.compactMap { UInt8(String(decoding: $0, as: UTF8.self)) }
  }
}
