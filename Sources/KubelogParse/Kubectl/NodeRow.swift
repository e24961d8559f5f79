internal import KubelogScan

/// One row of `kubectl get nodes`, known by its shape: name, status, roles, age, version.
///
/// Format: kubernetes `pkg/printers/internalversion/printers.go` printNode, since 1.6; without roles until 1.7. Cells are
/// two or more blanks apart and may hold single blanks; in a watch they need not stand under their headings.
struct NodeRow {
  var name: Range<Int>
  var status: Status
  /// Nil where the row is cut before it says so.
  var schedulable: Bool?
  /// Nil where the table has none or the row is cut.
  var roles: Range<Int>?
  /// AGE as printed, nil where the row is cut.
  var age: Range<Int>?
  /// Nil where the row is cut.
  var version: Range<Int>?
  /// Cells after VERSION, in order.
  var further: [Range<Int>] = []
  /// The word of `--output-watch-events` before the name.
  var change: Change?

  enum Status: String { case ready = "Ready", notReady = "NotReady", unknown = "Unknown" }
  enum Change: String { case added = "ADDED", modified = "MODIFIED", deleted = "DELETED" }

  /// Reads a row; `columns` is the heading it stands under, nil where there is none.
  ///
  /// Under a heading the row may be cut at the terminal's width: then what is whole is read. Without one it has to have
  /// all that a row of nodes has.
  init?(_ line: Bytes, _ range: Range<Int>, under columns: NodeColumns? = nil) {
    // Cheap refusal first.
    guard (line.first("Ready", in: range) ?? line.first("Unknown", in: range)) != nil else { return nil }
    var cells = Cells(line, range)
    guard var first = cells.next(line) else { return nil }
    if let word = NodeRow.change(line, first) {
      change = word
      guard let second = cells.next(line) else { return nil }
      first = second
    }
    if line.has("node/", at: first.lowerBound) { first = first.lowerBound + 5..<first.upperBound }
    guard NodeRow.isName(line, first), let state = cells.next(line) else { return nil }
    name = first
    let isAligned = columns.map { $0.status == state.lowerBound - range.lowerBound } ?? false
    guard let parsed = NodeRow.status(line, state, mayBeCut: isAligned && state.upperBound == range.upperBound) else {
      return nil
    }
    status = parsed.status
    schedulable = parsed.schedulable
    guard let third = cells.next(line) else {
      guard isAligned else { return nil }
      if schedulable == true { schedulable = nil }
      return
    }
    var time: Range<Int>? = third
    if Age(line, third) == nil {
      guard parsed.role == nil, NodeRow.areRoles(line, third) else { return nil }
      roles = third
      time = cells.next(line)
    } else {
      // Until 1.7 a role stood behind the status.
      roles = parsed.role
    }
    let release = time == nil ? nil : cells.next(line)
    if let time, Age(line, time) != nil, let release, NodeRow.isVersion(line, release) {
      // A version without its third number is the end of a line that was cut.
      guard NodeRow.isWhole(version: release, line) || isAligned else { return nil }
      (age, version) = (time, NodeRow.isWhole(version: release, line) ? release : nil)
      while let cell = cells.next(line) { further.append(cell) }
      if !cells.isWide { joinImageName(line) }
      return
    }
    guard isAligned, parsed.role == nil, columns?.hasRoles == (roles != nil) else { return nil }
    // Cut: the last cell may have been longer.
    if let release {
      guard release.upperBound == range.upperBound, line[release.lowerBound] == 0x76, let time, Age(line, time) != nil
      else { return nil }
      age = time
    } else if let time {
      guard time.upperBound == range.upperBound, isDigit(line[time.lowerBound]) || line[time.lowerBound] == 0x3C else {
        return nil
      }
    } else {
      roles = nil
    }
  }

  /// In a collapsed wide row only the image's name has blanks of its own; it stands before the last two cells.
  private mutating func joinImageName(_ line: Bytes) {
    guard further.count > 4, line.first("://", in: further[further.count - 1]) != nil else { return }
    // One or two addresses come first.
    let start = further.prefix(2).filter { NodeRow.isAddress(line, $0) }.count
    let end = further.count - 2
    guard start > 0, end > start else { return }
    further.replaceSubrange(start..<end, with: [further[start].lowerBound..<further[end - 1].upperBound])
  }

  // MARK: Cells

  private static func change(_ line: Bytes, _ cell: Range<Int>) -> Change? {
    switch cell.count {
    case 5 where line.has("ADDED", at: cell.lowerBound): .added
    case 8 where line.has("MODIFIED", at: cell.lowerBound): .modified
    case 7 where line.has("DELETED", at: cell.lowerBound): .deleted
    default: nil
    }
  }

  private static func status(
    _ line: Bytes, _ cell: Range<Int>, mayBeCut: Bool
  ) -> (status: Status, schedulable: Bool, role: Range<Int>?)? {
    let comma = line.first(0x2C, in: cell)
    guard let status = Status(rawValue: line.text(cell.lowerBound..<(comma ?? cell.upperBound))) else { return nil }
    guard let comma else { return (status, true, nil) }
    let word = comma + 1..<cell.upperBound
    if line.text(word) == "SchedulingDisabled" { return (status, false, nil) }
    if mayBeCut, !word.isEmpty, "SchedulingDisabled".hasPrefix(line.text(word)) { return (status, false, nil) }
    // `Ready,master` of 1.6.
    return line.text(word) == "master" ? (status, true, word) : nil
  }

  static func isName(_ line: Bytes, _ cell: Range<Int>) -> Bool {
    guard cell.count <= 253, let first = cell.first, isTokenByte(line[first]) else { return false }
    return line.end(of: { isTokenByte($0) || $0 == 0x2D || $0 == 0x2E }, from: cell.lowerBound, to: cell.upperBound)
      == cell.upperBound
  }

  static func isVersion(_ line: Bytes, _ cell: Range<Int>) -> Bool {
    cell.count > 3 && line[cell.lowerBound] == 0x76 && isDigit(line[cell.lowerBound + 1])
      && line.first(0x2E, in: cell) != nil && line.first(0x20, in: cell) == nil
  }

  private static func isWhole(version cell: Range<Int>, _ line: Bytes) -> Bool {
    guard let first = line.first(0x2E, in: cell), let second = line.first(0x2E, in: first + 1..<cell.upperBound) else {
      return false
    }
    return second + 1 < cell.upperBound && isDigit(line[second + 1])
  }

  /// The roles that a cell tells: label keys without their prefix.
  static func roles(_ cell: String) -> [String] {
    guard cell != "<none>" else { return [] }
    return cell.split(separator: ",").map { Masker.text(String($0), keysAnywhere: true) }
  }

  /// `<none>` or label keys without their prefix.
  private static func areRoles(_ line: Bytes, _ cell: Range<Int>) -> Bool {
    if line[cell.lowerBound] == 0x3C { return line.text(cell) == "<none>" }
    return line.end(
      of: { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A && $0 != 0x22 }, from: cell.lowerBound, to: cell.upperBound)
      == cell.upperBound
  }

  private static func isAddress(_ line: Bytes, _ cell: Range<Int>) -> Bool {
    if line[cell.lowerBound] == 0x3C { return true }
    return line.end(of: { isHexByte($0) || $0 == 0x2E || $0 == 0x3A }, from: cell.lowerBound, to: cell.upperBound)
      == cell.upperBound
  }
}
