import KubelogScan
import Testing

/// What a file's bytes are before they are lines.
@Suite struct SourceDecoderTests {
  private func decoded(_ bytes: [UInt8], chunk: Int) throws -> [UInt8] {
    let decoder = SourceDecoder()
    var text: [UInt8] = []
    let add: (Bytes) -> Void = { piece in for index in 0..<piece.count { text.append(piece[index]) } }
    var start = 0
    while start < bytes.count {
      let end = min(start + chunk, bytes.count)
      try decoder.feed(bytes.span.extracting(start..<end), add)
      start = end
    }
    try decoder.finish(add)
    return text
  }

  private func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
    ("\u{FEFF}" + text).utf16.flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
      return bigEndian ? [high, low] : [low, high]
    }
  }

  @Test(
    arguments: [1, 2, 3, 7, 4096], ["", "k", "[init] x\n", "마스터 🔑\r\nm1", "\u{1F}no gzip", "B", "BZ2", "P", "LPKSHHRX"])
  func textIsGivenAsItIs(_ chunk: Int, _ text: String) throws {
    #expect(try decoded(Array(text.utf8), chunk: chunk) == Array(text.utf8))
    #expect(try decoded([0xEF, 0xBB, 0xBF] + Array(text.utf8), chunk: chunk) == Array(text.utf8))
    #expect(try decoded(utf16(text, bigEndian: false), chunk: chunk) == Array(text.utf8))
    #expect(try decoded(utf16(text, bigEndian: true), chunk: chunk) == Array(text.utf8))
  }

  @Test func brokenUTF16LosesNothingElse() throws {
    let replacement = Array("\u{FFFD}".utf8)
    // A high surrogate before a letter, half of a unit at the end.
    #expect(try decoded([0xFF, 0xFE, 0x00, 0xD8, 0x61, 0x00, 0x62], chunk: 2) == replacement + [0x61] + replacement)
  }

  /// Stored blocks, as RFC 1951 has them, so that the bytes can be read by eye.
  private func gzip(_ text: String) -> [UInt8] {
    let body = Array(text.utf8)
    let count = UInt16(body.count)
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in body {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    crc ^= 0xFFFF_FFFF
    let four = { (number: UInt32) in (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1] + four(UInt32(count) | UInt32(~count) << 16) + body + four(crc)
      + four(UInt32(count))
  }

  @Test(arguments: [1, 5, 4096])
  func gzipIsUnpackedMemberByMember(_ chunk: Int) throws {
    let text = "[init] Using Kubernetes version: v1.31.0\n"
    #expect(try decoded(gzip(text), chunk: chunk) == Array(text.utf8))
    #expect(try decoded(gzip(text) + gzip("more\n"), chunk: chunk) == Array((text + "more\n").utf8))
    // What pads a tape is left alone, as gzip does.
    #expect(try decoded(gzip(text) + [0, 0, 0], chunk: chunk) == Array(text.utf8))
  }

  @Test func cutAndDamagedGzipSaysSo() throws {
    let whole = gzip("[init] Using Kubernetes version: v1.31.0\n")
    for end in 2..<whole.count {
      #expect(throws: SourceDecoder.Refusal.damaged) { try decoded(Array(whole[..<end]), chunk: 8) }
    }
    var changed = whole
    changed[20] ^= 1
    #expect(throws: SourceDecoder.Refusal.damaged) { try decoded(changed, chunk: 64) }
  }

  @Test(
    arguments: [
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 1], "xz", "xz -dc"), ([0x28, 0xB5, 0x2F, 0xFD, 1], "zstd", "zstd -dc"),
      ([0x42, 0x5A, 0x68, 0x39], "bzip2", "bzip2 -dc"), ([0x50, 0x4B, 3, 4, 1], "zip", "unzip -p"),
      (Array("LPKSHHRH\u{0}".utf8), "a binary journal", "journalctl -o export --file"),
    ] as [([UInt8], String, String)])
  func othersAreNamedWithTheirCommand(_ bytes: [UInt8], _ name: String, _ command: String) {
    for chunk in [1, 64] {
      #expect(throws: SourceDecoder.Refusal.packed(name, command: command)) { try decoded(bytes, chunk: chunk) }
    }
  }
}
