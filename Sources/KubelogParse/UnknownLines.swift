internal import KubelogScan

/// A form of line that no rule and no reader knows.
public struct UnknownShape: Sendable, Equatable {
  /// What kind of line it is.
  public enum Kind: String, Sendable { case klog, tag }

  /// klog's message or a tag of kubeadm's.
  public var kind: Kind
  /// What its lines have in common: `kubelet.go "SyncLoop ADD"`, `[new-phase]`.
  public var shape: String
  /// How often it came.
  public var count: Int
  /// The first line that had it, from 1.
  public var line: Int
  /// That line without secrets, cut at 200 bytes.
  public var sample: String

  /// A shape that came `count` times.
  public init(kind: Kind, shape: String, count: Int, line: Int, sample: String) {
    (self.kind, self.shape, self.count, self.line, self.sample) = (kind, shape, count, line, sample)
  }
}

/// Counts the lines that nobody knew, by their shape, so that a new version of kubeadm or the kubelet is noticed.
///
/// A shape that was seen before costs a look into a table; a text is made for a new one only.
struct UnknownLines {
  private struct Slot {
    var key: UInt64 = 0
    var count = 0
    var shape = 0
  }

  private var slots: [Slot] = []
  private var shapes: [UnknownShape] = []
  /// How many lines of each shape count nowhere, and how many were taken or count nowhere.
  private var dropped: [Int] = [], taken: [Int] = []

  private static let size = 8192
  /// The most different beginnings that are told apart; further ones are not counted.
  private static let most = 4096

  /// A klog line that no rule matched.
  mutating func count(_ line: Bytes, _ header: KlogHeader, at position: LinePosition) {
    count(Self.key(line, header), at: position) {
      UnknownShape(
        kind: .klog, shape: "\(line.text(header.file)) \(Self.words(line, header.body))", count: 0, line: position.line,
        sample: Masker.text(line, header.body, keysAnywhere: true, limit: 200))
    }
  }

  /// How many bytes of a klog line's message tell its shape.
  static let beginning = 16

  private static func key(_ line: Bytes, _ header: KlogHeader) -> UInt64 {
    key(line, file: header.file, message: header.body.lowerBound)
  }

  private static func key(_ line: Bytes, file: Range<Int>, message start: Int) -> UInt64 {
    var key = UInt64(truncatingIfNeeded: file.count) &+ 1
    func mix(_ word: UInt64?) {
      key = (key ^ (word ?? 0)) &* 0x9E37_79B9_7F4A_7C15
      key ^= key >> 29
    }
    // Behind a short name stands the number of a line in it.
    mix(line.word(at: file.lowerBound).map { file.count < 8 ? $0 & (1 << (8 * UInt64(file.count)) - 1) : $0 })
    mix(line.word(at: start))
    mix(line.word(at: start + 8))
    return key | 1
  }

  private static func key(_ tag: String) -> UInt64 {
    var digester = Digester()
    digester.add(tag)
    return digester.digest().low | 1
  }

  /// Goes on from what was counted before: lines of its shapes are counted there, the number so far counts nowhere.
  mutating func resume(_ known: [UnknownShape]) {
    for shape in known where shape.count > 0 {
      let key: UInt64
      var none = shape
      none.count = 0
      switch shape.kind {
      case .klog:
        let (file, line) = (shape.shape.prefix { $0 != " " }.utf8.count, Array(shape.shape.utf8.prefix { $0 != 0x20 }))
        key = Self.key((line + [0x20] + Array(shape.sample.utf8)).span, file: 0..<file, message: file + 1)
      case .tag: key = Self.key(String(shape.shape.dropFirst().dropLast()))
      }
      guard let slot = place(of: key, { none }) else { return }
      slots[slot].count += shape.count
    }
    dropAll()
  }

  /// Where klog lines of a shape that was seen before are counted; nil where they are not.
  func slot(_ line: Bytes, _ header: KlogHeader) -> Int? {
    guard !slots.isEmpty else { return nil }
    let key = Self.key(line, header)
    var index = Self.place(key)
    while slots[index].count > 0, slots[index].key != key { index = (index + 1) & (Self.size - 1) }
    return slots[index].count > 0 ? index : nil
  }

  /// One more line of the shape that ``slot(_:_:)`` found.
  mutating func count(slot: Int) { slots[slot].count += 1 }

  private static func place(_ key: UInt64) -> Int { Int(truncatingIfNeeded: key >> 32) & (size - 1) }

  /// A line of kubeadm's with a tag that is none of those known.
  mutating func count(_ tag: Tag, _ line: Bytes, _ body: Range<Int>, at position: LinePosition) {
    count(Self.key(tag.name), at: position) {
      UnknownShape(
        kind: .tag, shape: "[\(tag.name)]", count: 0, line: position.line,
        sample: Masker.text(line, body, keysAnywhere: true, limit: 200))
    }
  }

  /// All shapes, the most frequent first.
  var all: [UnknownShape] { counted(without: dropped) }

  /// The lines that came up to now count nowhere.
  mutating func dropAll() {
    for slot in slots where slot.count > 0 { (dropped[slot.shape], taken[slot.shape]) = (slot.count, slot.count) }
  }

  /// What came since this was called last, or ``dropAll()``.
  mutating func takeNew() -> [UnknownShape] {
    let new = counted(without: taken)
    for slot in slots where slot.count > 0 { taken[slot.shape] = slot.count }
    return new
  }

  private func counted(without known: [Int]) -> [UnknownShape] {
    var counted: [String: UnknownShape] = [:]
    for slot in slots where slot.count > 0 && slot.count > known[slot.shape] {
      let shape = shapes[slot.shape]
      var all = counted[shape.shape] ?? shape
      all.count += slot.count - known[slot.shape]
      if shape.line < all.line { (all.line, all.sample) = (shape.line, shape.sample) }
      counted[shape.shape] = all
    }
    return counted.values.sorted { ($1.count, $0.line, $0.shape) < ($0.count, $1.line, $1.shape) }
  }

  private mutating func count(_ key: UInt64, at position: LinePosition, _ shape: () -> UnknownShape) {
    if let place = place(of: key, shape) { slots[place].count += 1 }
  }

  /// Where lines of a key are counted, of a new shape if none had it; nil where there are too many.
  private mutating func place(of key: UInt64, _ shape: () -> UnknownShape) -> Int? {
    if slots.isEmpty { slots = Array(repeating: Slot(), count: Self.size) }
    var index = Self.place(key)
    while slots[index].count > 0, slots[index].key != key { index = (index + 1) & (Self.size - 1) }
    if slots[index].count == 0 {
      guard shapes.count < Self.most else { return nil }
      slots[index] = Slot(key: key, count: 0, shape: shapes.count)
      shapes.append(shape())
      dropped.append(0)
      taken.append(0)
    }
    return index
  }

  /// The message of a klog line: in quotes as it stands, else its words up to the first that looks like a value.
  private static func words(_ line: Bytes, _ body: Range<Int>) -> String {
    if body.count > 1, line[body.lowerBound] == 0x22,
      let quote = GoQuote.closing(line, from: body.lowerBound + 1, to: body.upperBound)
    {
      return Masker.text(line, body.lowerBound..<min(quote + 1, body.lowerBound + 120), keysAnywhere: true)
    }
    var kept: [Substring] = []
    for word in Masker.text(line, body, keysAnywhere: true, limit: 120).split(separator: " ") {
      guard kept.count < 6, word.utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 == 0x2C || $0 == 0x2D || $0 == 0x3A })
      else { break }
      kept.append(word)
    }
    return kept.joined(separator: " ") + " …"
  }
}
