import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct MaskerTests {
  /// Whether there may be one is asked of every sixteenth byte.
  @Test(arguments: 0..<40, [".", "-", "a ", "é"])
  func secretsAreFoundAtAnyPlace(offset: Int, before: String) {
    let lead = String(repeating: before, count: offset)
    #expect(Masker.text("\(lead) \(Sample.token)", keysAnywhere: false) == "\(lead) m4449q.****************")
    #expect(Masker.text("\(lead) \(Sample.token) x", keysAnywhere: false) == "\(lead) m4449q.**************** x")
    #expect(Masker.text("\(lead) \(Sample.key)", keysAnywhere: true) == "\(lead) ********")
    // One that only begins in what is shown.
    let text = "\(lead) \(Sample.token)"
    let shown = text.bytes { Masker.text($0, 0..<$0.count - 16, keysAnywhere: false) }
    #expect(shown == "\(lead) m4449q.****************")
  }

  @Test(
    arguments: [
      (Sample.token, "m4449q.****************"),
      ("--token \(Sample.token)", "--token m4449q.****************"),
      ("--token=\(Sample.token) \\", "--token=m4449q.**************** \\"),
      ("token \"\(Sample.token)\", or", "token \"m4449q.****************\", or"),
      (
        "tokens: [\(Sample.token) abcdef.0123456789abcdef]", "tokens: [m4449q.**************** abcdef.****************]"
      ),
      ("it is \(Sample.token).", "it is m4449q.****************."),
      ("(\(Sample.token))", "(m4449q.****************)"),
      ("\(Sample.token)-x", "m4449q.****************-x"),
      ("ä\(Sample.token)ä", "äm4449q.****************ä"),
      ("id.\(Sample.token)", "id.m4449q.****************"),
      ("err=\"a:\\n\(Sample.token)\\n\"", "err=\"a:\\nm4449q.****************\\n\""),
      ("\\u00a0\(Sample.token)", "\\u00a0m4449q.****************"),
      ("\\x1b\(Sample.token)", "\\x1bm4449q.****************"),
    ])
  func tokensKeepTheirPublicHalf(text: String, expected: String) {
    #expect(Masker.text(text, keysAnywhere: true) == expected)
    #expect(Masker.text(text, keysAnywhere: false) == expected)
  }

  @Test(
    arguments: [
      "x\(Sample.token)", "\(Sample.token)0", "\(Sample.token)X", "abcde.0123456789abcdef", "abcdef.0123456789abcde",
      "abcdef-0123456789abcdef", "abcdef.", "abcdef", "ABCDEF.0123456789ABCDEF", "Abcdef.0123456789abcdeF", "",
      "kube-system/bootstrap-token-m4449q", "v1.22.4+0123456789abcdef", "m4449q.****************",
    ])
  func whatOnlyLooksLikeATokenStays(text: String) {
    #expect(Masker.text(text, keysAnywhere: true) == text)
  }

  @Test(
    arguments: [
      (Sample.key, "********"), ("key: \(Sample.key).", "key: ********."), (Sample.key.uppercased(), "********"),
      ("--certificate-key \(Sample.key) x", "--certificate-key ******** x"),
      ("\(Sample.key) \(Sample.key)", "******** ********"),
      ("\(Sample.hash) \(Sample.key)", "\(Sample.hash) ********"),
      ("\"\(Sample.key)\"", "\"********\""),
    ])
  func keysOfKubeadmItself(text: String, expected: String) {
    #expect(Masker.text(text, keysAnywhere: true) == expected)
  }

  @Test(
    arguments: [
      ("--certificate-key \(Sample.key)", "--certificate-key ********"),
      ("--certificate-key=\(Sample.key) x", "--certificate-key=******** x"),
      ("--certificate-key \"\(Sample.key.uppercased())\"", "--certificate-key \"********\""),
      ("containerd://\(Sample.container)", nil),
      ("containerID=\"\(Sample.container)\" podUID=x", nil),
      ("certificate-key of \(Sample.key)", "certificate-key of ********"),
      ("certificate-key is long before this container: \(Sample.container)", nil),
    ] as [(String, String?)])
  func onlyNamedKeysOfOthers(text: String, expected: String?) {
    #expect(Masker.text(text, keysAnywhere: false) == expected ?? text)
  }

  @Test(arguments: [
    Sample.hash, "pin \(Sample.hash) x", "\(Sample.key)0", String(Sample.key.dropLast()), "0x\(Sample.key)00",
  ])
  func digestsAndOtherLengthsStay(text: String) {
    #expect(Masker.text(text, keysAnywhere: true) == text)
  }

  @Test func onlyTheRangeIsLookedAtAndGiven() {
    let text = "--token \(Sample.token) \\"
    #expect(text.bytes { Masker.text($0, 8..<31, keysAnywhere: true) } == "m4449q.****************")
    #expect(text.bytes { Masker.text($0, 2..<7, keysAnywhere: true) } == "token")
    #expect(text.bytes { Masker.text($0, 3..<3, keysAnywhere: true) } == "")
  }
}
