/// A month's short name in one language, as `date` and journalctl print it by the locale.
private struct MonthName {
  /// The first byte, in lower case.
  let lead: UInt8
  /// The name in lower case (its ASCII letters match in either case), without a dot behind it.
  let name: StaticString
  let month: Int

  init(_ name: StaticString, _ month: Int) {
    self.name = name
    self.month = month
    self.lead = name.withUTF8Buffer { unsafe $0.first ?? 0 }
  }
}

/// `abmon` of glibc's locales de, fr, es, it, pt, ru, pl and nl; where languages share a name they mean the same month.
/// A longer name stands before its own beginning.
private let monthNames = [
  MonthName("janv", 1), MonthName("jän", 1), MonthName("ene", 1), MonthName("gen", 1), MonthName("янв", 1),
  MonthName("sty", 1), MonthName("jan", 1),
  MonthName("févr", 2), MonthName("fév", 2), MonthName("fev", 2), MonthName("фев", 2), MonthName("lut", 2),
  MonthName("feb", 2),
  MonthName("mär", 3), MonthName("mars", 3), MonthName("мар", 3), MonthName("mrt", 3), MonthName("mar", 3),
  MonthName("avril", 4), MonthName("avr", 4), MonthName("abr", 4), MonthName("апр", 4), MonthName("kwi", 4),
  MonthName("apr", 4),
  MonthName("mai", 5), MonthName("mag", 5), MonthName("мая", 5), MonthName("maj", 5), MonthName("mei", 5),
  MonthName("may", 5),
  MonthName("juin", 6), MonthName("giu", 6), MonthName("июн", 6), MonthName("cze", 6), MonthName("jun", 6),
  MonthName("juil", 7), MonthName("jui", 7), MonthName("lug", 7), MonthName("июл", 7), MonthName("lip", 7),
  MonthName("jul", 7),
  MonthName("août", 8), MonthName("aoû", 8), MonthName("ago", 8), MonthName("авг", 8), MonthName("sie", 8),
  MonthName("aug", 8),
  MonthName("sept", 9), MonthName("set", 9), MonthName("сен", 9), MonthName("wrz", 9), MonthName("sep", 9),
  MonthName("oct", 10), MonthName("ott", 10), MonthName("out", 10), MonthName("окт", 10), MonthName("paź", 10),
  MonthName("okt", 10),
  MonthName("ноя", 11), MonthName("lis", 11), MonthName("nov", 11),
  MonthName("déc", 12), MonthName("dez", 12), MonthName("dic", 12), MonthName("дек", 12), MonthName("gru", 12),
  MonthName("dec", 12),
]

extension Span where Element == UInt8 {
  /// The month 1–12 whose short name in one of the common locales stands at `offset`, and the offset after it.
  ///
  /// `Nov`, `Okt`, `févr.` (the dot belongs to it), `Mär`, `дек`, `11월`, `10月`, ` 1월` (glibc pads some of those with a
  /// blank). Nil where a letter or a digit follows, so that no longer word is taken for a month.
  public func monthName(at offset: Int) -> (month: Int, end: Int)? {
    guard offset >= 0, count - offset >= 3 else { return nil }
    let first = self[offset]
    if isDigit(first) || first == 0x20 { return numberedMonth(at: offset) }
    let lead = first &- 0x41 < 26 ? first | 0x20 : first
    guard lead &- 0x61 < 26 || lead == 0xD0 || lead == 0xD1 else { return nil }
    for known in monthNames where known.lead == lead && hasIgnoringCase(known.name, at: offset) {
      var end = offset + known.name.utf8CodeUnitCount
      if end < count, self[end] == 0x2E { end += 1 }
      guard end == count || !isNamePart(self[end]) else { continue }
      return (known.month, end)
    }
    return nil
  }

  /// `11월` (ko), `10月` (ja, zh).
  private func numberedMonth(at offset: Int) -> (month: Int, end: Int)? {
    let start = self[offset] == 0x20 ? offset + 1 : offset
    let digits = end(of: isDigit, from: start, to: start + 2)
    guard digits > start, let month = decimal(start..<digits), month >= 1, month <= 12,
      has("월", at: digits) || has("月", at: digits)
    else { return nil }
    return (month, digits + 3)
  }

  /// A letter, a digit or a byte of a letter outside ASCII.
  private func isNamePart(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 26 || byte >= 0x80 }
}
