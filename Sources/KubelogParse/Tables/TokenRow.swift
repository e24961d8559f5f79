internal import KubelogScan

/// One row of `kubeadm token list`, known by its shape: a token, what is left of its life, when that ends.
///
/// `vcw0kg.x0jrej2he8b79d8i   1h          2026-11-23T16:43:40Z   <none>                   Proxy for managing …   <none>`
///
/// Format: kubernetes `cmd/kubeadm/app/cmd/token.go`, the same columns since 1.8. Since 1.16 every row is laid out by
/// itself, so that its cells need not stand under their headings. A copied row may have lost its last columns.
struct TokenRow {
  var token: String
  /// When it ends, microseconds since 1970 UTC; nil where the row does not say.
  var expires: Int64?
  /// `<never>`.
  var isEndless = false
  /// Empty for `<none>`, nil where the column is lost.
  var usages: [String]?
  var description: String?

  init?(_ line: Bytes, _ range: Range<Int>) {
    let start = range.lowerBound
    guard range.count > 26, line[start + 6] == 0x2E, isBlank(line[start + 23]),
      line.end(of: { isTokenByte($0) || $0 == 0x2E }, from: start, to: start + 23) == start + 23
    else { return nil }
    token = line.text(start..<start + 23)
    guard isBootstrapToken(token) else { return nil }
    let life = TokenRow.word(line, from: start + 23, to: range.upperBound)
    guard TokenRow.isLife(line, life) else { return nil }
    isEndless = line.has("<forever>", at: life.lowerBound) || line.has("<never>", at: life.lowerBound)
    let end = TokenRow.word(line, from: life.upperBound, to: range.upperBound)
    if let stamp = line.isoStamp(at: end.lowerBound), stamp.end == end.upperBound, let zone = stamp.zoneSeconds {
      expires = stamp.civil.microsecondsAsUTC - Int64(zone) * 1_000_000
    } else if !line.has("<never>", at: end.lowerBound) {
      // Cut within the column, or no row of this table.
      guard end.upperBound == range.upperBound else { return nil }
      return
    }
    readRest(line, line.trimmed(end.upperBound..<range.upperBound))
  }

  /// Whether the line is the table's heading; it may have lost its last columns.
  static func isHeading(_ line: Bytes, _ range: Range<Int>) -> Bool {
    guard line.has("TOKEN ", at: range.lowerBound) || line.has("TOKEN\t", at: range.lowerBound) else { return false }
    let life = word(line, from: range.lowerBound + 5, to: range.upperBound)
    let end = word(line, from: life.upperBound, to: range.upperBound)
    return line.text(life) == "TTL" && line.text(end) == "EXPIRES"
  }

  /// USAGES, DESCRIPTION and EXTRA GROUPS; the description is free text.
  private mutating func readRest(_ line: Bytes, _ rest: Range<Int>) {
    guard !rest.isEmpty else { return }
    let first = TokenRow.word(line, from: rest.lowerBound, to: rest.upperBound)
    usages = TokenRow.usages(line.text(first))
    var text = line.trimmed(first.upperBound..<rest.upperBound)
    if let gap = line.first("   ", in: text) {
      text = text.lowerBound..<gap
    } else {
      // Blanks lost: what follows the description is a group.
      var last = text.upperBound
      while last > text.lowerBound, !isBlank(line[last - 1]) { last -= 1 }
      if line.has("system:", at: last) || line.has("<none>", at: last) {
        text = line.trimmed(text.lowerBound..<last)
      }
    }
    guard !text.isEmpty, !line.has("<none>", at: text.lowerBound) else { return }
    description = Masker.text(line, text, keysAnywhere: true, limit: 500)
  }

  /// `authentication,signing`; nil for what is none, such as a word that was cut.
  private static func usages(_ text: String) -> [String]? {
    if text == "<none>" { return [] }
    let words = text.split(separator: ",").map(String.init)
    return words.allSatisfy { $0 == "authentication" || $0 == "signing" } ? words.sorted() : nil
  }

  private static func isLife(_ line: Bytes, _ range: Range<Int>) -> Bool {
    if line.has("<", at: range.lowerBound) {
      return ["<forever>", "<never>", "<invalid>"].contains(line.text(range))
    }
    return Age(line, range) != nil
  }

  /// The next word of a row.
  static func word(_ line: Bytes, from start: Int, to end: Int) -> Range<Int> {
    let begin = line.end(of: isBlank, from: start, to: end)
    return begin..<line.end(of: { !isBlank($0) }, from: begin, to: end)
  }
}
