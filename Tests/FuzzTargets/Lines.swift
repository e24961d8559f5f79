import KubelogScan

/// A line and its place, as the splitter gives them.
private struct Line: Equatable {
  var text: [UInt8]
  var position: LinePosition
}

/// What must hold of lines, of decoding, and of both in any pieces.
func checkLines(_ input: [UInt8]) throws {
  var random = Random(input)
  let cuts = random.cuts(of: input.count)
  try checkSplitting(input, cuts, &random)
  try checkDecoding(input, cuts)
  try checkRoundTrips(input, &random)
}

// MARK: Lines

private func checkSplitting(_ input: [UInt8], _ cuts: [Range<Int>], _ random: inout Random) throws {
  var (expected, byte) = ([Line](), 0)
  var pieces = input.split(separator: 0x0A, omittingEmptySubsequences: false)
  let isOpen = pieces.last?.isEmpty == false
  if !isOpen { pieces.removeLast() }
  for (index, piece) in pieces.enumerated() {
    let length = piece.count + (isOpen && index == pieces.count - 1 ? 0 : 1)
    var text = Array(piece)
    while text.last == 0x0D { text.removeLast() }
    expected.append(Line(text: text, position: LinePosition(line: index + 1, byte: byte, length: length)))
    byte += length
  }
  var passed = random
  for passesOver in [false, true] {
    var (splitter, given, skipped) = (LineSplitter(), [Line](), Set<Int>())
    for cut in cuts {
      let chunk = input.span.extracting(cut)
      splitter.feed(chunk, isPlain: isPlain(chunk)) { chunk, start, _ in
        guard passesOver, passed.next(2) == 0, let end = chunk.first(0x0A, in: start..<chunk.count) else {
          return (start, 0)
        }
        skipped.insert(cut.lowerBound + start)
        return (end + 1, 1)
      } _: {
        given.append(Line(text: copy($0), position: $1))
      }
    }
    splitter.finish { given.append(Line(text: copy($0), position: $1)) }
    splitter.finish { _, _ in given.append(Line(text: [], position: LinePosition())) }
    guard given == expected.filter({ !skipped.contains($0.position.byte) }) else {
      throw Violation("other lines in pieces, passing over some: \(passesOver)")
    }
    guard splitter.lines == expected.count, splitter.bytes == input.count else { throw Violation("miscounted lines") }
    let bad = pieces.filter { String(validating: $0, as: UTF8.self) == nil }
    guard passesOver || splitter.badUTF8Lines == bad.count else {
      throw Violation("miscounted lines that are no UTF-8")
    }
  }
}

// MARK: Decoding

/// What decoding gives, and how it ends.
struct Decoded: Equatable {
  var text: [UInt8] = []
  var refusal: SourceDecoder.Refusal?

  init(_ input: [UInt8], _ cuts: [Range<Int>]) throws {
    let decoder = SourceDecoder()
    do {
      for cut in cuts { try decoder.feed(input.span.extracting(cut)) { text.append($0) } }
      try decoder.finish { text.append($0) }
    } catch let refusal as SourceDecoder.Refusal {
      self.refusal = refusal
    }
  }
}

private func checkDecoding(_ input: [UInt8], _ cuts: [Range<Int>]) throws {
  let (whole, cut) = (try Decoded(input, [0..<input.count]), try Decoded(input, cuts))
  guard whole.refusal == cut.refusal else { throw Violation("another refusal in pieces") }
  // Of damaged data zlib gives as much as it was sure of, which depends on how much it was given.
  guard whole.refusal == nil ? whole.text == cut.text : true else { throw Violation("another text in pieces") }
  if input.starts(with: [0xFF, 0xFE]) || input.starts(with: [0xFE, 0xFF]) {
    guard String(validating: whole.text, as: UTF8.self) != nil else { throw Violation("UTF-16 became no UTF-8") }
  }
}

/// What the input as a text is in other forms is decoded to that text.
private func checkRoundTrips(_ input: [UInt8], _ random: inout Random) throws {
  let text = String(decoding: input, as: UTF8.self)
  for isBigEndian in [false, true] {
    let units = [0xFEFF] + Array(text.utf16)
    let bytes = units.flatMap { isBigEndian ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
    let decoded = try Decoded(bytes, random.cuts(of: bytes.count))
    guard decoded.refusal == nil, decoded.text == Array(text.utf8) else {
      throw Violation("UTF-16 is not the same text")
    }
  }
  let half = random.next(input.count + 1)
  // Two members, as `cat a.gz b.gz` makes them, and padding.
  var packed = gzip(Array(input[..<half])) + gzip(Array(input[half...])) + [UInt8](repeating: 0, count: random.next(3))
  let decoded = try Decoded(packed, random.cuts(of: packed.count))
  guard decoded.refusal == nil, decoded.text == input else { throw Violation("gzip is not the same text") }
  packed = Array(gzip(input).dropLast(1 + random.next(8)))
  let cut = try Decoded(packed, random.cuts(of: packed.count))
  guard cut.refusal == .damaged, input.starts(with: cut.text) else {
    throw Violation("gzip that is cut is not noticed")
  }
}

/// One member of gzip (RFC 1952) in stored blocks (RFC 1951, 3.2.4).
private func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var out: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
  var start = 0
  repeat {
    let end = min(start + 0xFFFF, bytes.count)
    out.append(end == bytes.count ? 1 : 0)
    for number in [end - start, ~(end - start)] { out += [UInt8(number & 255), UInt8(number >> 8 & 255)] }
    out += bytes[start..<end]
    start = end
  } while start < bytes.count
  var crc = ~UInt32(0)
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
  }
  for number in [~crc, UInt32(bytes.count)] { out += (0..<4).map { UInt8(number >> ($0 * 8) & 255) } }
  return out
}

/// The bytes of a span.
func copy(_ bytes: Bytes) -> [UInt8] {
  var out: [UInt8] = []
  out.append(bytes)
  return out
}
