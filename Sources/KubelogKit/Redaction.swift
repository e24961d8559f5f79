/// One run of `redact`: inputs without their secrets, the same secret under the same pseudonym in all of them.
public struct Redaction {
  private let digest = KeyedDigest()
  /// Nil where addresses and names stay.
  private var hosts: HostMasker?
  /// The files that names were learned from to their end.
  private var learned: Set<String> = []
  private static let chunk = 256 << 10

  /// A run with pseudonyms of its own; `hosts`: also addresses and names of hosts get some.
  public init(hosts: Bool = false) {
    if hosts { self.hosts = HostMasker(digest: digest) }
  }

  /// Learns the names of hosts from a file, so that they are masked from its first line on; nothing where that can be read
  /// only once, and where they stay. What cannot be read is found out by ``redact(_:write:)``.
  public mutating func learn(_ path: String) {
    guard var masker = hosts, path != "-" else { return }
    hosts = nil
    let isWhole = try? read(path, rereading: true, { masker.learn($0) }, flush: {})
    if isWhole == true { learned.insert(path) }
    masker.finishLearning()
    hosts = masker
  }

  /// Gives what an input holds, without secrets and as it comes. gzip is unpacked, UTF-16 becomes UTF-8.
  ///
  /// `write` gets bytes, and nil when it is time to pass them on, since nothing more is there for now. Throws
  /// ``Input/Failure`` and what `write` throws; what came before was given.
  public mutating func redact(_ path: String, write: (Bytes?) throws -> Void) throws {
    guard var masker = hosts else {
      try read(path, write) { try write(nil) }
      return
    }
    hosts = nil
    masker.isLearning = !learned.contains(path)
    defer { hosts = masker }
    do {
      try read(path) {
        try masker.feed($0, write)
      } flush: {
        try write(nil)
      }
    } catch let failure as Input.Failure {
      try masker.finish(write)
      try write(nil)
      throw failure
    }
    try masker.finish(write)
    try write(nil)
  }

  /// Reads an input to its end, if it may be read as often as one likes where it is read again; `take` gets it without
  /// secrets, `flush` is called when nothing more is there for now.
  @discardableResult
  private func read(
    _ path: String, rereading: Bool = false, _ take: (Bytes) throws -> Void, flush: () throws -> Void
  ) throws -> Bool {
    let input = try Input(path)
    if rereading, input.isStream { return false }
    let decoder = SourceDecoder()
    var redactor = Redactor(digest: digest)
    var buffer = [UInt8](repeating: 0, count: Self.chunk)
    var mark = ByteOrderMark()
    do {
      reading: while true {
        switch try input.read(into: &buffer, waiting: -1) {
        case .bytes(let count):
          let chunk = buffer.span.extracting(0..<count)
          if mark.isWhole(with: chunk) { try take(ByteOrderMark.bytes.span) }
          try decoder.feed(chunk) { text in try redactor.feed(text, take) }
          try flush()
        case .quiet: continue
        case .end: break reading
        }
      }
      try decoder.finish { text in try redactor.feed(text, take) }
      try redactor.finish(take)
      try flush()
      return true
    } catch let refusal as SourceDecoder.Refusal {
      try redactor.finish(take)
      try flush()
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
