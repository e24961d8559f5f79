internal import KubelogScan

/// One event about a node, as a row of `kubectl get events`, `kubectl events` or the end of `kubectl describe node`.
///
/// Format: kubernetes `pkg/printers/internalversion/printers.go` printEvent, kubectl `pkg/cmd/events` and
/// `pkg/describe` DescribeEvents:
///
///     9m49s       Normal   Starting   node/cp1   Starting kubelet.
///     0s   Normal   NodeReady   node/cp3      kubelet, cp3   Node cp3 status is now: NodeReady   0s   1   cp3.18eab402cc27a9c0
///     7m19s (x2 over 7m19s)   Normal   NodeHasSufficientPID   Node/cp2   Node cp2 status is now: NodeHasSufficientPID
///     2m   2m   1   cp1.15a2b3c4d5e6f708   Node      Normal   NodeReady   kubelet, cp1   Node cp1 status is now: NodeReady
///
/// the last one until 1.12. With `-A` a namespace stands before them.
struct EventRow {
  /// Since the event was seen last.
  var age: Age
  /// `Normal` or `Warning`.
  var isWarning: Bool
  var reason: Range<Int>
  /// The node's name, nil in a description, where it is not printed.
  var node: Range<Int>?
  /// Empty where kubectl prints none.
  var message: Range<Int>
  /// How often it was seen, nil where the row does not say.
  var count: Int?
  /// The event's own name and object, in wide tables.
  var name: Range<Int>?

  init?(_ line: Bytes, _ range: Range<Int>) {
    // Cheap refusal first.
    guard (line.first("Normal", in: range) ?? line.first("Warning", in: range)) != nil,
      (line.first("ode/", in: range) ?? line.first("Node ", in: range) ?? line.first("Node\t", in: range)) != nil
    else { return nil }
    var cells = Cells(line, range)
    guard var first = cells.next(line), let counted = EventRow.counted(line, &first, &cells) else { return nil }
    (age, count) = counted
    guard let second = cells.next(line) else { return nil }
    if Age(line, second) != nil {
      guard let read = EventRow.oldRow(line, &cells) else { return nil }
      (count, node, isWarning, reason, message) = read
      return
    }
    guard let warning = EventRow.type(line, second), let reason = cells.next(line), EventRow.isReason(line, reason),
      let object = cells.next(line),
      line.has("node/", at: object.lowerBound) || line.has("Node/", at: object.lowerBound),
      NodeRow.isName(line, object.lowerBound + 5..<object.upperBound)
    else { return nil }
    (isWarning, self.reason, node) = (warning, reason, object.lowerBound + 5..<object.upperBound)
    message = cells.rest(line)
    takeWide(line, isWide: cells.isWide)
  }

  /// A row below `Events:` of a node's description, where the object is not printed.
  ///
  ///     Normal   NodeHasSufficientMemory  10m (x2 over 10m)  kubelet  Node w1 status is now: NodeHasSufficientMemory
  ///     10m   10m   1   kubelet, w1      Normal   Starting   Starting kubelet.
  ///
  /// the second one until 1.7.
  init?(describing line: Bytes, _ range: Range<Int>) {
    var cells = Cells(line, range)
    guard cells.isWide, let first = cells.next(line) else { return nil }
    node = nil
    if let warning = EventRow.type(line, first) {
      guard let reason = cells.next(line), EventRow.isReason(line, reason), var seen = cells.next(line),
        let counted = EventRow.counted(line, &seen, &cells), cells.next(line) != nil
      else { return nil }
      (isWarning, self.reason, message) = (warning, reason, cells.rest(line))
      (age, count) = counted
      return
    }
    guard Age(line, first) != nil, let last = cells.next(line), let age = Age(line, last),
      let number = cells.next(line), let count = line.decimal(number), cells.next(line) != nil,
      let type = cells.next(line), let warning = EventRow.type(line, type), let reason = cells.next(line),
      EventRow.isReason(line, reason)
    else { return nil }
    (self.age, self.count, isWarning, self.reason, message) = (age, count, warning, reason, cells.rest(line))
  }

