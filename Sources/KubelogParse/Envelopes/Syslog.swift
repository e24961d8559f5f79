internal import KubelogScan

/// A syslog message as it goes over the wire, with its priority: RFC 5424 `<30>1 2026-11-23T14:36:16.123Z cp3 kubelet 506 - -
/// message`, RFC 3164 `<30>Nov 23 14:36:16 cp3 kubelet[506]: message`.
enum Syslog {
  static func open(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool {
    let (start, end) = (record.body.lowerBound, record.body.upperBound)
    let close = line.end(of: isDigit, from: start + 1, to: end)
    guard let priority = line.decimal(start + 1..<close), priority < 192, close + 3 < end, line[close] == 0x3E else {
      return false
    }
    if line[close + 1] == 0x31, line[close + 2] == 0x20 {
      return openNew(line, &record, &out, from: close + 3, to: end)
    }
    let stamp = Stamp.yearless(line, at: close + 1) ?? Stamp.iso(line, at: close + 1)
    guard let stamp, let tail = JournalText.Tail(line, after: stamp.end, to: end) else { return false }
    record.time = stamp.time(&out.clock) ?? record.time
    tail.tell(line, &record, &out)
    return true
  }

  /// `TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG`, each `-` where there is none.
  private static func openNew(
    _ line: Bytes, _ record: inout Record, _ out: inout Output, from start: Int, to end: Int
  ) -> Bool {
    var next = start
    var words: [Range<Int>] = []
    for _ in 0..<5 {
      let word = line.end(of: isWordByte, from: next, to: end)
      guard word > next, word < end, line[word] == 0x20 else { return false }
      words.append(next..<word)
      next = word + 1
    }
    let stamp = Stamp.iso(line, at: words[0].lowerBound)
    guard stamp?.end == words[0].upperBound || isNil(line, words[0]), let data = dataEnd(line, from: next, to: end)
    else {
      return false
    }
    record.time = stamp?.time(&out.clock) ?? record.time
    if !isNil(line, words[1]), let host = out.names.host(line, words[1]) { record.host = host }
    record.identifier = isNil(line, words[2]) ? record.identifier : out.names.name(line, words[2])
    record.process = line.decimal(words[3]) ?? 0
    var body = min(data + 1, end)
    // The message may begin with a byte order mark, which says that it is UTF-8.
    if end - body >= 3, line[body] == 0xEF, line[body + 1] == 0xBB, line[body + 2] == 0xBF { body += 3 }
    record.body = body..<end
    return true
  }

  private static func isNil(_ line: Bytes, _ word: Range<Int>) -> Bool {
    word.count == 1 && line[word.lowerBound] == 0x2D
  }

  /// The end of `-` or of `[id key="value"][…]`, whose values may hold escaped quotes and brackets.
  private static func dataEnd(_ line: Bytes, from start: Int, to end: Int) -> Int? {
    if start < end, line[start] == 0x2D { return start + 1 }
    var index = start
    while index < end, line[index] == 0x5B {
      var isQuoted = false
      index += 1
      while index < end, isQuoted || line[index] != 0x5D {
        if line[index] == 0x5C { index += 1 } else if line[index] == 0x22 { isQuoted.toggle() }
        index += 1
      }
      guard index < end else { return nil }
      index += 1
    }
    return index > start ? index : nil
  }
}
