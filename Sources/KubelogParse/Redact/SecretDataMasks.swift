internal import KubelogScan

/// The data of a Secret, in YAML or JSON.
struct SecretData: Equatable {
  var isJSON: Bool
  /// Where `data:` stands in its line, and where its members do, once one was seen.
  var column = 0
  var memberColumn: Int?
}

/// A line or a member of what may be the data of a Secret.
private struct DataMember {
  var pieces: [Range<Int>] = []
  /// What it is called is no secret, and neither is its value.
  var isPublic = false
  var next: Int
}

extension Recognizers {
  /// `data:` and `stringData:` of an object of kind Secret.
  ///
  /// kubectl prints an object's members by name: the data stand before the kind, and may be anything's until that is seen.
  /// Meanwhile they are held back, as long as every value is base64.
  func secretData(_ look: inout Look, named start: Int) -> Finding? {
    guard look.has("data", at: start) else { return nil }
    let name = look.has("string", before: start) ? start - 6 : start
    var data = SecretData(isJSON: isQuote(look[name - 1]))
    let end = start + 4
    look.hold = end
    var first = end
    if data.isJSON {
      first = look.end(of: { $0 == 0x5C || isQuote($0) }, from: end)
      first = look.afterBlanks(first)
      guard look[first] == 0x3A else { return nil }
      first = look.afterBlanks(first + 1)
      guard look[first] == 0x7B else { return nil }
      first += 1
    } else {
      guard !isNameByte(look[name - 1]) || look.has("\\n", before: name), look[end] == 0x3A,
        let next = look.afterLineEnd(look.afterBlanks(end + 1))
      else {
        return nil
      }
      data.column = name - look.lineStart(name)
      first = next
    }
    look.hold = first
    switch kindBefore(&look, name, data) {
    case false: return nil
    case true: return Finding(next: first, mode: .secretData(data))
    default: return isSecret(&look, first, data) ? Finding(next: first, mode: .secretData(data)) : nil
    }
  }

  /// Whether the kind that stands before the data is Secret; nil where it must come after them.
  private func kindBefore(_ look: inout Look, _ name: Int, _ data: SecretData) -> Bool? {
    func place(_ literal: StaticString) -> Int? {
      var before = name
      while let found = look.last(literal, before: before, atMost: 4096 - (name - before)) {
        if data.isJSON || isQuote(look[found - 1]) || found - look.lineStart(found) == data.column { return found }
        before = found
      }
      return nil
    }
    let version = place("apiversion")
    guard let kind = place("kind"), kind > version ?? -1 else { return version == nil ? false : nil }
    return isKindSecret(&look, kind)
  }

  private func isKindSecret(_ look: inout Look, _ kind: Int) -> Bool {
    guard let value = NamedValue(&look, after: kind + 4, isFlag: false), look.has("secret", at: value.start) else {
      return false
    }
    return !isNameByte(look[value.start + 6])
  }

  /// Whether all that follows `first` is base64 until a kind is told, and that is Secret.
  private func isSecret(_ look: inout Look, _ first: Int, _ data: SecretData) -> Bool {
    var (data, place) = (data, first)
    while let member = member(&look, at: place, &data) {
      for piece in member.pieces {
        let value = look.copy(piece)
        guard isPlaceholder(value) || value.allSatisfy({ isBase64Byte($0) || $0 == 0x3D }) else { return false }
      }
      guard member.next > place else { break }
      place = member.next
    }
    guard look[place] != 0 || place < look.end else { return true }
    let limit = place + 1024
    let end = look.end(of: { _ in true }, from: place, to: limit)
    var kind = place
    while kind < end {
      if look.has("kind", at: kind), data.isJSON || kind - look.lineStart(kind) == data.column {
        return isKindSecret(&look, kind)
      }
      kind += 1
    }
    // The text ends before a kind could be told. One that ends at the limit goes on, or might have: that may not depend on how
    // much of it is here.
    return end < limit
  }

  /// Masks the next member of a Secret's data at `start`, or finds that they are over.
  func secretMember(_ look: inout Look, at start: Int, _ data: SecretData) -> Finding {
    look.hold = start
    var data = data
    guard let member = member(&look, at: start, &data), member.next > start else {
      return Finding(next: start, mode: .text)
    }
    let masks =
      member.isPublic
      ? []
      : member.pieces.flatMap { piece in
        let secret = look.copy(piece)
        return isPlaceholder(secret) ? [] : pseudonyms.masks([piece], named: Self.plain(secret))
      }
    return Finding(masks: masks, next: member.next, mode: .secretData(data))
  }

  private func member(_ look: inout Look, at start: Int, _ data: inout SecretData) -> DataMember? {
    data.isJSON ? jsonMember(&look, at: start) : yamlMember(&look, at: start, &data)
  }

  private func jsonMember(_ look: inout Look, at start: Int) -> DataMember? {
    var place = start
    while true {
      place = look.end(of: { $0 == 0x20 || $0 == 0x09 || $0 == 0x2C }, from: place)
      guard let next = look.afterLineEnd(place) else { break }
      place = next
    }
    let quote = look.end(of: { $0 == 0x5C }, from: place, to: place + 8)
    guard isQuote(look[quote]) else { return nil }
    let end = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: quote + 1)
    guard let value = NamedValue(&look, after: end, isFlag: false), value.separator == .colon, value.quote != 0 else {
      return nil
    }
    let pieces = value.pieces(&look, isShell: true)
    let next = (pieces.last?.upperBound ?? value.start) + value.depth + 1
    return DataMember(pieces: pieces, isPublic: isPublic(look.copy(quote + 1..<end)), next: next)
  }

  private func yamlMember(_ look: inout Look, at start: Int, _ data: inout SecretData) -> DataMember? {
    guard look[start] != 0 || start < look.end else { return nil }
    let line = look.line(from: start)
    var last = line.end
    while last > start, isBlank(look.bytes[last - 1]) { last -= 1 }
    guard last > start else { return DataMember(next: line.next) }
    let content = look.end(of: { $0 == 0x20 || $0 == 0x09 }, from: start + data.column, to: last)
    let column = content - start
    guard last > start + data.column, column > data.column, column >= data.memberColumn ?? column else { return nil }
    if column > data.memberColumn ?? column { return DataMember(pieces: [content..<last], next: line.next) }
    let opening = isQuote(look[content]) ? content + 1 : content
    let end = look.end(of: { isNameByte($0) || $0 == 0x2E }, from: opening, to: last)
    let colon = isQuote(look[end]) ? end + 1 : end
    guard end > opening, look[colon] == 0x3A else { return nil }
    data.memberColumn = column
    var value = look.end(of: { $0 == 0x20 || $0 == 0x09 }, from: colon + 1, to: last)
    if value < last, isQuote(look[value]), last - value > 1, look[last - 1] == look[value] {
      (value, last) = (value + 1, last - 1)
    }
    let isBlock = value < last && (look[value] == 0x7C || look[value] == 0x3E)
    return DataMember(
      pieces: value < last && !isBlock ? [value..<last] : [], isPublic: isPublic(look.copy(opening..<end)),
      next: line.next)
  }

  /// What a token's Secret says beside its secret half, and certificates.
  private func isPublic(_ name: [UInt8]) -> Bool {
    let name = String(decoding: name, as: UTF8.self)
    return name.hasPrefix("usage-")
      || ["token-id", "expiration", "description", "auth-extra-groups", "namespace", "ca.crt", "tls.crt"].contains(name)
  }
}
