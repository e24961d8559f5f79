internal import KubelogScan

/// Takes secrets out of text that is kept or shown.
///
/// A bootstrap token keeps its public half, `9vr73a.****************`; 64 hexadecimal digits that are no digest
/// (`sha256:` before them) become asterisks wherever a certificate key could stand.
enum Masker {
  /// What replaces the secret half of a token.
  static let secretHalf = "****************"
  /// What replaces a certificate key.
  static let key = "********"

  /// `range` of `line` as text, without secrets.
  ///
  /// `keysAnywhere`: also a bare run of 64 hexadecimal digits is taken for a key (kubeadm's own output); otherwise only
  /// one that follows `certificate-key`, since kubelet lines are full of container ids of the same shape.
  ///
  /// At most `limit` bytes of it. A secret that only begins in `range` is masked as well: what is cut is cut afterwards.
  static func text(_ line: Bytes, _ range: Range<Int>, keysAnywhere: Bool, limit: Int = .max) -> String {
    let whole = range.lowerBound..<line.count
    guard mayHoldSecret(line, whole.lowerBound..<min(line.count, range.upperBound + longest)) else {
      return line.text(range.prefix(limit))
    }
    var kept: [UInt8] = []
    kept.reserveCapacity(min(range.count, limit))
    // What was looked at up to `index`, and is kept as it is from `plain` on.
    var (index, plain) = (range.lowerBound, range.lowerBound)
    while index < range.upperBound, kept.count + (index - plain) < limit {
      if isKey(line, index, whole, anywhere: keysAnywhere) {
        line.append(plain..<index, to: &kept)
        kept.append(contentsOf: key.utf8)
        index += 64
        plain = index
        continue
      }
      let end = line.end(of: isTokenByte, from: index)
      guard end > index else {
        index += 1
        continue
      }
      // In quoted text the letter of an escape runs into what follows it: `\n9vr73a.…`, `\u00a09vr73a.…`.
      if index > 0, line[index - 1] == 0x5C, end - index > 6, end - index <= 15, end - 6 < range.upperBound {
        index = end - 6
      }
      if end - index == 6, end < line.count, line[end] == 0x2E,
        line.end(of: isTokenByte, from: end + 1) == end + 17, !continuesWord(line, after: end + 17)
      {
        line.append(plain..<end + 1, to: &kept)
        kept.append(contentsOf: secretHalf.utf8)
        index = end + 17
        plain = index
      } else {
        index = end
      }
    }
    let end = min(index, range.upperBound)
    if plain < end { line.append(plain..<end, to: &kept) }
    return String(decoding: kept.prefix(limit), as: UTF8.self)
  }

  /// A whole text without secrets.
  static func text(_ text: String, keysAnywhere: Bool) -> String {
    let bytes = Array(text.utf8)
    return self.text(bytes.span, 0..<bytes.count, keysAnywhere: keysAnywhere)
  }

  /// How far behind a text a secret may reach that begins in it.
  private static let longest = 64

  /// Whether `range` has sixteen letters and digits without a break, as the secret half of a token and a key have. Most texts
  /// have none.
  private static func mayHoldSecret(_ line: Bytes, _ range: Range<Int>) -> Bool {
    let most = 16
    // Any such run has one of every sixteenth bytes.
    var index = range.lowerBound + most - 1
    while index < range.upperBound {
      guard isLetterOrDigit(line[index]) else {
        index += most
        continue
      }
      var (begin, end) = (index, index + 1)
      while begin > range.lowerBound, isLetterOrDigit(line[begin - 1]) { begin -= 1 }
      while end < range.upperBound, isLetterOrDigit(line[end]) { end += 1 }
      if end - begin >= most { return true }
      index = end + most
    }
    return false
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 26 }

  private static func continuesWord(_ line: Bytes, after index: Int) -> Bool {
    index < line.count && (line[index] | 0x20) &- 0x61 < 26
  }

  private static func isKey(_ line: Bytes, _ start: Int, _ range: Range<Int>, anywhere: Bool) -> Bool {
    guard isHexByte(line[start]), start == range.lowerBound || !isHexByte(line[start - 1]),
      line.end(of: isHexByte, from: start, to: range.upperBound) == start + 64
    else { return false }
    if start >= 7, line.has("sha256:", at: start - 7) { return false }
    if anywhere { return true }
    let before = max(range.lowerBound, start - 20)
    return line.first("ertificate-key", in: before..<start) != nil
  }
}

extension Attribute {
  /// A detail of a node: what stands in a cell of a table is anybody's text.
  static func detail(_ name: String, _ text: String) -> Attribute { Attribute(name, .text(text)).withoutSecrets }

  /// With no secret in its texts, as far as kubeadm's own output goes.
  var withoutSecrets: Attribute {
    switch value {
    case .text(let text): Attribute(name, .text(Masker.text(text, keysAnywhere: true)))
    case .list(let texts): Attribute(name, .list(texts.map { Masker.text($0, keysAnywhere: true) }))
    case .integer, .number, .boolean: self
    }
  }
}
