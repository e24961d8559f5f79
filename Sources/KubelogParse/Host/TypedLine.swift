internal import KubelogScan

/// A line on which somebody typed a command: `root@cp1:~# swapoff -a`, `[root@cp1 ~]# …`, `$ sudo …`, `+ …` of `set -x`.
///
/// Before the prompt's sign stands nothing, a `user@host` or a shell's own name: a sentence with a `$` in it is no prompt.
struct TypedLine {
  /// The host that the prompt names, nil where it names none.
  var host: String?
  /// What was typed, from the first word on.
  var text: String

  /// The longest prompt.
  private static let longest = 80

  init?(_ line: Bytes, _ body: Range<Int>) {
    guard body.count > 6, let sign = Self.sign(line, body) else { return nil }
    let start = line.end(of: isBlank, from: sign + 1, to: body.upperBound)
    guard start < body.upperBound else { return nil }
    if sign > body.lowerBound {
      guard let name = Self.host(line, body.lowerBound..<sign) else { return nil }
      host = name.isEmpty || name == "localhost" ? nil : name
    }
    text = Masker.text(line, start..<body.upperBound, keysAnywhere: true, limit: 4_000)
  }

  init(host: String?, text: String) { (self.host, self.text) = (host, text) }

  /// Whether it goes on in the next line.
  var isContinued: Bool { text.utf8.last == 0x5C }

  /// The place of `#`, `$`, `%` or a leading `+`, with a blank behind it.
  private static func sign(_ line: Bytes, _ body: Range<Int>) -> Int? {
    let end = min(body.lowerBound + longest, body.upperBound - 1)
    for index in body.lowerBound..<end where line[index + 1] == 0x20 {
      switch line[index] {
      case 0x23, 0x24, 0x25: return index
      case 0x2B: return index == body.lowerBound ? index : nil
      case 0x3A, 0x2C: return nil
      default: continue
      }
    }
    return nil
  }

  /// The host in what stands before the sign, "" where that is a prompt without one, nil where it is no prompt.
  private static func host(_ line: Bytes, _ range: Range<Int>) -> String? {
    if line.has("bash-", at: range.lowerBound) || line.has("sh-", at: range.lowerBound) {
      return line.first(0x20, in: range) == nil ? "" : nil
    }
    guard let at = line.first(0x40, in: range), at > range.lowerBound, isWordByte(line[at - 1]) else { return nil }
    let user = line.first(0x5B, in: range.lowerBound..<at).map { $0 + 1 } ?? range.lowerBound
    guard line.first(0x20, in: user..<at) == nil || line.has("(", at: range.lowerBound) else { return nil }
    let end = line.end(of: { isTokenByte($0 | 0x20) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }, from: at + 1)
    guard end > at + 1, end <= range.upperBound else { return nil }
    return line.text(at + 1..<end)
  }

  /// The single commands of the line that surely ran, without `sudo` and variables before them.
  var commands: [String] {
    var commands: [String] = []
    var current: [UInt8] = []
    var quote: UInt8 = 0
    var isEscaped = false
    let bytes = Array(text.utf8)
    func finish() {
      let words = String(decoding: current, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: true)
      let rest = words.drop { $0 == "sudo" || $0 == "-E" || $0 == "time" || ($0.contains("=") && !$0.hasPrefix("-")) }
      if !rest.isEmpty { commands.append(rest.joined(separator: " ")) }
      current = []
    }
    for (index, byte) in bytes.enumerated() {
      if isEscaped {
        isEscaped = false
      } else if byte == 0x5C, quote != 0x27 {
        isEscaped = true
      } else if quote != 0 {
        if byte == quote { quote = 0 }
      } else if byte == 0x22 || byte == 0x27 {
        quote = byte
      } else if byte == 0x3B || byte == 0x26 || byte == 0x7C {
        // After `||` stands what was to run only if the rest failed.
        if byte == 0x7C, index + 1 < bytes.count, bytes[index + 1] == 0x7C { break }
        finish()
        continue
      } else if byte == 0x23, current.last == 0x20 {
        break
      }
      current.append(byte)
    }
    finish()
    return commands
  }
}
