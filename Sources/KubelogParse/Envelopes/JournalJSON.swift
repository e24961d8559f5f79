internal import KubelogScan

/// `journalctl -o json`: an entry a line, every value a string, `{"MESSAGE":"…","_PID":"506",…}` in any order.
///
/// Format: systemd `src/shared/logs-show.c`, output_json. A value that is no text is a list of byte numbers, a field that
/// comes twice a list of its values, one over 4096 bytes `null` (unless `--all`). `json-sse` puts `data: ` before each
/// object, `json-seq` the byte 0x1E.
enum JournalJSON {
  /// Where the object begins in a line of one of the three forms, nil for anything else.
  static func start(_ line: Bytes, _ body: Range<Int>) -> Int? {
    var start = body.lowerBound
    if line[start] == 0x1E { start += 1 }
    if line.has("data: {", at: start) { start += 6 }
    return line.has("{\"", at: start) ? start : nil
  }

  /// Reads an entry; false where the object is none.
  static func read(
    _ line: Bytes, _ range: Range<Int>, into entry: inout JournalEntry, at position: LinePosition
  ) -> Bool {
    guard var members = JSONMembers(line, in: range) else { return false }
    var isEntry = false
    while let member = members.next(line) {
      guard let field = JournalEntry.field(line, member.name) else { continue }
      if field != .message { isEntry = true }
      take(field, line, member.value, into: &entry, at: position)
    }
    return isEntry && members.end != nil
  }

  private static func take(
    _ field: JournalEntry.Field, _ line: Bytes, _ value: JSONValue, isElement: Bool = false,
    into entry: inout JournalEntry, at position: LinePosition
  ) {
    switch value.kind {
    case .text where line.first(0x5C, in: value.range) == nil: entry.take(field, line, value.range, at: position)
    case .text:
      entry.take(field, at: position) {
        line.decodeJSONText(value.range, into: &$0)
        return true
      }
    case .list:
      if entry.take(field, at: position, { line.decodeJSONBytes(value.range, into: &$0) }) { return }
      if !isElement, var elements = JSONElements(line, in: value.range), let first = elements.next(line) {
        // Lists of lists of lists are none of journalctl's, and could be as deep as a line is long.
        take(field, line, first, isElement: true, into: &entry, at: position)
      }
    default: break
    }
  }
}