  /// `LAST SEEN FIRST SEEN COUNT NAME KIND SUBOBJECT TYPE REASON SOURCE MESSAGE` from COUNT on.
  private static func oldRow(
    _ line: Bytes, _ cells: inout Cells
  ) -> (count: Int?, node: Range<Int>, isWarning: Bool, reason: Range<Int>, message: Range<Int>)? {
    guard cells.isWide, let number = cells.next(line), let count = line.decimal(number), let name = cells.next(line),
      let node = object(line, of: name), let kind = cells.next(line), line.text(kind) == "Node",
      let type = cells.next(line), let warning = EventRow.type(line, type), let reason = cells.next(line),
      isReason(line, reason), cells.next(line) != nil
    else { return nil }
    return (count, node, warning, reason, cells.rest(line))
  }

  /// The columns that `-o wide` adds: SOURCE before the message, FIRST SEEN, COUNT and NAME behind it.
  private mutating func takeWide(_ line: Bytes, isWide: Bool) {
    guard isWide else { return }
    let cells = Cells.all(line, message)
    guard cells.count >= 4,
      EventRow.object(line, of: cells[cells.count - 1]).map({ line.text($0) }) == node.map({ line.text($0) }),
      let count = line.decimal(cells[cells.count - 2]), Age(line, cells[cells.count - 3]) != nil
    else { return }
    self.count = count
    name = cells[cells.count - 1]
    // kube-proxy starts without a message.
    message =
      cells.count == 4
      ? cells[0].upperBound..<cells[0].upperBound : cells[1].lowerBound..<cells[cells.count - 4].upperBound
  }

  /// The age in `cell`, which a namespace may stand before; `(x2 over 7m19s)` may stand behind it.
  private static func counted(_ line: Bytes, _ cell: inout Range<Int>, _ cells: inout Cells) -> (Age, Int?)? {
    if Age(line, cell.lowerBound..<(line.first(0x20, in: cell) ?? cell.upperBound)) == nil {
      guard NodeRow.isName(line, cell), let next = cells.next(line) else { return nil }
      cell = next
    }
    let blank = line.first(0x20, in: cell) ?? cell.upperBound
    guard let age = Age(line, cell.lowerBound..<blank),
      let number = times(line, blank..<cell.upperBound, &cells)
    else { return nil }
    return (age, number > 0 ? number : nil)
  }

  /// The number in `(x2 over 7m19s)`, 0 where there is no such thing; nil where there is something else.
  private static func times(_ line: Bytes, _ rest: Range<Int>, _ cells: inout Cells) -> Int? {
    var words = line.trimmed(rest)
    if words.isEmpty, !cells.isWide {
      // Collapsed: the three words are cells of their own.
      var ahead = cells
      guard let first = ahead.next(line), line.has("(x", at: first.lowerBound) else { return 0 }
      guard ahead.next(line) != nil, let last = ahead.next(line) else { return nil }
      words = first.lowerBound..<last.upperBound
      cells = ahead
    }
    guard !words.isEmpty else { return 0 }
    let end = line.end(of: isDigit, from: words.lowerBound + 2, to: words.upperBound)
    guard line.has("(x", at: words.lowerBound), line.has(" over ", at: end) else { return nil }
    return line.decimal(words.lowerBound + 2..<end)
  }

  private static func type(_ line: Bytes, _ cell: Range<Int>) -> Bool? {
    if cell.count == 6, line.has("Normal", at: cell.lowerBound) { return false }
    return cell.count == 7 && line.has("Warning", at: cell.lowerBound) ? true : nil
  }

  /// A word in camel case.
  private static func isReason(_ line: Bytes, _ cell: Range<Int>) -> Bool {
    line[cell.lowerBound] &- 0x41 < 26
      && line.end(of: { isDigit($0) || ($0 | 0x20) &- 0x61 < 26 }, from: cell.lowerBound, to: cell.upperBound)
        == cell.upperBound
  }

  /// The object's name in an event's, which ends in a dot and the time in hexadecimal digits.
  private static func object(_ line: Bytes, of name: Range<Int>) -> Range<Int>? {
    var dot = name.upperBound
    while dot > name.lowerBound, isHexByte(line[dot - 1]) { dot -= 1 }
    guard name.upperBound - dot >= 12, dot - 1 > name.lowerBound, line[dot - 1] == 0x2E else { return nil }
    let object = name.lowerBound..<dot - 1
    return NodeRow.isName(line, object) ? object : nil
  }
}
