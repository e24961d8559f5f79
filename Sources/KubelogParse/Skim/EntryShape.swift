internal import KubelogScan

/// What entries of a journal have in common, in JSON a line each or in the export form several: all of their bytes but for the
/// values that differ from entry to entry, and where the message stands among those.
struct EntryShape {
  /// Whether it is of the export form: a value ends with its line, and nothing in it is escaped.
  private(set) var isExport = false
  /// How many lines an entry has, in the export form with the empty one that ends it.
  private(set) var lines = 1
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

  /// The shape of an entry in the export form, and where the message stands in it; `entry` are its lines, each with its line
  /// end, without the empty one. Nil where one has a value that is no text, or there is no message.
  static func read(export entry: Bytes) -> (shape: EntryShape, message: Range<Int>)? {
    var (shape, message, last, start) = (EntryShape(), nil as Range<Int>?, 0, 0)
    (shape.isExport, shape.lines) = (true, 1)
    while start < entry.count {
      guard let end = entry.first(0x0A, in: start..<entry.count), let equals = entry.first(0x3D, in: start..<end) else {
        return nil
      }
      let (name, value) = (start..<equals, equals + 1..<end)
      (start, shape.lines) = (end + 1, shape.lines + 1)
      guard changing.contains(where: { entry.fills(name, $0) }) else { continue }
      if entry.fills(name, "MESSAGE") {
        guard message == nil else { return nil }
        (message, shape.message) = (value, shape.ends.count)
      }
      entry.append(last..<value.lowerBound, to: &shape.text)
      shape.ends.append(shape.text.count)
      last = value.upperBound
    }
    entry.append(last..<entry.count, to: &shape.text)
    shape.ends.append(shape.text.count)
    guard let message, shape.ends.count <= mostPieces else { return nil }
    return (shape, message)
  }

  /// Where the message of the entry at `start` stands and where its last line ends, if it has this shape and no value has
  /// escapes other than `\"` and `\\` in the message. In JSON more may follow on the line.
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
          guard
            let end = isExport
              ? Self.lineEnd(bytes, from: begin) : Self.valueEnd(bytes, from: begin, mayQuote: index == message)
          else { return nil }
          if index == message { found = begin..<end }
          place = end
        }
        return (found, place)
      }
    }
  }

  /// The line end behind a value of printable ASCII.
  @inline(__always)
  private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    let rest = Bytes(_unsafeBytes: bytes)
    guard let end = rest.first(0x0A, in: start..<rest.count), isPlain(rest.extracting(start..<end)) else { return nil }
    return end
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
