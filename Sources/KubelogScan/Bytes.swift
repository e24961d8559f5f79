internal import CSigns
internal import Glibc

/// A byte view of one line or one chunk. Ranges into it are plain offsets, so that nothing borrows longer than the call.
public typealias Bytes = Span<UInt8>

extension Span where Element == UInt8 {
  /// Whether the bytes at `offset` are those of `literal`. False where fewer bytes are left.
  @inlinable
  public func has(_ literal: StaticString, at offset: Int) -> Bool {
    let length = literal.utf8CodeUnitCount
    guard offset >= 0, count - offset >= length else { return false }
    return unsafe withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return length == 0 }
      return unsafe compareBytes(base + offset, literal.utf8Start, length)
    }
  }

  /// As ``has(_:at:)``, ASCII letters alike in either case; `literal` is given in lower case.
  public func hasIgnoringCase(_ literal: StaticString, at offset: Int) -> Bool {
    let length = literal.utf8CodeUnitCount
    guard offset >= 0, count - offset >= length else { return false }
    for index in 0..<length {
      var byte = self[offset + index]
      if byte >= 0x41, byte <= 0x5A { byte |= 0x20 }
      if unsafe byte != literal.utf8Start[index] { return false }
    }
    return true
  }

  /// Whether the bytes at `offset` are `literal`, which came from a rule pack.
  @inlinable
  public func has(_ literal: [UInt8], at offset: Int) -> Bool {
    guard offset >= 0, count - offset >= literal.count else { return false }
    return unsafe withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return literal.isEmpty }
      return unsafe literal.withUnsafeBufferPointer { other in
        guard let start = other.baseAddress else { return true }
        return unsafe compareBytes(base + offset, start, literal.count)
      }
    }
  }

  /// What follows `literal` in `range`, where that begins with it in either case (`literal` is given in lower case); nil
  /// where it does not or `range` ends before it does.
  public func rest(after literal: StaticString, in range: Range<Int>) -> Range<Int>? {
    let start = range.lowerBound + literal.utf8CodeUnitCount
    guard start <= range.upperBound, hasIgnoringCase(literal, at: range.lowerBound) else { return nil }
    return start..<range.upperBound
  }

  /// The first place of `byte` in `range`, nil if it is not there.
  public func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress, !range.isEmpty,
        let found = unsafe memchr(base + range.lowerBound, Int32(byte), range.count)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }

  /// The first place of `literal`, which came from a rule pack, in `range`; nil if it is not there.
  public func first(_ literal: [UInt8], in range: Range<Int>) -> Int? {
    unsafe literal.withUnsafeBufferPointer { literal in
      guard let start = literal.baseAddress else { return range.lowerBound }
      return unsafe first(start, literal.count, in: range)
    }
  }

  /// The first place of `literal` in `range`, nil if it is not there.
  public func first(_ literal: StaticString, in range: Range<Int>) -> Int? {
    unsafe first(literal.utf8Start, literal.utf8CodeUnitCount, in: range)
  }

  /// As ``first(_:in:)``, for a literal of `length` bytes that nobody owns here.
  @unsafe
  public func first(_ literal: UnsafePointer<UInt8>, _ length: Int, in range: Range<Int>) -> Int? {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe withUnsafeBufferPointer { bytes in
      guard length <= range.count, let base = bytes.baseAddress else { return length == 0 ? range.lowerBound : nil }
      let place = unsafe kl_place_of(base + range.lowerBound, range.count, literal, length)
      // Where the text ends, no literal stands, but an empty one.
      return place < range.count || length == 0 ? range.lowerBound + place : nil
    }
  }

  /// `range` without blanks, tabs and carriage returns at either end.
  public func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high, isBlank(self[low]) { low += 1 }
    while high > low, isBlank(self[high - 1]) { high -= 1 }
    return low..<high
  }

  /// `range` without carriage returns at its end.
  public func withoutReturns(_ range: Range<Int>) -> Range<Int> {
    var high = range.upperBound
    while high > range.lowerBound, self[high - 1] == 0x0D { high -= 1 }
    return range.lowerBound..<high
  }

  /// The text of `range`; bytes that are no UTF-8 become U+FFFD.
  public func text(_ range: Range<Int>) -> String {
    unsafe withUnsafeBufferPointer { unsafe String(decoding: $0[range], as: UTF8.self) }
  }

  /// Appends the bytes of `range` to `out`.
  public func append(_ range: Range<Int>, to out: inout [UInt8]) {
    unsafe withUnsafeBufferPointer { unsafe out.append(contentsOf: $0[range]) }
  }

  /// The eight bytes at `offset` as one number, the first byte lowest; nil where fewer are left.
  @inlinable
  public func word(at offset: Int) -> UInt64? {
    guard offset >= 0, count - offset >= 8 else { return nil }
    return unsafe withUnsafeBufferPointer { bytes in
      unsafe UInt64(
        littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(
          fromByteOffset: offset, as: UInt64.self))
    }
  }

  /// The decimal number that fills `range`; nil when it is empty, holds another byte or has over 18 digits.
  public func decimal(_ range: Range<Int>) -> Int? {
    guard !range.isEmpty, range.count <= 18 else { return nil }
    var value = 0
    for index in range {
      let digit = self[index] &- 0x30
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    return value
  }

  /// The two-digit number at `offset`, nil if there is none.
  @inlinable
  public func twoDigits(at offset: Int) -> Int? {
    guard offset >= 0, count - offset >= 2 else { return nil }
    let (tens, ones) = (self[offset] &- 0x30, self[offset + 1] &- 0x30)
    guard tens < 10, ones < 10 else { return nil }
    return Int(tens) &* 10 &+ Int(ones)
  }

  /// The end of the run of bytes from `offset` for which `accept` holds.
  @inlinable
  public func end(of accept: (UInt8) -> Bool, from offset: Int, to limit: Int? = nil) -> Int {
    let limit = Swift.min(limit ?? count, count)
    var index = offset
    while index < limit, accept(self[index]) { index += 1 }
    return index
  }
}

extension [UInt8] {
  /// Appends a Unicode scalar as UTF-8; a number that is none becomes U+FFFD.
  public mutating func append(scalar: UInt32) {
    append(contentsOf: UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
  }
}

/// Whether `length` bytes at both places are the same.
@inlinable
func compareBytes(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ length: Int) -> Bool {
  if length > 16 { return unsafe sameBytes(left, right, length) }
  for index in 0..<length where unsafe left[index] != right[index] { return false }
  return true
}

/// Whether two stretches of memory hold the same bytes.
public func areSame(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
  guard left.count == right.count else { return false }
  guard let one = left.baseAddress, let other = right.baseAddress else { return true }
  return unsafe memcmp(one, other, left.count) == 0
}

/// As `compareBytes`, for many.
@usableFromInline
func sameBytes(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ length: Int) -> Bool {
  unsafe memcmp(left, right, length) == 0
}

/// A blank, a tab or a carriage return.
@inlinable
public func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

/// An ASCII digit.
@inlinable
public func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

/// A lower-case letter a–z or a digit: the alphabet of bootstrap tokens.
@inlinable
public func isTokenByte(_ byte: UInt8) -> Bool { isDigit(byte) || byte &- 0x61 < 26 }

/// A hexadecimal digit in either case.
@inlinable
public func isHexByte(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }

/// Neither a blank nor a control character.
@inlinable
public func isWordByte(_ byte: UInt8) -> Bool { byte > 0x20 && byte != 0x7F }

extension Array where Element == UInt8 {
  /// Adds all of `bytes` at the end.
  public mutating func append(_ bytes: Bytes) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
