/// Looks for secrets in bytes: plain, in hexadecimal, in base64 at every alignment.
///
/// It knows nothing of how kubelog reads: which secrets there are is found from the raw inputs by shape alone.
public struct SecretScan: Sendable {
  private var needles: [UInt64: [(bytes: [UInt8], form: String)]] = [:]
  /// Which 16-bit hashes of beginnings there are, so that nearly every place of a text is passed quickly.
  private var beginnings = [Bool](repeating: false, count: 1 << 16)

  /// A scan for `secrets`: secret halves of tokens, and keys, which are also looked for as the bytes that they stand for.
  public init(_ secrets: some Sequence<String>) {
    for secret in secrets {
      let bytes = Array(secret.utf8)
      add(bytes, of: secret, as: "text")
      if bytes.count == 64 {
        let digits = bytes.map { UInt8(Int(String(UnicodeScalar($0)), radix: 16) ?? 0) }
        add(stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }, of: secret, as: "bytes")
      }
    }
  }

  private mutating func add(_ bytes: [UInt8], of secret: String, as form: String) {
    let name = "\(secret.prefix(4))… as \(form)"
    add(bytes, name)
    for isUpper in [false, true] {
      let digits = Array((isUpper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
      add(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, "\(name) in hexadecimal")
    }
    for shift in 0..<3 { add(base64(bytes, after: shift), "\(name) in base64") }
  }

  private mutating func add(_ needle: [UInt8], _ name: String) {
    let beginning = needle.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    needles[beginning, default: []].append((needle, name))
    beginnings[Self.hash(beginning)] = true
  }

  private static func hash(_ beginning: UInt64) -> Int { Int((beginning &* 0x9E37_79B9_7F4A_7C15) >> 48) }

  /// The digits of base64 that `bytes` alone decide when `shift` other bytes stand before them.
  private func base64(_ bytes: [UInt8], after shift: Int) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let padded = [UInt8](repeating: 0, count: shift) + bytes
    let bit = { (index: Int) in Int(padded[index / 8] >> (7 - UInt8(index % 8))) & 1 }
    return ((shift * 8 + 5) / 6..<padded.count * 8 / 6).map { digit in
      alphabet[(0..<6).reduce(0) { $0 << 1 | bit(digit * 6 + $1) }]
    }
  }

  /// What was found in `bytes`, each secret and form once.
  public func found(in bytes: [UInt8]) -> Set<String> {
    var found: Set<String> = []
    var beginning: UInt64 = 0
    bytes.withUnsafeBufferPointer { text in
      for index in text.indices {
        beginning = beginning << 8 | UInt64(text[index])
        guard beginnings[Self.hash(beginning)], index >= 7, let possible = needles[beginning] else { continue }
        for needle in possible where text[(index - 7)...].starts(with: needle.bytes) { found.insert(needle.form) }
      }
    }
    return found
  }

  // MARK: Which secrets there are

  /// The secrets that stand in a raw input, by shape alone: six and sixteen letters or digits with a dot between them; 64
  /// hexadecimal digits soon after the words "certificate key"; what stands behind `token-secret:` in base64.
  public static func secrets(in text: [UInt8]) -> Set<String> {
    var found: Set<String> = []
    for dot in text.indices where text[dot] == UInt8(ascii: ".") && dot >= 6 && dot + 16 < text.count {
      let (before, after) = (text[dot - 6..<dot], text[dot + 1...dot + 16])
      guard before.allSatisfy(isLowerOrDigit), after.allSatisfy(isLowerOrDigit),
        dot == 6 || !isPartOfWord(text[dot - 7]), dot + 17 == text.count || !isPartOfWord(text[dot + 17])
      else { continue }
      found.insert(String(decoding: after, as: UTF8.self))
    }
    for words in ["certificate key", "certificate-key"] {
      for end in ends(of: words, in: text) {
        if let key = firstKey(in: text[end..<min(end + 260, text.count)]) { found.insert(key) }
      }
    }
    for start in ends(of: "token-secret", in: text) {
      let value = text[start...].drop { [0x22, 0x3A, 0x20].contains($0) }.prefix {
        isLowerOrDigit($0 | 0x20) || $0 == 0x3D
      }
      if let secret = decoded(value), secret.utf8.count == 16 { found.insert(secret) }
    }
    return found
  }

  private static func isLowerOrDigit(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 || byte &- 0x30 < 10 }

  private static func isPartOfWord(_ byte: UInt8) -> Bool {
    isLowerOrDigit(byte | 0x20) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }

  private static func ends(of words: String, in text: [UInt8]) -> [Int] {
    let words = Array(words.utf8)
    guard text.count > words.count else { return [] }
    return (0..<text.count - words.count).compactMap { start in
      text[start] | 0x20 == words[0] && zip(text[start...], words).allSatisfy { $0 | 0x20 == $1 | 0x20 }
        ? start + words.count : nil
    }
  }

  private static func firstKey(in text: ArraySlice<UInt8>) -> String? {
    var start = text.startIndex
    while start < text.endIndex {
      let digits = text[start...].prefix { $0 &- 0x30 < 10 || $0 &- 0x61 < 6 }
      // A hash of a CA has "sha256:" before it, an id of a container a longer word around it.
      if digits.count == 64, start == text.startIndex || !(isPartOfWord(text[start - 1]) || text[start - 1] == 0x3A) {
        return String(decoding: digits, as: UTF8.self)
      }
      start = digits.endIndex + 1
    }
    return nil
  }

  private static func decoded(_ base64: ArraySlice<UInt8>) -> String? {
    var (bits, count, bytes) = (0, 0, [UInt8]())
    for byte in base64 where byte != UInt8(ascii: "=") {
      let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
      guard let digit = Array(alphabet.utf8).firstIndex(of: byte) else { return nil }
      (bits, count) = (bits << 6 | digit, count + 6)
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        bits &= (1 << count) - 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
