import KubelogScan
import Testing

@Suite struct SecretSignsTests {
  @Test(
    arguments: [
      ("a token", [3]), ("CERTIFICATE-KEY", [13]), ("eyJhbGciOi", [0]), ("Password", [3]), ("passwd", [3]),
      ("LS0tLS1", [1]),
      ("\"auth\"", [2]), (".dockerconfigjson", [12]), ("data:", [2]), ("\"data\":{", [3]), ("\\\"data\\\"", [4]),
      ("u:p@h", [3]),
      ("abcdef.0123456789abcdef", [6]), ("metadata", []), ("abcde.0123456789abcdef", []),
      ("abcdef.0123456789abcdeX", []),
      ("abcdef.0123", [6]), ("2026-11-23T14:09:38.847794Z", []), ("kubelet.go:123", []), ("", []), ("k", []),
      ("to", []),
    ])
  func signs(_ text: String, _ expected: [Int]) { #expect(all(Array(text.utf8)) == expected) }

  /// What the blocks find is what every place says by itself, wherever it lies in a block.
  @Test func blocksFindWhatPlacesSay() {
    let words = [
      "token", "KEY", "eyJ", "passwd", "LS0t", "auth", "config.json", "gj", "data:", "data\"", "@",
      "abcdef.0123456789abcdef",
      "kubelet.go", " ", "\n", "sw", "s0", "S1", "ta", "ut", "UTH", "9", "é", ".", "[m", "operationExecutor.Verify",
      "\u{0}",
    ]
    var random: UInt64 = 1
    var text: [UInt8] = []
    for _ in 0..<3000 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      text += Array(words[Int(random >> 33) % words.count].utf8)
    }
    let single = text.indices.filter { SecretSigns.first(text.span, in: $0..<$0 + 1) != nil }
    #expect(single.count > 500)
    #expect(all(text) == single)
  }

  private func all(_ text: [UInt8]) -> [Int] {
    var (found, start): ([Int], Int) = ([], 0)
    while let place = SecretSigns.first(text.span, in: start..<text.count) {
      found.append(place)
      start = place + 1
    }
    return found
  }
}
