extension Unicode.Scalar {
  /// Whether printing this would do something to a terminal besides showing a sign: C0, DEL and C1 controls, line
  /// separators, and the marks that reorder the text around them ("Trojan Source", CVE-2021-42574).
  var actsOnTerminal: Bool {
    switch value {
    case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// Itself, or what a reader may safely be shown instead: `\e`, `\n`, `\r`, `\t`, `\u{202E}`.
  var visible: String {
    guard actsOnTerminal else { return String(self) }
    return switch self {
    case "\u{1B}": "\\e"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{" + String(value, radix: 16, uppercase: true) + "}"
    }
  }
}

/// `text` with nothing left in it that acts on the reader's terminal.
public func visible(_ text: String) -> String {
  if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
  return text.unicodeScalars.reduce(into: "") { $0 += $1.visible }
}
