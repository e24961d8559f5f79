internal import CSigns
internal import Glibc

/// Where a line stands in its source.
public struct LinePosition: Sendable, Equatable {
  /// The line's number, from 1.
  public var line: Int
  /// The offset of its first byte in the source, from 0.
  public var byte: Int
  /// How many bytes it takes in the source, line end included.
  public var length: Int

  /// The first line.
  public init(line: Int = 1, byte: Int = 0, length: Int = 0) {
    self.line = line
    self.byte = byte
    self.length = length
  }
}

/// Cuts chunks of bytes into lines, however the chunks fall.
///
/// A line ends at LF; carriage returns before it are not part of the line, so CRLF reads as LF. A line longer than
/// ``longestLine`` is given once with its first bytes only and counted in ``truncatedLines``; the rest of the input is
/// not affected. Memory stays bounded by that length.
public struct LineSplitter {
  /// The most bytes of one line that are looked at: 1 MiB.
  public static let longestLine = 1 << 20

  /// Lines given so far.
  public private(set) var lines = 0
  /// Bytes taken so far.
  public private(set) var bytes = 0
  /// Lines that were longer than ``longestLine``.
  public private(set) var truncatedLines = 0
  /// Lines that were not valid UTF-8.
  public private(set) var badUTF8Lines = 0

  private var carry: [UInt8] = []
  private var overflowed = false
  private var next = LinePosition()

  /// A splitter at the start of a source.
  public init() {}

  /// A splitter that goes on at the beginning of a line, after what another had counted there.
  public init(lines: Int, bytes: Int, truncatedLines: Int, badUTF8Lines: Int) {
    (self.lines, self.bytes, self.truncatedLines, self.badUTF8Lines) = (lines, bytes, truncatedLines, badUTF8Lines)
    next = LinePosition(line: lines + 1, byte: bytes)
  }

  /// Bytes up to the end of the last whole line.
  public var wholeBytes: Int { next.byte }

  /// Whether part of a line waits for its end.
  public var holdsPartialLine: Bool { !carry.isEmpty || overflowed }

  /// Takes the next chunk and calls `body` for every line that ends in it; `isPlain` tells whether all of it is known to be
  /// (``isPlain(_:)``).
  ///
  /// Before that `passOver` may go over whole lines from an offset on that nobody has to look at: it gives the offset after
  /// them and their number. It is told whether all of the chunk is ASCII; if not, it goes over lines that are.
  public mutating func feed(
    _ chunk: Bytes, isPlain: Bool = false,
    passOver: (Bytes, Int, _ isASCII: Bool) -> (end: Int, lines: Int) = { _, start, _ in (start, 0) },
    _ body: (Bytes, LinePosition) throws -> Void
  ) rethrows {
    var start = 0
    let plain = isPlain || isASCII(chunk)
    while start < chunk.count {
      if carry.isEmpty, !overflowed {
        let passed = passOver(chunk, start, plain)
        lines += passed.lines
        next = LinePosition(line: next.line + passed.lines, byte: next.byte + passed.end - start)
        start = passed.end
      }
      guard let end = chunk.first(0x0A, in: start..<chunk.count) else {
        keep(chunk.extracting(start..<chunk.count))
        break
      }
      let piece = chunk.extracting(start..<end)
      let length = end + 1 - start
      start = end + 1
      if carry.isEmpty, !overflowed, piece.count <= Self.longestLine {
        try give(piece, length: length, ascii: plain, body)
      } else {
        keep(piece)
        try giveCarry(length: 1, body)
      }
    }
    bytes += chunk.count
  }

  /// Gives the last line if the source did not end with LF.
  public mutating func finish(_ body: (Bytes, LinePosition) throws -> Void) rethrows {
    guard holdsPartialLine else { return }
    try giveCarry(length: 0, body)
  }

  private var carried = 0

  private mutating func keep(_ piece: Bytes) {
    carried += piece.count
    let room = Self.longestLine - carry.count
    if piece.count > room { overflowed = true }
    for index in 0..<Swift.min(room, piece.count) { carry.append(piece[index]) }
  }

  private mutating func giveCarry(
    length: Int, _ body: (Bytes, LinePosition) throws -> Void
  ) rethrows {
    let line = carry
    let isCut = overflowed
    if isCut { truncatedLines += 1 }
    let whole = carried + length
    carry.removeAll(keepingCapacity: line.count < 1 << 16)
    carried = 0
    overflowed = false
    // A cut may fall inside a character: that is no fault of the input's.
    try give(line.span, length: whole, ascii: isCut, body)
  }

  private mutating func give(
    _ piece: Bytes, length: Int, ascii: Bool, _ body: (Bytes, LinePosition) throws -> Void
  ) rethrows {
    var end = piece.count
    while end > 0, piece[end - 1] == 0x0D { end -= 1 }
    var position = next
    position.length = length
    lines += 1
    next = LinePosition(line: position.line + 1, byte: position.byte + length)
    if !ascii, !isUTF8(piece) { badUTF8Lines += 1 }
    try body(piece.extracting(0..<end), position)
  }
}

/// Whether all bytes are printable ASCII, blanks, 0x7F or line feeds: what nearly all logs consist of.
public func isPlain(_ bytes: Bytes) -> Bool {
  unsafe bytes.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { return true }
    return unsafe kl_is_plain(base, buffer.count) != 0
  }
}

/// Whether no byte has its high bit set, eight at a time.
public func isASCII(_ bytes: Bytes) -> Bool {
  unsafe bytes.withUnsafeBufferPointer { buffer in
    let raw = UnsafeRawBufferPointer(buffer)
    var seen: UInt64 = 0
    var index = 0
    while index + 32 <= raw.count {
      let (a, b, c, d) = unsafe (
        raw.loadUnaligned(fromByteOffset: index, as: UInt64.self),
        raw.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self),
        raw.loadUnaligned(fromByteOffset: index + 16, as: UInt64.self),
        raw.loadUnaligned(fromByteOffset: index + 24, as: UInt64.self)
      )
      seen |= a | b | c | d
      index += 32
    }
    while index < raw.count {
      seen |= unsafe UInt64(raw[index])
      index += 1
    }
    return seen & 0x8080_8080_8080_8080 == 0
  }
}

/// Whether the bytes are valid UTF-8.
func isUTF8(_ bytes: Bytes) -> Bool {
  if isASCII(bytes) { return true }
  return unsafe bytes.withUnsafeBufferPointer { unsafe String(validating: $0, as: UTF8.self) != nil }
}
