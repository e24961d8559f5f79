internal import KubelogScan

/// The head of a klog line in a journal, up to the name of its source file, as all lines of one process in one hour have
/// it but for minutes, seconds and klog's letter:
///
///     Jan 03 00:00:01 cp-1 kubelet[2134]: I0103 00:00:01.671950    2134
///
/// Eight bytes are compared at once.
struct LineHead {
  /// Eight bytes of the head.
  private struct Part {
    var offset: Int
    /// What bytes that never change are, and which those are.
    var fixed: UInt64 = 0
    var mask: UInt64 = 0
    /// The high bit of each byte that may be any digit up to a highest one, and what that lacks to 0x7F.
    var digits: UInt64 = 0
    var room: UInt64 = 0
  }

  /// The length of the head in bytes.
  let length: Int
  /// The offset of klog's letter.
  let letter: Int
  private var parts: [Part] = []

  private static let lengths = 24...160

  /// The head of `line`, of which `header` is the klog header; nil where the line does not begin with the stamp of a
  /// journal, or is too short or too long for that.
  init?(_ line: Bytes, _ header: KlogHeader) {
    length = header.file.lowerBound
    guard Self.lengths.contains(length), let letter = Self.letter(line, before: header.file.lowerBound),
      let clock = Self.clock(line, 0..<min(letter, 32)), let own = Self.clock(line, letter + 5..<letter + 15)
    else { return nil }
    self.letter = letter
    var highest: [UInt8?] = Array(repeating: nil, count: length)
    func mayVary(_ clock: Int) {
      for (offset, digit) in [(3, 5), (4, 9), (6, 5), (7, 9)] as [(Int, UInt8)] { highest[clock + offset] = digit }
      guard line[clock + 8] == 0x2E || line[clock + 8] == 0x2C else { return }
      for place in clock + 9..<line.end(of: isDigit, from: clock + 9, to: length) { highest[place] = 9 }
    }
    mayVary(clock)
    mayVary(own)
    var offset = 0
    while offset < length {
      var part = Part(offset: min(offset, length - 8))
      for index in 0..<8 {
        let (place, shift) = (part.offset + index, UInt64(8 * index))
        if let digit = highest[place] {
          part.digits |= 0x80 << shift
          part.room |= UInt64(0x7F - digit) << shift
        } else if place != letter {
          part.mask |= 0xFF << shift
          part.fixed |= UInt64(line[place]) << shift
        }
      }
      parts.append(part)
      offset += 8
    }
  }

  /// Whether the line at `start` has this head; `bytes` hold at least ``length`` of it.
  @inline(__always)
  func leads(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Bool {
    parts.withUnsafeBufferPointer { parts in
      for part in parts {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + part.offset, as: UInt64.self))
        guard (word ^ part.fixed) & part.mask == 0 else { return false }
        let value = word ^ 0x3030_3030_3030_3030
        let isOver = ((value & 0x7F7F_7F7F_7F7F_7F7F) &+ part.room) | value
        guard isOver & part.digits == 0 else { return false }
      }
      return true
    }
  }

  /// Where klog's letter stands: its stamp has 21 bytes, the process id that follows at least seven columns.
  private static func letter(_ line: Bytes, before file: Int) -> Int? {
    var place = file - 1
    while place > 0, line[place - 1] != 0x20 { place -= 1 }
    while place > 0, line[place - 1] == 0x20 { place -= 1 }
    place -= 21
    return place > 0 ? place : nil
  }

  /// The first `hh:mm:ss` in `range`.
  private static func clock(_ line: Bytes, _ range: Range<Int>) -> Int? {
    range.first { start in
      start + 8 < line.count && line[start + 2] == 0x3A && line[start + 5] == 0x3A
        && [0, 1, 3, 4, 6, 7].allSatisfy { isDigit(line[start + $0]) }
    }
  }
}
