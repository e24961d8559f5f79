internal import CZlib

/// Makes UTF-8 text of what a file holds: gzip is unpacked, UTF-16 with its byte order mark (Windows PowerShell's `>`) is
/// converted, the mark of UTF-8 is taken off. Everything else is given as it is.
///
/// Formats by their first bytes: RFC 1952, Unicode's byte order marks, file(1)'s magic for those that are refused.
public final class SourceDecoder {
  /// Why a source cannot be read.
  public enum Refusal: Error, Equatable, Sendable {
    /// A format that another program unpacks, with that program's command up to the path.
    case packed(String, command: String)
    /// The gzip data is damaged or ends too early; what came before was given.
    case damaged
  }

  private enum Form { case unknown, plain, gzip, utf16(isBigEndian: Bool) }
  private var form = Form.unknown
  /// Bytes that may yet be the beginning of a mark.
  private var head: [UInt8] = []
  private var inflater: Inflater?
  /// Half of a code unit, and the first half of a surrogate pair.
  private var oddByte: UInt8?
  private var highSurrogate: UInt32?
  private var text: [UInt8] = []

  /// A decoder at the start of a source.
  public init() {}

  /// Whether the text is given as it stands in the source.
  public var isPlain: Bool { if case .plain = form { true } else { false } }

  /// The forms that are told by their first bytes.
  private static let marks: [(bytes: [UInt8], name: String, command: String)] = [
    ([0x1F, 0x8B], "gzip", ""), ([0xFF, 0xFE], "UTF-16LE", ""), ([0xFE, 0xFF], "UTF-16BE", ""),
    ([0xEF, 0xBB, 0xBF], "UTF-8", ""), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz", "xz -dc"),
    ([0x28, 0xB5, 0x2F, 0xFD], "zstd", "zstd -dc"), ([0x42, 0x5A, 0x68], "bzip2", "bzip2 -dc"),
    ([0x50, 0x4B, 0x03, 0x04], "zip", "unzip -p"),
    (Array("LPKSHHRH".utf8), "a binary journal", "journalctl -o export --file"),
  ]

  /// Decodes the next chunk; `body` gets the text as it comes. Throws ``Refusal``.
  public func feed(_ chunk: Bytes, _ body: (Bytes) throws -> Void) throws {
    guard case .unknown = form else { return try decode(chunk, body) }
    for index in 0..<chunk.count {
      head.append(chunk[index])
      let isOpen = Self.marks.contains { $0.bytes.count > head.count && $0.bytes.starts(with: head) }
      if isOpen { continue }
      try begin(chunk.extracting(index + 1..<chunk.count), body)
      return
    }
  }

  /// The source is over. Throws ``Refusal/damaged`` where packed data is cut.
  public func finish(_ body: (Bytes) throws -> Void) throws {
    if case .unknown = form { try begin([UInt8]().span, body) }
    if let inflater, !inflater.isAtEnd { throw Refusal.damaged }
    if oddByte != nil || highSurrogate != nil {
      let replacement = Array(UTF8.encodedReplacementCharacter)
      try body(replacement.span)
    }
  }

  private func begin(_ rest: Bytes, _ body: (Bytes) throws -> Void) throws {
    let head = head
    let mark = Self.marks.first { head.starts(with: $0.bytes) }
    switch mark?.name {
    case "gzip":
      form = .gzip
      inflater = try Inflater()
      try decode(head.span, body)
    case "UTF-16LE": form = .utf16(isBigEndian: false)
    case "UTF-16BE": form = .utf16(isBigEndian: true)
    case "UTF-8": form = .plain
    case let name?: throw Refusal.packed(name, command: mark?.command ?? "")
    case nil:
      form = .plain
      if !head.isEmpty { try body(head.span) }
    }
    if rest.count > 0 { try decode(rest, body) }
  }

  private func decode(_ chunk: Bytes, _ body: (Bytes) throws -> Void) throws {
    switch form {
    case .unknown, .plain: try body(chunk)
    case .gzip: try inflater?.feed(chunk, body)
    case .utf16(let isBigEndian):
      for index in 0..<chunk.count { take(chunk[index], isBigEndian) }
      var whole: [UInt8] = []
      swap(&whole, &text)
      if !whole.isEmpty { try body(whole.span) }
      whole.removeAll(keepingCapacity: true)
      swap(&whole, &text)
    }
  }

  private func take(_ byte: UInt8, _ isBigEndian: Bool) {
    guard let first = oddByte else {
      oddByte = byte
      return
    }
    oddByte = nil
    let unit = isBigEndian ? UInt32(first) << 8 | UInt32(byte) : UInt32(byte) << 8 | UInt32(first)
    if let high = highSurrogate {
      highSurrogate = nil
      if unit & 0xFC00 == 0xDC00 {
        text.append(scalar: 0x10000 + (high & 0x3FF) << 10 + (unit & 0x3FF))
        return
      }
      text.append(scalar: 0xFFFD)
    }
    if unit & 0xFC00 == 0xD800 { highSurrogate = unit } else { text.append(scalar: unit) }
  }
}

/// zlib's inflate over members of gzip, one after the other.
@safe
private final class Inflater {
  private var stream = unsafe z_stream()
  private var buffer = [UInt8](repeating: 0, count: 256 << 10)
  /// Whether all that came was whole.
  private(set) var isAtEnd = false
  private var isOver = false

  init() throws {
    guard unsafe kl_inflate_init_gzip(&stream) == Z_OK else { throw SourceDecoder.Refusal.damaged }
  }

  deinit { unsafe inflateEnd(&stream) }

  func feed(_ chunk: Bytes, _ body: (Bytes) throws -> Void) throws {
    var start = 0
    while start < chunk.count, !isOver {
      if isAtEnd {
        // Another member, or padding, which gzip leaves alone as well.
        guard chunk[start] == 0x1F else {
          isOver = true
          return
        }
        unsafe inflateReset(&stream)
        isAtEnd = false
      }
      start += try inflateSome(chunk, from: start, body)
    }
  }

  private func inflateSome(_ chunk: Bytes, from start: Int, _ body: (Bytes) throws -> Void) throws -> Int {
    var buffer: [UInt8] = []
    swap(&buffer, &self.buffer)
    defer { swap(&buffer, &self.buffer) }
    let (result, produced, left) = unsafe chunk.withUnsafeBufferPointer { input -> (Int32, Int, Int) in
      unsafe buffer.withUnsafeMutableBufferPointer { output -> (Int32, Int, Int) in
        guard let base = input.baseAddress else { return (Z_OK, 0, 0) }
        unsafe stream.next_in = UnsafeMutablePointer(mutating: base + start)
        unsafe stream.avail_in = UInt32(chunk.count - start)
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = UInt32(output.count)
        let result = unsafe inflate(&stream, Z_NO_FLUSH)
        return unsafe (result, output.count - Int(stream.avail_out), Int(stream.avail_in))
      }
    }
    if produced > 0 { try body(buffer.span.extracting(0..<produced)) }
    switch result {
    case Z_STREAM_END: isAtEnd = true
    case Z_OK, Z_BUF_ERROR: break
    default: throw SourceDecoder.Refusal.damaged
    }
    let used = chunk.count - start - left
    // Nothing taken and nothing given: the data makes no sense.
    guard used > 0 || produced > 0 else { throw SourceDecoder.Refusal.damaged }
    return used
  }
}
