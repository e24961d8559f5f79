/// The set of moments within one minute at which the same thing was said, each a number of microseconds plus ordinal.
///
/// Merging is set union, so that order, splits and overlap of the input cannot matter. Stored as the sorted differences,
/// seven bits a byte, lowest first.
struct Occurrences: Equatable {
  /// The only one: of most rows there is no more, and no array to be made for it.
  private var only: Int?
  /// All of them in order, where there is not only one.
  private var many: [Int] = []

  init(_ offset: Int) { only = offset }

  /// All of them, in order.
  var offsets: [Int] { only.map { [$0] } ?? many }
  /// The first and the last; nil where there is none.
  var first: Int? { only ?? many.first }
  var last: Int? { only ?? many.last }
  var count: Int { only == nil ? many.count : 1 }

  init(stored bytes: [UInt8]) {
    defer { if many.count == 1 { (only, many) = (many[0], []) } }
    var (value, shift, last) = (0, 0, 0)
    for byte in bytes {
      value |= Int(byte & 0x7F) << shift
      if byte & 0x80 != 0 {
        shift += 7
        guard shift < 56 else { return }
      } else {
        last += value
        many.append(last)
        (value, shift) = (0, 0)
      }
    }
  }

  /// Adds an occurrence; false when it was there.
  @discardableResult
  mutating func insert(_ offset: Int) -> Bool {
    if let one = only {
      guard one != offset else { return false }
      (only, many) = (nil, [min(one, offset), max(one, offset)])
      return true
    }
    // Input comes in order: nearly always the new one is the last.
    guard let last = many.last else {
      only = offset
      return true
    }
    guard offset <= last else {
      many.append(offset)
      return true
    }
    var (low, high) = (0, many.count)
    while low < high {
      let middle = (low + high) / 2
      if many[middle] < offset { low = middle + 1 } else { high = middle }
    }
    guard many[low] != offset else { return false }
    many.insert(offset, at: low)
    return true
  }

  var bytes: [UInt8] {
    var out: [UInt8] = []
    write(to: &out)
    return out
  }

  /// Appends what is stored of them.
  func write(to out: inout [UInt8]) {
    if let only { return Self.write(only, to: &out) }
    var last = 0
    for offset in many {
      Self.write(offset - last, to: &out)
      last = offset
    }
  }

  private static func write(_ difference: Int, to out: inout [UInt8]) {
    var difference = difference
    while difference >= 0x80 {
      out.append(UInt8(difference & 0x7F) | 0x80)
      difference >>= 7
    }
    out.append(UInt8(difference))
  }
}
