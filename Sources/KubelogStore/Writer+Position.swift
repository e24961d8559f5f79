public import KubelogParse
public import KubelogScan

/// What was counted of a source up to some place in it.
public struct SourceCounts: Sendable, Equatable {
  /// Lines, and bytes up to the end of the last.
  public var lines: Int, bytes: Int
  /// Lines that were too long to be read whole, and such that were not UTF-8.
  public var truncatedLines: Int, badUTF8Lines: Int
  /// klog lines by their letter.
  public var letters: KlogLetters

  /// Counts; of nothing where none are given.
  public init(
    lines: Int = 0, bytes: Int = 0, truncatedLines: Int = 0, badUTF8Lines: Int = 0, letters: KlogLetters = .init()
  ) {
    (self.lines, self.bytes, self.truncatedLines) = (lines, bytes, truncatedLines)
    (self.badUTF8Lines, self.letters) = (badUTF8Lines, letters)
  }
}

/// A part of a source that is followed, as its position keeps it.
public struct PositionPart: Sendable, Equatable {
  /// What a file is known by.
  public struct File: Sendable, Equatable {
    public var device: Int64, inode: Int64
    /// How many bytes of it were read, and how many they are once unpacked.
    public var bytes: Int64, textBytes: Int64
    /// When it was modified last: as it was opened first, and as it was read last. Microseconds since 1970 UTC.
    public var openedAt: Int64, modifiedAt: Int64
    /// Fingerprints of its first bytes, of how many, and of the last before where reading stopped.
    public var head: Digest, headBytes: Int64, tail: Digest

    /// A file known by these.
    public init(
      device: Int64, inode: Int64, bytes: Int64, textBytes: Int64, openedAt: Int64, modifiedAt: Int64, head: Digest,
      headBytes: Int64, tail: Digest
    ) {
      (self.device, self.inode, self.bytes, self.textBytes) = (device, inode, bytes, textBytes)
      (self.openedAt, self.modifiedAt) = (openedAt, modifiedAt)
      (self.head, self.headBytes, self.tail) = (head, headBytes, tail)
    }
  }

  /// An entry of a journal.
  public struct Entry: Sendable, Equatable {
    /// The machine whose journal it is: a cursor says nothing to another.
    public var machine: String
    /// What journalctl finds it by.
    public var cursor: String
    /// When it was received, microseconds since 1970 UTC.
    public var moment: Int64

    /// An entry of a machine's journal.
    public init(machine: String, cursor: String, moment: Int64) {
      (self.machine, self.cursor, self.moment) = (machine, cursor, moment)
    }
  }

  /// What was counted of the source before it.
  public var before: SourceCounts
  /// The zone that was learned from the source, seconds east of UTC.
  public var zone: Int?
  /// The file, where it is one.
  public var file: File?
  /// The entry, where it is one of a journal.
  public var entry: Entry?

  /// A part before which so much was counted.
  public init(before: SourceCounts, zone: Int? = nil, file: File? = nil, entry: Entry? = nil) {
    (self.before, self.zone, self.file, self.entry) = (before, zone, file, entry)
  }
}

