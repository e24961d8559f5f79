/// How many terminal columns `text` takes, as terminals commonly count: East Asian wide signs and emoji two, combining
/// and invisible signs none. Controls must be gone already (`visible`).
func displayWidth(_ text: String) -> Int {
  if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
  return text.reduce(0) { $0 + displayWidth($1) }
}

/// The longest beginning of `text` that fits into `width` columns together with the `…` that ends it; `text` itself
/// where that fits. Never splits a sign from its marks.
func cut(_ text: String, to width: Int) -> String {
  guard displayWidth(text) > width else { return text }
  var room = width - 1
  var result = ""
  for character in text {
    room -= displayWidth(character)
    if room < 0 { break }
    result.append(character)
  }
  return result + "…"
}

private func displayWidth(_ character: Character) -> Int {
  let scalars = character.unicodeScalars
  // Joined, coloured and keycap emoji are one picture of two columns, however many scalars they take.
  if scalars.count > 1, scalars.first?.properties.isEmoji == true, scalars.dropFirst().contains(where: joinsEmoji) {
    return 2
  }
  return scalars.reduce(0) { $0 + displayWidth($1) }
}

private func joinsEmoji(_ scalar: Unicode.Scalar) -> Bool {
  scalar == "\u{200D}" || scalar == "\u{FE0F}" || scalar.properties.isEmojiModifier
}

private func displayWidth(_ scalar: Unicode.Scalar) -> Int {
  switch scalar.value {
  case ..<0x300: return 1
  // Hangul vowels and finals join the syllable before them.
  case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
  // Two regional indicators make one flag of two columns.
  case 0x1F1E6...0x1F1FF: return 1
  default: break
  }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  let isWide = scalar.properties.isEmojiPresentation || wideRanges.contains { $0.contains(scalar.value) }
  return isWide ? 2 : 1
}

/// East_Asian_Width W and F (EastAsianWidth.txt, Unicode 16), with the gaps of unassigned code points closed; the emoji
/// among them are known to the standard library.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F,  // Hangul initials
  0x2329...0x232A,  // angle brackets
  0x2630...0x2637, 0x268A...0x268F,  // I Ching lines
  0x2E80...0x303E, 0x3041...0xA4CF,  // CJK, Kana, Yi
  0xA960...0xA97C, 0xAC00...0xD7A3,  // Hangul
  0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,  // CJK compatibility
  0xFF01...0xFF60, 0xFFE0...0xFFE6,  // fullwidth forms
  0x16FE0...0x18D08, 0x1AFF0...0x1B2FB,  // Tangut, Khitan, Nushu, Kana
  0x1D300...0x1D376,  // Tai Xuan Jing
  0x1F200...0x1F265,  // squared ideographs
  0x20000...0x3FFFD,  // CJK extensions
]
