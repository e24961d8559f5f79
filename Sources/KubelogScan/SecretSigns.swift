/// Finds the places of a text where a secret may be near, sixteen bytes at a time.
///
/// A sign is two or three letters that every such place holds and logs rarely do, in either case: `ok` (token), `ey` (key,
/// and `eyJ`, the beginning of a JSON object in base64), `sw` (password, passwd), `s0` (`LS0tLS1`, a PEM header in
/// base64), `uth` (auth), `gj` (dockerconfigjson), `ta` before a colon, a quote or a backslash (data), `@`, and a point
/// with what may be the halves of a bootstrap token on either side. What a sign means is for others to say.
public enum SecretSigns {
  /// How many bytes before its last one a sign may begin: a sign that is cut off by the end of a text is found when the
  /// last bytes are looked at again with what follows them.
  public static let overlap = 2

  private typealias Block = SIMD16<UInt8>
  private typealias Mask = SIMDMask<SIMD16<Int8>>

  /// The first sign in `range` of `bytes`; signs that reach beyond the end of `bytes` are none, except a point.
  public static func first(_ bytes: Bytes, in range: Range<Int>) -> Int? {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    var index = range.lowerBound
    while index < Swift.min(range.upperBound, 6) {
      if isSign(bytes, index) { return index }
      index += 1
    }
    let last = Swift.min(range.upperBound, bytes.count - 16) - 16
    if index <= last {
      index = unsafe bytes.withUnsafeBufferPointer { buffer in
        unsafe skip(UnsafeRawBufferPointer(buffer), from: index, through: last) { isSign(bytes, $0) }
      }
    }
    while index < range.upperBound {
      if isSign(bytes, index) { return index }
      index += 1
    }
    return nil
  }

  /// The first sign from `start` on, or where the blocks end. Looks at bytes up to `last` + 32.
  @inline(__always)
  private static func skip(
    _ buffer: UnsafeRawBufferPointer, from start: Int, through last: Int, isSign: (Int) -> Bool
  ) -> Int {
    guard let base = buffer.baseAddress else { return start }
    let fold = Block(repeating: 0x20)
    let word = Block(repeating: 0x30)
    var index = start
    while index <= last {
      let plain = unsafe (base + index).loadUnaligned(as: Block.self)
      let first = plain | fold
      let second = unsafe (base + index + 1).loadUnaligned(as: Block.self) | fold
      let third = unsafe (base + index + 2).loadUnaligned(as: Block.self)
      let s = same(first, 0x73) .& (same(second, 0x77) .| same(second, 0x30))
      let ta = same(first, 0x74) .& same(second, 0x61) .& (same(third, 0x3A) .| same(third, 0x22) .| same(third, 0x5C))
      let uth = same(first, 0x75) .& same(second, 0x74) .& same(third | fold, 0x68)
      let pairs =
        (same(first, 0x6F) .& same(second, 0x6B)) .| (same(first, 0x65) .& same(second, 0x79))
        .| (same(first, 0x67) .& same(second, 0x6A))
      let point =
        same(plain, 0x2E) .& (unsafe (base + index + 16).loadUnaligned(as: Block.self) .>= word)
        .& (unsafe (base + index - 6).loadUnaligned(as: Block.self) .>= word)
        .& (unsafe (base + index + 9).loadUnaligned(as: Block.self) .>= word)
      let found = unsafe unsafeBitCast(pairs .| s .| ta .| uth .| same(plain, 0x40), to: SIMD2<UInt64>.self)
      let points = unsafe unsafeBitCast(point, to: SIMD2<UInt64>.self)
      var place = index
      for lane in 0..<2 {
        var bits = found[lane] | points[lane]
        while bits != 0 {
          let offset = bits.trailingZeroBitCount >> 3
          if isSign(place + offset) { return place + offset }
          bits &= ~(0xFF << UInt64(offset << 3))
        }
        place += 8
      }
      index += 16
    }
    return index
  }

  @inline(__always)
  private static func same(_ block: Block, _ byte: UInt8) -> Mask { block .== Block(repeating: byte) }

  /// Whether a sign begins at `index`: the same as the blocks find, without their doubt.
  private static func isSign(_ bytes: Bytes, _ index: Int) -> Bool {
    func byte(_ offset: Int) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }
    switch bytes[index] {
    case 0x40: return true
    case 0x2E: return isPointOfToken(bytes, index)
    case 0x4F, 0x6F: return byte(1) | 0x20 == 0x6B
    case 0x45, 0x65: return byte(1) | 0x20 == 0x79
    case 0x47, 0x67: return byte(1) | 0x20 == 0x6A
    case 0x53, 0x73: return byte(1) | 0x20 == 0x77 || byte(1) == 0x30
    case 0x54, 0x74:
      guard byte(1) | 0x20 == 0x61 else { return false }
      return byte(2) == 0x3A || byte(2) == 0x22 || byte(2) == 0x5C
    case 0x55, 0x75: return byte(1) | 0x20 == 0x74 && byte(2) | 0x20 == 0x68
    default: return false
    }
  }

  /// Whether six bytes of a token's alphabet stand before the point and sixteen after it, as far as there are any.
  private static func isPointOfToken(_ bytes: Bytes, _ index: Int) -> Bool {
    guard index >= 6 else { return false }
    for place in index - 6..<index where !isTokenByte(bytes[place]) { return false }
    for place in index + 1..<Swift.max(index + 1, Swift.min(index + 17, bytes.count)) where !isTokenByte(bytes[place]) {
      return false
    }
    return true
  }
}