extension Writer {
  /// How far the source was read before: the parts that are read again, and last where reading stopped. Empty where it was
  /// not followed yet. Throws ``StoreError``.
  public func position() throws(StoreError) -> [PositionPart] {
    let rows = try connection.prepare(
      """
      SELECT counts ->> 0, counts ->> 1, counts ->> 2, counts ->> 3, counts ->> 4, counts ->> 5, counts ->> 6,
        counts ->> 7, zone_s, device, inode, bytes, text_bytes, opened_at, modified_at, head, head_bytes, tail, machine,
        cursor, moment
      FROM positions WHERE source = ?1 ORDER BY part
      """)
    rows.bind(.integer(source))
    var parts: [PositionPart] = []
    while try rows.step() {
      let number = { (column: Int32) in Int(rows.integer(column)) }
      var letters = KlogLetters()
      (letters.info, letters.warning, letters.error, letters.fatal) = (number(4), number(5), number(6), number(7))
      var part = PositionPart(
        before: SourceCounts(
          lines: number(0), bytes: number(1), truncatedLines: number(2), badUTF8Lines: number(3), letters: letters),
        zone: rows.optionalInteger(8).map { Int($0) })
      if let device = rows.optionalInteger(9), let head = Digest(bytes: rows.blob(15)),
        let tail = Digest(bytes: rows.blob(17))
      {
        part.file = PositionPart.File(
          device: device, inode: rows.integer(10), bytes: rows.integer(11), textBytes: rows.integer(12),
          openedAt: rows.integer(13), modifiedAt: rows.integer(14), head: head, headBytes: rows.integer(16), tail: tail)
      }
      if rows.optionalInteger(20) != nil {
        part.entry = PositionPart.Entry(machine: rows.text(18), cursor: rows.text(19), moment: rows.integer(20))
      }
      parts.append(part)
    }
    return parts
  }

  /// The unknown lines that the source had so far.
  public func unknown() throws(StoreError) -> [UnknownShape] {
    let rows = try connection.prepare("SELECT kind, shape, count, line, sample FROM unknown_lines WHERE source = ?1")
    rows.bind(.integer(source))
    var shapes: [UnknownShape] = []
    while try rows.step() {
      guard let kind = UnknownShape.Kind(rawValue: rows.text(0)) else { continue }
      shapes.append(
        UnknownShape(
          kind: kind, shape: rows.text(1), count: Int(rows.integer(2)), line: Int(rows.integer(3)), sample: rows.text(4)
        ))
    }
    return shapes
  }

  /// Whether the store knows how far the source was read.
  func isFollowed() throws(StoreError) -> Bool {
    let known = try connection.prepare("SELECT 1 FROM positions WHERE source = ?1")
    known.bind(.integer(source))
    return try known.step()
  }

  /// Keeps how far the source was read; it is lasting after ``commit()``, as what it told is. Throws ``StoreError``.
  public func keep(position parts: [PositionPart]) throws(StoreError) {
    try begin()
    let forget = try connection.prepare("DELETE FROM positions WHERE source = ?1")
    try forget.run(.integer(source))
    let save = try connection.prepare(
      """
      INSERT INTO positions (source, part, counts, zone_s, device, inode, bytes, text_bytes, opened_at, modified_at, head,
        head_bytes, tail, machine, cursor, moment)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
      """)
    for (number, part) in parts.enumerated() {
      let (before, file, entry) = (part.before, part.file, part.entry)
      let letters = before.letters
      let counts = [
        before.lines, before.bytes, before.truncatedLines, before.badUTF8Lines, letters.info, letters.warning,
        letters.error, letters.fatal,
      ]
      func cell(_ value: Int64?) -> Statement.Cell { value.map { .integer($0) } ?? .null }
      try save.run(
        .integer(source), .integer(Int64(number)), .text("[" + counts.map(String.init).joined(separator: ",") + "]"),
        cell(part.zone.map { Int64($0) }), cell(file?.device), cell(file?.inode), cell(file?.bytes),
        cell(file?.textBytes), cell(file?.openedAt), cell(file?.modifiedAt),
        file.map { .blob($0.head.bytes) } ?? .null, cell(file?.headBytes), file.map { .blob($0.tail.bytes) } ?? .null,
        entry.map { .text($0.machine) } ?? .null, entry.map { .text($0.cursor) } ?? .null, cell(entry?.moment))
    }
  }
}

extension Digest {
  /// The digest of those ``bytes``; nil where they are not sixteen.
  fileprivate init?(bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    let half = { (part: ArraySlice<UInt8>) in part.reduce(0) { $0 << 8 | UInt64($1) } }
    self.init(high: half(bytes[..<8]), low: half(bytes[8...]))
  }
}
