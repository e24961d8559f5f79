import KubelogParse
import KubelogScan

/// What must hold of a klog line taken apart: its values stand one behind the other within it, and any bytes that are quoted
/// as Go does are read back.
///
/// The parser asks only for some of it, where a rule has no words of its own.
func checkKlog(_ input: [UInt8]) throws {
  try checkQuote(input)
  var begin = 0
  // A block of several lines is one body.
  for body in [0..<input.count] + input.split(separator: 0x0A).map({ $0.startIndex..<$0.endIndex }) {
    begin = body.lowerBound
    let line = input.span
    // Behind the header, where there is one.
    if let bracket = line.first("] ", in: body) { begin = bracket + 2 }
    let klog = KlogMessage(line, begin..<body.upperBound)
    guard klog.messageBytes(line).count <= body.count else { throw Violation("a message longer than its line") }
    var (pairs, place) = (klog.pairs, begin)
    while let pair = pairs.next(line) {
      guard pair.key.lowerBound >= place, pair.value.lowerBound >= pair.key.upperBound,
        pair.value.upperBound <= body.upperBound
      else { throw Violation("a value at \(pair.value) of a key at \(pair.key), behind \(place)") }
      place = pair.value.upperBound
      let value = pair.bytes(line)
      guard value.count <= pair.value.count else { throw Violation("a value longer than it was printed") }
    }
  }
}

private func checkQuote(_ text: [UInt8]) throws {
  var quoted: [UInt8] = []
  GoQuote.encode(text.span, 0..<text.count, into: &quoted)
  guard quoted.allSatisfy({ $0 >= 0x20 }) else { throw Violation("a quoted text with a control character") }
  var read: [UInt8] = []
  GoQuote.decode(quoted.span, 1..<quoted.count - 1, into: &read)
  guard read == text else { throw Violation("quoted, and read as something else") }
}
