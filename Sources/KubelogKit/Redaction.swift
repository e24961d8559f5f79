/// One run of `redact`: inputs without their secrets, the same secret under the same pseudonym in all of them.
public struct Redaction {
  private let digest = KeyedDigest()
  private static let chunk = 256 << 10

  /// A run with pseudonyms of its own.
  public init() {}

  /// Gives what an input holds, without secrets and as it comes. gzip is unpacked, UTF-16 becomes UTF-8.
  ///
  /// `write` gets bytes, and nil when it is time to pass them on, since nothing more is there for now. Throws
  /// ``Input/Failure`` and what `write` throws; what came before was given.
  public mutating func redact(_ path: String, write: (Bytes?) throws -> Void) throws {
    let input = try Input(path)
    let decoder = SourceDecoder()
    var redactor = Redactor(digest: digest)
    var buffer = [UInt8](repeating: 0, count: Self.chunk)
    var mark = ByteOrderMark()
    do {
      reading: while true {
        switch try input.read(into: &buffer, waiting: -1) {
        case .bytes(let count):
          let chunk = buffer.span.extracting(0..<count)
          if mark.isWhole(with: chunk) { try write(ByteOrderMark.bytes.span) }
          try decoder.feed(chunk) { text in try redactor.feed(text, write) }
          try write(nil)
        case .quiet: continue
        case .end: break reading
        }
      }
      try decoder.finish { text in try redactor.feed(text, write) }
      try redactor.finish(write)
      try write(nil)
    } catch let refusal as SourceDecoder.Refusal {
      try redactor.finish(write)
      try write(nil)
      throw Input.Failure(refusal, path)
    }
  }
}

/// The mark of UTF-8 at the start of an input: whoever decodes takes it off, a filter puts it back.
private struct ByteOrderMark {
  static let bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
  private var seen: Int? = 0

  /// Whether the mark is complete with the next chunk, which is said once.
  mutating func isWhole(with chunk: Bytes) -> Bool {
    guard var place = seen else { return false }
    var index = 0
    while index < chunk.count, place < 3, chunk[index] == Self.bytes[place] { (index, place) = (index + 1, place + 1) }
    seen = place < 3 && index == chunk.count ? place : nil
    return place == 3
  }
}
