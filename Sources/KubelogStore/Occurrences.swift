/// The set of moments within one minute at which the same thing was said, each a number of microseconds plus ordinal.
///
/// Merging is set union, so that order, splits and overlap of the input cannot matter. Stored as the sorted differences,
/// seven bits a byte, lowest first.
struct Occurrences: Equatable {
  private(set) var offsets: [Int] = []

  init(_ offset: Int) { offsets = [offset] }

  init(stored bytes: [UInt8]) {
    var (value, shift, last) = (0, 0, 0)
    for byte in bytes {
      value |= Int(byte & 0x7F) << shift
      if byte & 0x80 != 0 {
        shift += 7
        guard shift < 56 else { return }
      } else {
        last += value
        offsets.append(last)
        (value, shift) = (0, 0)
      }
    }
  }

  /// Adds an occurrence; false when it was there.
  @discardableResult
  mutating func insert(_ offset: Int) -> Bool {
    // Input comes in order: nearly always the new one is the last.
    guard let last = offsets.last, offset <= last else {
      offsets.append(offset)
      return true
    }
    var (low, high) = (0, offsets.count)
    while low < high {
      let middle = (low + high) / 2
      if offsets[middle] < offset { low = middle + 1 } else { high = middle }
    }
    guard offsets[low] != offset else { return false }
    offsets.insert(offset, at: low)
    return true
  }

  var count: Int { offsets.count }

  var bytes: [UInt8] {
    var (out, last): ([UInt8], Int) = ([], 0)
    for offset in offsets {
      var difference = offset - last
      last = offset
      while difference >= 0x80 {
        out.append(UInt8(difference & 0x7F) | 0x80)
        difference >>= 7
      }
      out.append(UInt8(difference))
    }
    return out
  }
}
