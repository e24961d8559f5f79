import Testing

@testable import KubelogParse

@Suite struct AgeTests {
  private func age(_ text: String) -> Age? { text.bytes { Age($0, 0..<$0.count) } }

  /// Format: apimachinery pkg/util/duration HumanDuration.
  @Test(
    arguments: [
      ("0s", 0, 1), ("119s", 119, 1), ("2m27s", 147, 1), ("9m", 540, 60), ("179m", 10_740, 60), ("3h5m", 11_100, 60),
      ("7h", 25_200, 3600), ("47h", 169_200, 3600), ("2d3h", 183_600, 3600), ("729d", 62_985_600, 86_400),
      ("2y30d", 65_664_000, 86_400), ("9y", 283_824_000, 31_536_000), ("<unknown>", 0, 0), ("<invalid>", 0, 0),
    ])
  func ages(text: String, seconds: Int, span: Int) throws {
    let found = try #require(age(text))
    #expect(found.seconds == seconds)
    #expect(found.span == span)
  }

  @Test(arguments: ["", "5", "s", "5x", "-5m", "5m3", "1.5h", "5 m", "<none>", "Ready", "9999999s", "5M"])
  func noAges(text: String) {
    #expect(age(text) == nil)
  }
}
