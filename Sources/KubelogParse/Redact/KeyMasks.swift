internal import KubelogScan

// Keys: the certificate key of kubeadm, private keys in PEM and in base64.

extension Recognizers {
  /// How far behind its announcement a certificate key may stand alone, bytes.
  private static let announced = 2048

  /// What `key` is the end of: `--certificate-key`, `certificateKey`, `client-key-data`, `BEGIN RSA PRIVATE KEY-----`.
  func key(_ look: inout Look, named start: Int) -> Finding? {
    let end = start + 3
    if look.has("private ", before: start) { return privateKey(&look, named: start) }
    if look.has("-data", at: end) || look.has("_data", at: end) || look.has("data", at: end) {
      guard
        look.has("client-", before: start) || look.has("client_", before: start) || look.has("client", before: start)
      else { return nil }
      return keyData(&look, after: look.has("data", at: end) ? end + 4 : end + 5)
    }
    let word = "-_ ".utf8.contains(look[start - 1]) ? start - 1 : start
    guard look.has("certificate", before: word) || look.has("cert", before: word) else { return nil }
    look.hold = end
    let until = end + Self.announced
    guard let value = NamedValue(&look, after: end, isFlag: true) else { return Finding(next: end, keysUntil: until) }
    var begin = value.start
    if value.quote == 0, let next = look.afterWrap(begin) { begin = next }
    look.hold = begin
    guard let key = wholeKey(&look, from: begin) else { return Finding(next: end, keysUntil: until) }
    return Finding(masks: pseudonyms.masks(key.ranges, in: look), next: key.end, keysUntil: until)
  }

  /// A certificate key that stands alone, on a line of its own or as an element of a list, after it was announced.
  func bareKey(_ look: inout Look, at start: Int) -> Finding? {
    let before = look[start - 1]
    let isEscaped = before == 0x6E && look[start - 2] == 0x5C
    guard start == 0 || isEscaped || !isNameByte(before) && !":=/.+".utf8.contains(before), isHexByte(look[start])
    else { return nil }
    look.hold = start
    guard let key = wholeKey(&look, from: start), look.endsLine(key.end) || isQuote(look[key.end]),
      isEscaped || look.followsPrefix(start) || isNext(&look, start), mayBeKey(&look, memberAt: start)
    else { return nil }
    return Finding(masks: pseudonyms.masks(key.ranges, in: look), next: key.end)
  }

  /// Whether the line before the one that `place` stands in ends with the announcement of a key.
  private func isNext(_ look: inout Look, _ place: Int) -> Bool {
    look.last("certificate key", before: look.lineStart(place), atMost: 24) != nil
  }

  /// Whether the member of an object whose value begins at `start` may hold a key: `"certificate_key.stdout": "…"` and
  /// `"msg": "…"` do, `"containerID": "…"` does not.
  private func mayBeKey(_ look: inout Look, memberAt start: Int) -> Bool {
    let quote = look.start(of: { isQuote($0) || $0 == 0x5C }, before: start, atMost: 8)
    let colon = look.start(of: { $0 == 0x20 }, before: quote, atMost: 8)
    guard quote < start, look[colon - 1] == 0x3A || look[colon - 1] == 0x3D else { return true }
    let end = look.start(of: { isQuote($0) || $0 == 0x5C || $0 == 0x20 }, before: colon - 1, atMost: 8)
    let name = look.start(of: { isNameByte($0) || $0 == 0x2E }, before: end, atMost: 60)
    return look.last("key", before: end, atMost: end - name) != nil || look.has("stdout", before: end)
      || look.has("msg", before: end) || look.has("message", before: end) || look.has("log", before: end)
  }

  /// 64 hexadecimal digits, wherever they are broken into lines, and no more.
  private func wholeKey(_ look: inout Look, from start: Int) -> (ranges: [Range<Int>], end: Int)? {
    guard let key = look.pieces(of: isHexByte, count: 64, from: start), !isNameByte(look[key.end]) else { return nil }
    return key
  }

  /// `client-key-data: LS0tLS1CRUdJTi…` of a kubeconfig.
  private func keyData(_ look: inout Look, after end: Int) -> Finding? {
    look.hold = end
    guard let value = NamedValue(&look, after: end, isFlag: false) else { return nil }
    var start = value.start
    if value.quote == 0, let next = look.afterWrap(start) { start = next }
    look.hold = start
    let pieces = look.pieces(of: { isBase64Byte($0) || $0 == 0x3D }, from: start) { _ in true }
    guard let last = pieces.last, pieces.reduce(0, { $0 + $1.count }) >= 16 else { return nil }
    return Finding(masks: pseudonyms.masks(pieces, in: look), next: last.upperBound)
  }

  /// `LS0tLS1CRUdJTi…`: PEM in base64; masked when a private key is anywhere in it, certificates stay.
  func encodedKey(_ look: inout Look, at start: Int) -> Finding? {
    let header = Array("LS0tLS1CRUdJTi".utf8)
    guard header.indices.allSatisfy({ look[start + $0] == header[$0] }) else { return nil }
    look.hold = start
    let pieces = look.pieces(of: { isBase64Byte($0) || $0 == 0x3D }, from: start) { _ in true }
    guard let end = pieces.last?.upperBound else { return nil }
    guard holds("PRIVATE KEY", &look, pieces) else { return Finding(next: end) }
    return Finding(masks: pseudonyms.masks(pieces, in: look), next: end)
  }

