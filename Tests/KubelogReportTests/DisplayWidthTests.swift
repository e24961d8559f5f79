import Testing

@testable import KubelogReport

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("kubelet", 7), ("é", 1), ("e\u{301}", 1), ("≈…", 2), ("§ü", 2),
    ("中文", 4), ("日本ご", 6), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2), ("ＡＢ", 4), ("ｶ", 1), ("か\u{3099}", 2),
    ("𠀀", 2), ("「」", 4), ("₩", 1), ("￦", 2),
    ("🚀", 2), ("✅", 2), ("⚠", 1), ("⚠️", 2), ("👍🏽", 2), ("👩‍💻", 2), ("👨‍👩‍👧‍👦", 2), ("🇰🇷", 2), ("1️⃣", 2), ("✔", 1),
    ("a\u{200B}b", 2), ("\u{FEFF}a", 1), ("क\u{94D}ष", 2), ("ไม้", 2),
  ])
  func columnsOfATerminal(text: String, width: Int) {
    #expect(displayWidth(text) == width)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"),
    ("한국어", 6, "한국어"), ("한국어", 5, "한국…"), ("한국어", 4, "한…"),
    ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
  ])
  func cutEndsWithAnEllipsis(text: String, width: Int, expected: String) {
    #expect(cut(text, to: width) == expected)
  }
}
