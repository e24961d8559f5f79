internal import KubelogScan

/// The forms of journalctl that give an entry several lines: export, verbose and json-pretty.
///
///     __CURSOR=s=73d7…                     export: an empty line ends the entry; a value that is no text stands behind
///     MESSAGE=Stopped kubelet.service      its name alone on a line, eight bytes of length (little-endian) and itself
///
///     Mon 2026-11-23 14:33:35.669770 UTC [s=73d7…;i=184;…]
///         MESSAGE=Stopped kubelet.service  verbose: further lines of a value stand below its first
///
///     {                                    json-pretty
///     <TAB>"MESSAGE" : "Stopped kubelet.service",
///
/// Format: systemd `src/shared/logs-show.c`, output_export, output_verbose, output_json.
struct JournalFields {
  /// What a line was.
  enum Taken {
    /// None of an entry's: it is to be read as any other.
    case no
    /// Part of one.
    case part
    /// None of an entry's, but it ends the one before, which is to be read first.
    case noEnds
    /// The head of the next entry, or the end of this one, which is to be read now.
    case ends
  }

  /// The entry being read; to be cleared by who reads it.
  var entry = JournalEntry()
  private(set) var form: Form?
  /// The form of the last entry.
  private(set) var lastForm = SourceForm.journalExport
  /// Whether the line that ended the last entry was none of it.
  private(set) var wasNo = false
  private var field: JournalEntry.Field?
  private var next: JournalEntry?
  /// Of a value that is no text: its name's field, what came of length and value.
  private var binary: (field: JournalEntry.Field?, bytes: [UInt8], expected: Int?)?
  private var indent = 0
  private var object: [UInt8] = []

  enum Form { case export, verbose, pretty }

  /// The longest entry that is put together; what comes after is left out.
  private static let longest = 1 << 20

  /// Whether it is in the middle of something whose lines no other reader may see.
  var isInside: Bool { form != nil }

  /// Takes a line as it stands, `position` with its whole length.
  mutating func take(_ line: Bytes, at position: LinePosition) -> Taken {
    let taken: Taken
    switch form {
    case .export: (taken, lastForm) = (takeExport(line, at: position), .journalExport)
    case .verbose: (taken, lastForm) = (takeVerbose(line, at: position), .journalVerbose)
    case .pretty: (taken, lastForm) = (takePretty(line, at: position), .journalJSON)
    case nil: taken = begin(line, at: position)
    }
    if case .noEnds = taken { wasNo = true } else { wasNo = false }
    return taken
  }

  /// The input is over: true where an entry waits to be read.
  mutating func finish() -> Bool {
    defer { form = nil }
    return form == .verbose && entry.hasMessage || form == .export && entry.hasMessage
  }

  private mutating func begin(_ line: Bytes, at position: LinePosition) -> Taken {
    guard line.count > 0 else { return .no }
    if line.has("__CURSOR=", at: 0) || line.has("__REALTIME_TIMESTAMP=", at: 0) {
      form = .export
      entry.clear()
      return takeExport(line, at: position)
    }
    if let head = Self.verboseHead(line) {
      (form, field) = (.verbose, nil)
      entry.clear()
      entry.stamp = head
      return .part
    }
    return .no
  }

  /// After a line that was `{` and nothing else: whether this is the first of json-pretty.
  mutating func beginPretty(_ line: Bytes, at position: LinePosition) -> Bool {
    guard line.has("\t\"", at: 0), line.first("\" : ", in: 0..<line.count) != nil else { return false }
    form = .pretty
    entry.clear()
    object = [0x7B]
    _ = take(line, at: position)
    return true
  }

  // MARK: export

  private mutating func takeExport(_ line: Bytes, at position: LinePosition) -> Taken {
    if binary != nil { return takeBinary(line, at: position) }
    guard line.count > 0 else {
      form = nil
      return .ends
    }
    let name = line.end(of: { $0 == 0x5F || isDigit($0) || $0 &- 0x41 < 26 }, from: 0)
    guard name > 0 else { return leave() }
    let field = JournalEntry.field(line, 0..<name)
    if name == line.count {
      binary = (field, [], nil)
      return .part
    }
    guard line[name] == 0x3D else { return leave() }
    if let field { entry.take(field, line, name + 1..<line.count, at: position) }
    return .part
  }

  private mutating func leave() -> Taken {
    form = nil
    return entry.hasMessage ? .noEnds : .no
  }

  private mutating func takeBinary(_ line: Bytes, at position: LinePosition) -> Taken {
    guard var value = binary else { return .no }
    // Behind the value stands a line end, so that more than the longest one and its length is never looked at.
    let room = Self.longest + 16 - value.bytes.count
    line.append(0..<min(line.count, room), to: &value.bytes)
    // The splitter takes carriage returns and the line end off: the length says what is missing.
    let returns = min(position.length - 1 - line.count, room - line.count)
    if returns > 0 { value.bytes.append(contentsOf: repeatElement(0x0D, count: returns)) }
    if position.length > line.count { value.bytes.append(0x0A) }
    if value.expected == nil, let word = value.bytes.span.word(at: 0) {
      guard word < UInt64(Self.longest) else {
        binary = nil
        return leave()
      }
      value.expected = Int(word)
    }
    binary = value
    guard let expected = value.expected, value.bytes.count > 8 + expected else { return .part }
    if let field = value.field { entry.take(field, value.bytes.span, 8..<8 + expected, at: position) }
    binary = nil
    return .part
  }

  // MARK: verbose

  private static func verboseHead(_ line: Bytes) -> Stamp? {
    guard line.first("[s=", in: 0..<min(line.count, 80)) != nil, let stamp = Stamp.full(line, at: 0),
      line.has(" [s=", at: stamp.end)
    else { return nil }
    return stamp
  }

  private mutating func takeVerbose(_ line: Bytes, at position: LinePosition) -> Taken {
    if let head = Self.verboseHead(line) {
      var following = JournalEntry()
      following.stamp = head
      (next, field) = (following, nil)
      return .ends
    }
    let blanks = line.end(of: { $0 == 0x20 }, from: 0)
    guard blanks >= 4, blanks < line.count else { return leave() }
    let equals = line.end(of: { $0 == 0x5F || isDigit($0) || $0 &- 0x41 < 26 }, from: blanks)
    if blanks == 4, equals > blanks, equals < line.count, line[equals] == 0x3D {
      field = JournalEntry.field(line, blanks..<equals)
      indent = equals + 1
      if let field { entry.take(field, line, equals + 1..<line.count, at: position) }
    } else if field == .message, entry.message.count < Self.longest {
      entry.message.append(0x0A)
      line.append(min(indent, line.count)..<line.count, to: &entry.message)
    }
    return .part
  }

  /// The entry was read: goes on with the next.
  mutating func wasRead() {
    if let following = next {
      entry = following
      next = nil
    } else {
      entry.clear()
    }
  }

  // MARK: json-pretty

  private mutating func takePretty(_ line: Bytes, at position: LinePosition) -> Taken {
    if object.count < Self.longest { line.append(0..<line.count, to: &object) }
    guard line.count == 1, line[0] == 0x7D else {
      guard line.count > 0, line[0] == 0x09 else { return leave() }
      return .part
    }
    form = nil
    let whole = object
    guard JournalJSON.read(whole.span, 0..<whole.count, into: &entry, at: position) else { return .part }
    return .ends
  }
}
