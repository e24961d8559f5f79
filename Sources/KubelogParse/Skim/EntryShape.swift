internal import KubelogScan

/// What entries of a journal in JSON have in common, a line each: all of their bytes but for the values that differ from entry
/// to entry, and where the message stands among those.
struct EntryShape {
  /// The pieces that never change, one behind the other, and where each ends.
  private var text: [UInt8] = []
  private var ends: [Int] = []
  /// How many of the values that differ stand before the message.
  private var message = 0

  /// Fields that differ between entries that are otherwise alike. A value of any other one that changes makes another shape.
  private static let changing: [StaticString] = [
    "__CURSOR", "__REALTIME_TIMESTAMP", "__MONOTONIC_TIMESTAMP", "__SEQNUM", "_SOURCE_REALTIME_TIMESTAMP",
    "_SOURCE_MONOTONIC_TIMESTAMP", "_SOURCE_BOOTTIME_TIMESTAMP", "PRIORITY", "MESSAGE",
  ]
  private static let mostPieces = 32

  /// The shape of `line`, and where the message stands in it; nil where it is no whole object or has no message that is text.
  static func read(_ line: Bytes, from start: Int) -> (shape: EntryShape, message: Range<Int>)? {
    guard var members = JSONMembers(line, in: start..<line.count) else { return nil }
    var (shape, message, last) = (EntryShape(), nil as Range<Int>?, 0)
    while let member = members.next(line) {
      guard member.value.kind == .text, changing.contains(where: { line.fills(member.name, $0) }) else { continue }
      if line.fills(member.name, "MESSAGE") {
        guard message == nil else { return nil }
        (message, shape.message) = (member.value.range, shape.ends.count)
      }
      line.append(last..<member.value.range.lowerBound, to: &shape.text)
      shape.ends.append(shape.text.count)
      last = member.value.range.upperBound
    }
    line.append(last..<line.count, to: &shape.text)
    shape.ends.append(shape.text.count)
    guard members.end != nil, let message, shape.ends.count <= mostPieces else { return nil }
    return (shape, message)
  }

  /// Where the message of the line at `start` stands and where that line ends, if it has this shape and no value has escapes
  /// other than `\"` and `\\` in the message. More may follow on the line.
  func place(_ bytes: UnsafeRawBufferPointer, at start: Int) -> (message: Range<Int>, end: Int)? {
    text.withUnsafeBytes { text in
      ends.withUnsafeBufferPointer { ends in
        var (place, from, found) = (start, 0, 0..<0)
        for index in 0..<ends.count {
          let count = ends[index] - from
          guard bytes.count - place >= count,
            areSame(
              UnsafeRawBufferPointer(rebasing: bytes[place..<place + count]),
              UnsafeRawBufferPointer(rebasing: text[from..<ends[index]]))
          else { return nil }
          place += count
          from = ends[index]
          guard index < ends.count - 1 else { break }
          let begin = place
          guard let end = Self.valueEnd(bytes, from: begin, mayQuote: index == message) else { return nil }
          if index == message { found = begin..<end }
          place = end
        }
        return (found, place)
      }
    }
  }

  /// The closing quote of a value of printable ASCII.
  @inline(__always)
  private static func valueEnd(_ bytes: UnsafeRawBufferPointer, from start: Int, mayQuote: Bool) -> Int? {
    var place = start
    while place < bytes.count {
      let byte = bytes[place]
      if byte == 0x22 { return place }
      if byte == 0x5C {
        guard mayQuote, place + 1 < bytes.count, bytes[place + 1] == 0x22 || bytes[place + 1] == 0x5C else {
          return nil
        }
        place += 2
      } else {
        guard byte >= 0x20, byte < 0x7F else { return nil }
        place += 1
      }
    }
    return nil
  }
}
