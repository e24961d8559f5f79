internal import KubelogScan

/// What rules found in lines that a condition says over and over, in the same words each time: what was found once is not
/// looked for again.
struct RepeatedLines {
  private struct Entry {
    /// The line from its source file's name on.
    var text: [UInt8]
    var file: Int
    var body: Int
    var isBad: Bool
    /// Nil where nothing was found.
    var match: RuleSet.Match?
  }

  private var entries: [Entry?] = []
  private var serial = 0

  /// They take 5 MiB where all are long. Without any, reading where each line is an event takes twice as long.
  private static let size = 3072
  private static let longest = 768

  /// What was found in a line of the same words; nil where none is remembered.
  func match(_ header: KlogHeader, _ line: Bytes) -> RuleSet.Match?? {
    let text = header.file.lowerBound..<header.body.upperBound
    guard !entries.isEmpty, text.count <= Self.longest, let entry = entries[Self.place(line, text)],
      entry.text.count == text.count, line.has(entry.text, at: text.lowerBound), entry.file == header.file.count,
      entry.body == header.body.lowerBound - text.lowerBound, entry.isBad == (header.letter != 0x49)
    else { return nil }
    return .some(entry.match)
  }

  /// Remembers what was found in a line, and gives it with its number.
  mutating func remember(_ match: RuleSet.Match?, _ header: KlogHeader, _ line: Bytes) -> RuleSet.Match? {
    let text = header.file.lowerBound..<header.body.upperBound
    guard text.count <= Self.longest else { return match }
    if entries.isEmpty { entries = Array(repeating: nil, count: Self.size) }
    let place = Self.place(line, text)
    serial += 1
    match?.repetition = .init(place: place, serial: serial)
    var bytes: [UInt8] = []
    line.append(text, to: &bytes)
    entries[place] = Entry(
      text: bytes, file: header.file.count, body: header.body.lowerBound - text.lowerBound,
      isBad: header.letter != 0x49, match: match)
    return match
  }

  private static func place(_ line: Bytes, _ text: Range<Int>) -> Int {
    var key = UInt64(truncatingIfNeeded: text.count)
    var index = text.lowerBound
    while index + 8 <= text.upperBound, let word = line.word(at: index) {
      key = (key ^ word) &* 0x9E37_79B9_7F4A_7C15
      key ^= key >> 32
      index += 8
    }
    return Int(truncatingIfNeeded: ((key >> 32) &* UInt64(size)) >> 32)
  }
}

extension RuleSet.Match {
  /// Which of the remembered lines a match is of.
  struct Repetition: Equatable {
    /// Its place among those that are remembered at once.
    var place: Int
    /// Its number among all.
    var serial: Int
  }
}
