internal import KubelogScan

/// What of a klog line is kept as text: for people, and without secrets.
enum KlogText {
  /// The most bytes of a message, and of the error behind it.
  private static let longest = 1000

  /// The message of a klog line as its program meant it, and its `err` behind it.
  static func sentence(_ line: Bytes, _ body: Range<Int>) -> String {
    let klog = KlogMessage(line, body)
    guard klog.isStructured else { return Masker.text(line, body, keysAnywhere: false, limit: longest) }
    var text = oneLine(klog.messageBytes(line))
    if let err = klog.value(of: "err", line) ?? klog.value(of: "error", line), err.form != .json {
      text += ": " + oneLine(err.bytes(line))
    }
    return text
  }

  /// What a rule's group found; a time in Go's own form as RFC 3339 has it, so that both forms read the same.
  static func value(of group: String, _ line: Bytes, _ range: Range<Int>) -> String {
    if group.utf8.count > 5, group.hasSuffix("_time"), let moment = GoTime.microseconds(line, range) {
      return GoTime.rfc3339(moment)
    }
    return Masker.text(line, range, keysAnywhere: false)
  }

  /// What several lines say, in one.
  private static func oneLine(_ bytes: [UInt8]) -> String {
    guard !isOneLine(bytes.span) else {
      return Masker.text(bytes.span, 0..<bytes.count, keysAnywhere: false, limit: longest)
    }
    var line: [UInt8] = []
    line.reserveCapacity(bytes.count)
    for byte in bytes {
      if byte != 0x0A, !(isBlank(byte) && line.last == 0x20) {
        line.append(byte)
      } else if byte == 0x0A, line.last != 0x20 {
        line.append(0x20)
      }
    }
    while line.last == 0x20 { line.removeLast() }
    return Masker.text(line.span, 0..<line.count, keysAnywhere: false, limit: longest)
  }

  /// Whether there is neither a line end in a text nor a blank behind another or at its end.
  private static func isOneLine(_ text: Bytes) -> Bool {
    var last: UInt8 = 0
    for index in text.indices {
      let byte = text[index]
      if byte == 0x0A || last == 0x20 && isBlank(byte) { return false }
      last = byte
    }
    return last != 0x20
  }
}
