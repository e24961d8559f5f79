internal import KubelogScan

extension RulePack {
  /// The text of a pack without the lists of samples that its rules hold: `hits: […],` and `misses: […],`.
  ///
  /// For packs that are known to be right: where something is not as it should be, the rest is left as it is.
  static func samplesLeftOut(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let line = bytes.span
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    var (place, start) = (0, 0)
    while place < line.count {
      if let end = end(ofSkipped: line, at: place) {
        place = end
      } else if isNameStart(line, place), let list = list(of: "hits", line, place) ?? list(of: "misses", line, place),
        let end = end(ofList: line, at: list)
      {
        line.append(start..<place, to: &kept)
        place = line.end(of: { isBlank($0) || $0 == 0x0A }, from: end)
        if place < line.count, line[place] == 0x2C { place += 1 }
        start = place
      } else {
        place += 1
      }
    }
    line.append(start..<line.count, to: &kept)
    return String(decoding: kept, as: UTF8.self)
  }

  private static func isNameStart(_ line: Bytes, _ place: Int) -> Bool {
    guard place > 0 else { return false }
    let before = line[place - 1]
    return isBlank(before) || before == 0x0A || before == 0x2C || before == 0x7B
  }

  /// Where the list begins whose key is `name`, if that stands at `place`.
  private static func list(of name: StaticString, _ line: Bytes, _ place: Int) -> Int? {
    guard line.has(name, at: place) else { return nil }
    var next = line.end(of: isBlank, from: place + name.utf8CodeUnitCount)
    guard next < line.count, line[next] == 0x3A else { return nil }
    next = line.end(of: { isBlank($0) || $0 == 0x0A }, from: next + 1)
    return next < line.count && line[next] == 0x5B ? next : nil
  }

  /// The end of the list that begins at `place`.
  private static func end(ofList line: Bytes, at place: Int) -> Int? {
    var (depth, next) = (0, place)
    while next < line.count {
      if let end = end(ofSkipped: line, at: next) {
        next = end
        continue
      }
      if line[next] == 0x5B { depth += 1 }
      if line[next] == 0x5D { depth -= 1 }
      next += 1
      if depth == 0 { return next }
    }
    return nil
  }

  /// The end of the text in quotes or the comment that begins at `place`; nil where none does.
  private static func end(ofSkipped line: Bytes, at place: Int) -> Int? {
    let quote = line[place]
    if quote == 0x22 || quote == 0x27 {
      var next = place + 1
      while next < line.count, line[next] != quote { next += line[next] == 0x5C ? 2 : 1 }
      return Swift.min(next + 1, line.count)
    }
    if line.has("//", at: place) { return line.first(0x0A, in: place..<line.count) ?? line.count }
    if line.has("/*", at: place) { return line.first("*/", in: place..<line.count).map { $0 + 2 } ?? line.count }
    return nil
  }
}
