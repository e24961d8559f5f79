import FoundationEssentials
import KubelogKit
import Testing

/// What must hold of `redact` for every input of every fixture.
@Suite struct RedactFixtureTests {
  private func redact(_ text: [UInt8], chunk size: Int = .max) -> [UInt8] { redact(text) { size } }

  private func redact(_ text: [UInt8], chunks size: () -> Int) -> [UInt8] {
    var redactor = Redactor(digest: KeyedDigest(key: (1, 2)))
    var out: [UInt8] = []
    feed(text, size) { chunk in redactor.feed(chunk) { out.append($0) } }
    redactor.finish { out.append($0) }
    return out
  }

  private func maskHosts(_ text: [UInt8], chunk size: Int = .max) -> [UInt8] {
    var masker = HostMasker(digest: KeyedDigest(key: (1, 2)))
    masker.learn(text.span)
    masker.finishLearning()
    var out: [UInt8] = []
    feed(text, { size }) { chunk in masker.feed(chunk) { out.append($0) } }
    masker.finish { out.append($0) }
    return out
  }

  /// Gives `text` in chunks of so many bytes as `size` says each time.
  private func feed(_ text: [UInt8], _ size: () -> Int, _ body: (Bytes) -> Void) {
    var start = 0
    while start < text.count {
      let end = start + min(size(), text.count - start)
      body(text.span.extracting(start..<end))
      start = end
    }
  }

  private func text(_ path: String) throws -> [UInt8] {
    let decoder = SourceDecoder()
    var out: [UInt8] = []
    let raw = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
    try decoder.feed(raw.span) { out.append($0) }
    try decoder.finish { out.append($0) }
    return out
  }

  /// No secret that the parser sees is left, no CA hash is gone; where there is no secret, nothing is changed.
  @Test(arguments: FixtureCase.all)
  func everySecretIsMasked(_ fixture: FixtureCase) throws {
    try fixture.withStore { kubelog, inputs in
      for (path, options) in inputs {
        var secrets: Set<Substring> = []
        var hashes: Set<Substring> = []
        try kubelog.parse(path, options) { found in
          for secret in found.event.secrets where secret.kind != .certificate {
            if let half = secret.value.split(separator: ".").last { secrets.insert(half) }
          }
          for word in found.event.message.split(separator: " ") where word.hasPrefix("sha256:") { hashes.insert(word) }
        }
        let plain = try text(path)
        let out = redact(plain)
        let shown = String(decoding: out, as: UTF8.self)
        for secret in secrets { #expect(!shown.contains(secret), "\(path)") }
        let before = String(decoding: plain, as: UTF8.self)
        for hash in hashes where before.contains(hash) { #expect(shown.contains(hash), "\(path)") }
        if secrets.isEmpty, !before.contains("password") { #expect(out == plain, "\(path)") }
        #expect(redact(out) == out, "\(path): not the same when it is redacted again")
      }
    }
  }

  /// However the input is cut into chunks, in two at any place and at random.
  @Test(arguments: FixtureCase.all)
  func chunksDoNotMatter(_ fixture: FixtureCase) throws {
    try fixture.withStore { _, inputs in
      for (path, _) in inputs {
        let plain = Array(try text(path).prefix(200_000))
        let whole = redact(plain)
        for size in [1, 7, 4093] { #expect(redact(plain, chunk: size) == whole, "\(path), \(size)") }
        var random = UInt64(plain.count)
        let split = redact(plain) {
          random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return 1 + Int(random >> 33) % 300
        }
        #expect(split == whole, "\(path), at random")
        let hosts = maskHosts(whole)
        for size in [1, 13, 4093] { #expect(maskHosts(whole, chunk: size) == hosts, "\(path), hosts, \(size)") }
        #expect(maskHosts(hosts) == hosts, "\(path): hosts not the same when they are masked again")
      }
    }
  }

  /// A transcript that has a secret in every place that is known: all are masked, the rest is byte for byte.
  @Test func everyPlaceOfASecret() throws {
    let folder = "\(FixtureCase.root)/redact/every-place"
    let plain = FileManager.default.text(atPath: "\(folder)/input.txt")
    let secrets = FileManager.default.text(atPath: "\(folder)/expected.secrets.txt").split(separator: "\n").map {
      $0.split(separator: "\t")[0]
    }
    #expect(secrets.count == 19)
    let out = String(decoding: redact(Array(plain.utf8)), as: UTF8.self)
    // The text between the secrets, each of which has one place or more.
    var places: [Range<String.Index>] = []
    for secret in secrets {
      #expect(plain.contains(secret) && !out.contains(secret))
      places += plain.ranges(of: secret)
    }
    places.sort { $0.lowerBound < $1.lowerBound }
    var rest: [String] = []
    var start = plain.startIndex
    for place in places {
      rest.append(String(plain[start..<place.lowerBound]))
      start = place.upperBound
    }
    rest.append(String(plain[start...]))
    // Only the word after BEGIN … PRIVATE goes beside them.
    let expected = rest.joined().replacing("BEGIN EC PRIVATE KEY", with: "BEGIN EC PRIVATE ")
    #expect(out.replacing(#/<redacted(-[0-9a-f]{8})?>/#, with: "") == withoutMiddle(expected))
    for id in ["m4449q.", "9vr73a.", "xo1osv.", "k7w2dd.", "c0ffee.", "cThmYzFr"].prefix(5) {
      #expect(out.ranges(of: id).count == plain.ranges(of: id).count)
    }
    #expect(out.ranges(of: #/sha256:[0-9a-f]{64}/#).count == 5)
  }

  /// The second line of the PEM key, which is no line of the list.
  private func withoutMiddle(_ text: String) -> String {
    text.replacing(#/(BEGIN EC PRIVATE -----\n\n)[A-Za-z0-9+\/=]+(\n)/#) { "\($0.1)\($0.2)" }
  }
}
