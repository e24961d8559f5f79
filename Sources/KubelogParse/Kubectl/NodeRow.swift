internal import KubelogScan

/// One row of `kubectl get nodes`, known by its shape: name, status, roles, age, version.
///
/// Format: kubernetes `pkg/printers/internalversion/printers.go` printNode, the same since 1.6. Cells are two or more
/// blanks apart and may hold single blanks; in a watch they need not stand under their headings.
struct NodeRow {
  var name: Range<Int>
  var status: Status
  var schedulable: Bool
  var roles: Range<Int>
  /// AGE as printed.
  var age: Range<Int>
  var version: Range<Int>
  /// Cells after VERSION, in order.
  var further: [Range<Int>]
  /// The word of `--output-watch-events` before the name.
  var change: Change?

  enum Status: String { case ready = "Ready", notReady = "NotReady", unknown = "Unknown" }
  enum Change: String { case added = "ADDED", modified = "MODIFIED", deleted = "DELETED" }

  init?(_ line: Bytes, _ range: Range<Int>) {
    // Cheap refusal first: a row has a status after its first or second cell and `v1` in it.
    guard let dot = line.first("   v", in: range) ?? line.first(" v1.", in: range), dot > range.lowerBound else {
      return nil
    }
    var cells = Cells(line, range)
    guard var first = cells.next() else { return nil }
    if let word = Change(rawValue: line.text(first)) {
      change = word
      guard let second = cells.next() else { return nil }
      first = second
    }
    if line.has("node/", at: first.lowerBound) { first = first.lowerBound + 5..<first.upperBound }
    guard NodeRow.isName(line, first), let state = cells.next(), let parsed = NodeRow.status(line, state),
      let roles = cells.next(), let age = cells.next(), Age(line, age) != nil, let version = cells.next(),
      NodeRow.isVersion(line, version)
    else { return nil }
    name = first
    (status, schedulable) = parsed
    self.roles = roles
    self.age = age
    self.version = version
    further = []
    while let cell = cells.next() { further.append(cell) }
  }

  /// The names of the columns after VERSION, as the heading has them; nil where the line is no such heading.
  static func heading(_ line: Bytes, _ range: Range<Int>) -> [String]? {
    var cells = Cells(line, range)
    guard let first = cells.next() else { return nil }
    var name = line.text(first)
    if name == "EVENT", let second = cells.next() { name = line.text(second) }
    guard name == "NAME" else { return nil }
    for expected in ["STATUS", "ROLES", "AGE", "VERSION"] {
      guard let cell = cells.next(), line.text(cell) == expected else { return nil }
    }
    var names: [String] = []
    while let cell = cells.next() { names.append(line.text(cell)) }
    return names
  }

  private static func status(_ line: Bytes, _ cell: Range<Int>) -> (Status, Bool)? {
    var end = cell.upperBound
    var schedulable = true
    if let comma = line.first(0x2C, in: cell) {
      guard line.text(comma + 1..<cell.upperBound) == "SchedulingDisabled" else { return nil }
      (end, schedulable) = (comma, false)
    }
    guard let status = Status(rawValue: line.text(cell.lowerBound..<end)) else { return nil }
    return (status, schedulable)
  }

  private static func isName(_ line: Bytes, _ cell: Range<Int>) -> Bool {
    guard cell.count <= 253, let first = cell.first, isTokenByte(line[first]) else { return false }
    return line.end(of: { isTokenByte($0) || $0 == 0x2D || $0 == 0x2E }, from: cell.lowerBound, to: cell.upperBound)
      == cell.upperBound
  }

  private static func isVersion(_ line: Bytes, _ cell: Range<Int>) -> Bool {
    cell.count > 3 && line[cell.lowerBound] == 0x76 && isDigit(line[cell.lowerBound + 1])
      && line.first(0x2E, in: cell) != nil
  }
}

/// Splits a table row at runs of two or more blanks; where none is left, at single blanks (a collapsed paste).
struct Cells {
  private let line: [UInt8]
  private let base: Int
  private var index: Int
  private let end: Int
  private let wide: Bool

  init(_ bytes: Bytes, _ range: Range<Int>) {
    let trimmed = bytes.trimmed(range)
    line = trimmed.map { bytes[$0] }
    (base, index, end) = (trimmed.lowerBound, 0, trimmed.count)
    wide = bytes.first("  ", in: trimmed) != nil
  }

  mutating func next() -> Range<Int>? {
    while index < end, line[index] == 0x20 { index += 1 }
    guard index < end else { return nil }
    let start = index
    while index < end {
      if line[index] == 0x20, !wide || (index + 1 < end && line[index + 1] == 0x20) { break }
      index += 1
    }
    return base + start..<base + index
  }
}

/// An age as kubectl prints it: `2m26s`, `9d`, `2y30d`.
///
/// Format: apimachinery `pkg/util/duration`; whole numbers of at most two units, cut off, so that the age lies within
/// one of the lowest unit above it.
struct Age: Equatable {
  var seconds: Int
  /// How much more it may be, in seconds.
  var span: Int

  init?(_ line: Bytes, _ range: Range<Int>) {
    (seconds, span) = (0, 0)
    guard range.count <= 24 else { return nil }
    if line.text(range) == "<unknown>" || line.text(range) == "<invalid>" { return }
    var index = range.lowerBound
    while index < range.upperBound {
      let digits = line.end(of: isDigit, from: index, to: range.upperBound)
      guard digits < range.upperBound, let number = line.decimal(index..<digits), number < 1_000_000 else { return nil }
      switch line[digits] {
      case 0x79: span = 365 * 86_400
      case 0x64: span = 86_400
      case 0x68: span = 3_600
      case 0x6D: span = 60
      case 0x73: span = 1
      default: return nil
      }
      seconds += number * span
      index = digits + 1
    }
    guard index > range.lowerBound, range.count > 1 else { return nil }
  }
}
