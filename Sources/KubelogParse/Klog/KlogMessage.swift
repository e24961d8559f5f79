package import KubelogScan

/// What follows a klog header, taken apart: `"Failed to run kubelet" err="no \"x\" here" node="w1"`.
///
/// Only places are kept; a text is made when it is asked for. Format: klog `klog.go` printS and
/// `internal/serialize/keyvalues.go`, 2.0 to 2.130; before those, and in calls like `Infof` to this day, free text.
package struct KlogMessage {
  /// The message: of a structured line what is between its quotes, escapes as they stand, else the whole text.
  let message: Range<Int>
  /// Whether it is a quoted message with values behind it.
  let isStructured: Bool
  /// Whether the message's closing quote is missing.
  let isCut: Bool
  private let rest: Range<Int>

  /// Takes `body` of `line` apart.
  package init(_ line: Bytes, _ body: Range<Int>) {
    let (start, end) = (body.lowerBound, body.upperBound)
    let none = end..<end
    guard start < end else {
      (message, isStructured, isCut, rest) = (body, false, false, none)
      return
    }
    // klogr's own form, of programs on klog before 2.10: `"msg"="test" "error"="whoops"`, a logger's name before it.
    let named =
      line[start] == 0x22 ? start : line.first(" \"msg\"=\"", in: start..<min(end, start + 128)).map { $0 + 1 }
    if let named, line.has("\"msg\"=\"", at: named), named + 7 <= end,
      let quote = GoQuote.closing(line, from: named + 7, to: end)
    {
      (message, isStructured, isCut, rest) = (named + 7..<quote, true, false, quote + 1..<end)
      return
    }
    guard line[start] == 0x22 else {
      (message, isStructured, isCut, rest) = (body, false, false, none)
      return
    }
    guard let quote = GoQuote.closing(line, from: start + 1, to: end) else {
      (message, isStructured, isCut, rest) = (start + 1..<end, true, true, none)
      return
    }
    // Free text may begin with a quote too: `"node1" not found`.
    let behind = line.end(of: { $0 == 0x20 }, from: quote + 1, to: end)
    if behind == end || (behind > quote + 1 && KlogPairs.keyEnd(line, from: behind, to: end) != nil) {
      (message, isStructured, isCut, rest) = (start + 1..<quote, true, false, quote + 1..<end)
    } else {
      (message, isStructured, isCut, rest) = (body, false, false, none)
    }
  }

  /// The values, one by one, in the order they were printed.
  package var pairs: KlogPairs { KlogPairs(rest) }

  /// The first value under `key`; older klogs print a key that was given twice twice.
  func value(of key: StaticString, _ line: Bytes) -> KlogPair? {
    var pairs = pairs
    while let pair = pairs.next(line) {
      if line.fills(pair.key, key) { return pair }
    }
    return nil
  }

  /// The message as the program meant it.
  package func messageBytes(_ line: Bytes) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(message.count)
    if isStructured {
      GoQuote.decode(line, message, into: &bytes)
    } else {
      line.append(message, to: &bytes)
    }
    return bytes
  }
}

/// One value of a structured line, by its place.
package struct KlogPair: Equatable {
  /// How a value was printed.
  package enum Form: Equatable {
    /// `"…"` with Go's escapes; the place is that between the quotes.
    case quoted
    /// A number, `true`, `<nil>`, `(MISSING)`, or text of a type that Go does not quote.
    case bare
    /// `{Type:Ready Status:False …}`, `map[a:b]`, `[a b]`: what `%+v` prints (before 2.100).
    case structure
    /// A JSON object or list (since 2.100).
    case json
    /// `<`, then lines behind tabs, then ` >` (since 2.40); the place is that of the lines, tabs and all.
    case block
  }

  /// The name's place.
  package var key: Range<Int>
  /// The value's place.
  package var value: Range<Int>
  /// How it was printed.
  package var form: Form
  /// Whether its end is missing.
  var isCut = false

  /// The value as the program meant it; of structures and JSON what was printed.
  ///
  /// klog itself does not show whether the last line of a block had a line end: it is given without.
  package func bytes(_ line: Bytes) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(value.count)
    switch form {
    case .quoted: GoQuote.decode(line, value, into: &bytes)
    case .bare, .structure, .json: line.append(value, to: &bytes)
    case .block:
      var start = value.lowerBound
      while start < value.upperBound {
        let end = line.first(0x0A, in: start..<value.upperBound) ?? value.upperBound
        if start > value.lowerBound { bytes.append(0x0A) }
        line.append((line[start] == 0x09 ? start + 1 : start)..<end, to: &bytes)
        start = end + 1
      }
    }
    return bytes
  }
}
