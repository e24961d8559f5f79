import FoundationEssentials
import KubelogKit
import Testing

/// What must hold of `redact` for every input of every fixture.
@Suite struct RedactFixtureTests {
  private func redact(_ text: [UInt8], chunk size: Int = .max) -> [UInt8] {
    var redactor = Redactor(digest: KeyedDigest(key: (1, 2)))
    var out: [UInt8] = []
    var start = 0
    while start < text.count {
      let end = size < text.count - start ? start + size : text.count
      redactor.feed(text.span.extracting(start..<end)) { out.append($0) }
      start = end
    }
    redactor.finish { out.append($0) }
    return out
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

  /// However the input is cut into chunks.
  @Test(arguments: FixtureCase.all)
  func chunksDoNotMatter(_ fixture: FixtureCase) throws {
    try fixture.withStore { _, inputs in
      for (path, _) in inputs {
        let plain = Array(try text(path).prefix(200_000))
        let whole = redact(plain)
        for size in [1, 7, 4093] { #expect(redact(plain, chunk: size) == whole, "\(path), \(size)") }
      }
    }
  }
}