  /// The header of a private key: `-----BEGIN RSA PRIVATE KEY-----`. What follows is read line by line.
  private func privateKey(_ look: inout Look, named start: Int) -> Finding? {
    let end = look.has(" block", at: start + 3) ? start + 9 : start + 3
    guard look.has("-----", at: end), let begin = look.last("begin", before: start, atMost: 40),
      look.has("-----", before: begin), look.first("-----", in: begin..<start) == nil
    else { return nil }
    return Finding(
      masks: [Mask(range: start..<start + 3, text: Array("<redacted>".utf8))], next: end + 5,
      mode: .privateKey(isLast: false))
  }

  /// The next line of a private key, from `start`: masks what is base64 in it, or finds that it is over.
  ///
  /// A line of 40 is one by its length, a shorter one where it fills its line. Where neither is sure (the window that the
  /// key was copied from was narrow, its last line is cut, it stands in one line), the key's end ahead decides: all before
  /// it is the key's.
  func keyLine(_ look: inout Look, at start: Int, isLast: Bool) -> Finding {
    look.hold = start
    let line = look.line(from: start)
    let marker = look.first("-----", in: start..<line.end)
    var last = marker ?? line.end
    while last > start, " \t\"',]\\".utf8.contains(look.bytes[last - 1]) { last -= 1 }
    var runs: [Range<Int>] = []
    var place = start
    while place < last {
      let stop = look.end(of: isKeyByte, from: place, to: last)
      if stop > place { runs.append(place..<stop) }
      place = stop + 1
    }
    let isFirst = look.has("-----", before: start)
    var body = isLast && marker == nil ? [] : runs.filter { isKeyBody(&look, $0, of: runs, last) }
    let isHeader =
      body.isEmpty && look.first(": ", in: start..<last) != nil && !isLast && isPEMHeader(&look, start..<last)
    let isBlank = last == start && line.next > start
    var goesOn = isHeader || isBlank
    // On the line of its end, only what stands in one line with its header.
    if marker == nil ? body.isEmpty && !goesOn && endsSoon(&look, after: start) : isFirst {
      body = runs.filter { $0.upperBound == last || $0.count >= (isFirst && marker != nil ? 8 : 40) }
      goesOn = true
    }
    let masks = withOthers(body.flatMap { pseudonyms.masks([$0], in: look) }, &look, in: start..<(marker ?? line.end))
    if let marker { return Finding(masks: masks, next: marker + 5, mode: .text) }
    if body.isEmpty, !goesOn { return Finding(next: start, mode: .text) }
    let isShort = body.last.map { $0.count < 60 } ?? isLast
    return Finding(masks: masks, next: line.next, mode: .privateKey(isLast: isShort))
  }

  /// The masks of a key's line, and those of what else is secret on it: a header may have lost its key, and a command that
  /// has a token follow it.
  private func withOthers(_ masks: [Mask], _ look: inout Look, in line: Range<Int>) -> [Mask] {
    var (all, place) = (masks, line.lowerBound)
    while let (found, sign) = Self.signs.first(look.bytes.span, in: place..<line.upperBound) {
      let finding = finding(&look, sign, at: found)
      all += (finding?.masks ?? []).filter { other in
        line.upperBound >= other.range.upperBound && !masks.contains { $0.range.overlaps(other.range) }
      }
      place = max(found + 1, finding?.next ?? 0)
      if place >= line.upperBound { break }
    }
    look.hold = line.lowerBound
    return all.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// Whether `run` surely is a part of a key whose line ends at `last`.
  private func isKeyBody(_ look: inout Look, _ run: Range<Int>, of runs: [Range<Int>], _ last: Int) -> Bool {
    if run.count >= 40 { return true }
    let isWhole = run.upperBound == last
    let follows =
      look.followsPrefix(run.lowerBound) || runs.contains { $0.count >= 40 && $0.upperBound < run.lowerBound }
    if isWhole, run.count % 4 == 0, follows { return true }
    let bytes = look.bytes[run]
    let isMixed =
      bytes.contains { $0 &- 0x61 < 26 } && bytes.contains { $0 &- 0x41 < 26 } && bytes.contains(where: isDigit)
    return run.count >= 8 && isMixed && follows && (isWhole || isQuote(look[run.upperBound]))
  }

  /// Whether the end of a private key stands where it must be if one goes on at `start`.
  private func endsSoon(_ look: inout Look, after start: Int) -> Bool {
    let limit = start + 8192
    let range = start..<min(limit, look.end)
    if let end = look.first("-----END", in: range) {
      return !(look.first("-----BEGIN", in: range).map { $0 < end } ?? false)
    }
    if limit > look.end { _ = look[look.end] }
    return false
  }

  private func isPEMHeader(_ look: inout Look, _ line: Range<Int>) -> Bool {
    let start = look.afterBlanks(line.lowerBound)
    return look.has("proc-type", at: start) || look.has("dek-info", at: start) || look.has("version", at: start)
      || look.has("comment", at: start)
  }

  /// Base64, and the backslash that some writers of JSON put before a slash.
  private func isKeyByte(_ byte: UInt8) -> Bool { isBase64Byte(byte) || byte == 0x3D || byte == 0x5C }
}
