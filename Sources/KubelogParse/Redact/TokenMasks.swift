internal import KubelogScan

// Tokens: kubeadm's bootstrap tokens, whose id stays; what kubectl, kubeconfigs and headers carry; JSON web tokens.

extension Recognizers {
  /// A bootstrap token by its shape: `abcdef.0123456789abcdef`, at its point.
  func token(_ look: inout Look, point: Int) -> Finding? {
    guard isTokenStart(&look, point - 6) else { return nil }
    look.hold = point + 1
    let end = look.end(of: isTokenByte, from: point + 1, to: point + 18)
    guard end == point + 17, !isLetter(look[end]), isRandom(&look, point - 6, end) else { return nil }
    return Finding(masks: pseudonyms.masks([point + 1..<end], in: look), next: end)
  }

  /// Whether a token may begin at `start`: in quoted text the letter of an escape runs into what follows it (`\n9vr73a.…`),
  /// on a terminal that of a colour (`ESC[0m9vr73a.…`).
  private func isTokenStart(_ look: inout Look, _ start: Int) -> Bool {
    guard start > 0, isTokenByte(look[start - 1]) else { return true }
    let run = look.start(of: isTokenByte, before: start, atMost: 10)
    let opening = look[run - 1]
    if opening == 0x5C { return true }
    guard look[start - 1] == 0x6D, opening == 0x5B || opening == 0x3B else { return false }
    return (run..<start - 1).allSatisfy { isDigit(look.bytes[$0]) }
  }

  /// Words with a point and counted fractions are no tokens: a token has letters, and hardly ever letters only.
  private func isRandom(_ look: inout Look, _ start: Int, _ end: Int) -> Bool {
    let letters = (start..<end).count { isLetter(look.bytes[$0]) }
    if letters == 22 {
      let (before, after) = (look[start - 1], look[end])
      return !isLetter(before) && !"-_./".utf8.contains(before) && !"-_./(".utf8.contains(after)
    }
    return letters > 1
  }

  /// What follows `token`: `--token abc`, `token: abc`, `"token":"abc"`, `token-secret: abc`.
  func token(_ look: inout Look, named start: Int) -> Finding? {
    guard look.has("token", at: start) else { return nil }
    var end = start + 5
    let isSecretHalf = look.has("-secret", at: end) || look.has("_secret", at: end) || look.has("secret", at: end)
    if isSecretHalf { end = look.end(of: isNameByte, from: end) }
    guard !isNameByte(look[end]) else { return nil }
    let isFlag = isFlag(&look, start)
    look.hold = end
    guard let named = NamedValue(&look, after: end, isFlag: isFlag) else { return nil }
    look.hold = named.start
    if let half = brokenToken(&look, from: named.start) { return half }
    let isTaken = named.quote == 0 && named.separator != .equals && !isFlag
    return value(named, &look, isShell: isFlag) { secret in
      if isSecretHalf { return secret.count > 5 }
      if isFlag, named.separator == .equals || named.quote != 0 { return true }
      let isMixed = secret.contains(where: isDigit)
      if secret.first == 0x2D || secret.contains(0x3A) && !isFlag { return false }
      if secret.contains(0x2F), secret.contains(0x2D) || secret.first == 0x2F { return false }
      return isMixed && secret.count >= (isTaken ? 16 : 8) || secret.count >= 32
    }
  }

  /// A bootstrap token where one must stand, also when it is broken into lines.
  func brokenToken(_ look: inout Look, from start: Int) -> Finding? {
    guard let id = look.pieces(of: isTokenByte, count: 6, from: start) else { return nil }
    let point = look[id.end] == 0x2E ? id.end : look.afterWrap(id.end) ?? id.end
    guard look[point] == 0x2E else { return nil }
    let first = look.afterWrap(point + 1) ?? point + 1
    guard let half = look.pieces(of: isTokenByte, count: 16, from: first), !isTokenByte(look[half.end]),
      !isLetter(look[half.end])
    else { return nil }
    return Finding(masks: pseudonyms.masks(half.ranges, in: look), next: half.end)
  }

  /// Whether a name that holds `place` begins with dashes.
  func isFlag(_ look: inout Look, _ place: Int) -> Bool {
    let start = look.start(of: isNameByte, before: place, atMost: 40)
    return look[start] == 0x2D && isLetter(look[start + 1]) || look[start] == 0x2D && look[start + 1] == 0x2D
  }

  /// `eyJhbGciOi….eyJpc3MiOi….c2ln`: a JSON web token (RFC 7519), also broken into lines; or `eyJhdXRocyI6…`: JSON in
  /// base64 that holds the credentials of registries.
  func webToken(_ look: inout Look, at start: Int) -> Finding? {
    let before = look[start - 1]
    guard look[start + 2] == 0x4A else { return nil }
    guard start == 0 || !isBase64URLByte(before) && before != 0x2E || look.has("\\n", before: start) else { return nil }
    look.hold = start
    let bytes = look.bytes
    let pieces = look.pieces(of: { isBase64URLByte($0) || $0 == 0x2E }, from: start) { ranges in
      let points = ranges.reduce(0) { sum, range in sum + range.count { bytes[$0] == 0x2E } }
      guard points >= 2 else { return true }
      let text = ranges.flatMap { bytes[$0] }
      // The lengths of signatures (HS, ES and RS of every size): one that is whole does not go on.
      return ![43, 64, 86, 128, 176, 342, 512, 683].contains(text.reversed().prefix { $0 != 0x2E }.count)
    }
    guard let end = pieces.last?.upperBound else { return nil }
    var text = pieces.flatMap { look.copy($0) }
    let parts = text.split(separator: 0x2E, omittingEmptySubsequences: false)
    if parts.count >= 2, parts[0].count >= 8, parts[1].count >= 8,
      parts.count > 2 || parts[1].starts(with: [0x65, 0x79])
    {
      // A point after it ends a sentence.
      let dots = text.reversed().prefix { $0 == 0x2E }.count
      guard dots > 0, parts.count > 3, let last = pieces.last else {
        return Finding(masks: pseudonyms.masks(pieces, in: look), next: end)
      }
      text.removeLast(dots)
      let shorter = pieces.dropLast() + [last.lowerBound..<last.upperBound - dots]
      return Finding(masks: pseudonyms.masks(Array(shorter), named: text), next: end)
    }
    guard parts.count == 1 else { return nil }
    let encoded = look.pieces(of: { isBase64Byte($0) || $0 == 0x3D }, from: start) { _ in true }
    guard holds("\"auth", &look, encoded) else { return nil }
    return Finding(masks: pseudonyms.masks(encoded, in: look), next: encoded.last?.upperBound ?? end)
  }

  /// Whether the base64 in `pieces` holds `literal`.
  func holds(_ literal: StaticString, _ look: inout Look, _ pieces: [Range<Int>]) -> Bool {
    let encoded = pieces.flatMap { look.copy($0) }.filter { $0 != 0x3D }
    let whole = encoded.count % 4 == 1 ? encoded.dropLast() : encoded[...]
    guard let text = base64Decoded(String(decoding: whole, as: UTF8.self)) else { return false }
    return text.span.first(literal, in: 0..<text.count) != nil
  }
}
