/// A 128-bit fingerprint: what identifies an event, a run, a folded row.
///
/// Stable: the same bytes give the same digest in every version and on every machine, since stores keep it. Not
/// cryptographic: whoever can write the log can write the events anyway. So the secret half of a token must never go in.
public struct Digest: Hashable, Sendable, Comparable {
  /// The first half.
  public var high: UInt64
  /// The second half.
  public var low: UInt64

  /// A digest of its two halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The same fingerprint with the low 32 bits of `number` as its first: digests of what is near in time lie side by side, so
  /// that an index of millions is added to at few places. 96 bits of the fingerprint stay.
  public func led(by number: Int64) -> Digest {
    let head = UInt64(UInt32(truncatingIfNeeded: number)) << 32
    return Digest(high: head | ((high ^ high >> 32) & 0xFFFF_FFFF), low: low)
  }

  /// The sixteen bytes, first half first, highest byte first.
  public var bytes: [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 16) { bytes, count in
      for index in 0..<8 {
        unsafe bytes[index] = UInt8(truncatingIfNeeded: high >> (56 - 8 * UInt64(index)))
        unsafe bytes[index + 8] = UInt8(truncatingIfNeeded: low >> (56 - 8 * UInt64(index)))
      }
      count = 16
    }
  }

  /// 32 hexadecimal digits.
  public var hex: String {
    let digits = Array("0123456789abcdef".unicodeScalars)
    var text = String.UnicodeScalarView()
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(text)
  }

  /// Order by the bytes.
  public static func < (left: Digest, right: Digest) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}

/// Builds a ``Digest`` field by field; each field's length goes in too, so that two fields never read as one.
public struct Digester {
  private var a: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var b: UInt64 = 0xD1B5_4A32_D192_ED03

  /// A digester that has seen nothing.
  public init() {}

  /// A digester that goes on from an earlier digest: how chains are made.
  public init(after digest: Digest) {
    a ^= digest.high
    b ^= digest.low
  }

  /// Adds a number.
  public mutating func add(_ value: Int64) { absorb(UInt64(bitPattern: value), 0x6E75_6D62_6572) }

  /// Adds a text by its UTF-8.
  public mutating func add(_ text: String) {
    var copy = text
    copy.withUTF8 { unsafe add(Bytes(_unsafeElements: $0)) }
  }

  /// Adds bytes.
  public mutating func add(_ bytes: Bytes) { add(bytes, in: 0..<bytes.count) }

  /// Adds the bytes of `range`.
  public mutating func add(_ bytes: Bytes, in range: Range<Int>) {
    var index = range.lowerBound
    while index + 16 <= range.upperBound {
      absorb(bytes.word(at: index) ?? 0, bytes.word(at: index + 8) ?? 0)
      index += 16
    }
    var tail: (UInt64, UInt64) = (0, 0)
    var shift: UInt64 = 0
    while index < range.upperBound {
      if shift < 64 { tail.0 |= UInt64(bytes[index]) << shift } else { tail.1 |= UInt64(bytes[index]) << (shift - 64) }
      shift += 8
      index += 1
    }
    absorb(tail.0, tail.1)
    absorb(UInt64(range.count), 0x6C65_6E67_7468)
  }

  /// The digest of all that was added.
  public func digest() -> Digest {
    var copy = self
    copy.absorb(a, b)
    copy.absorb(0x656E_64, copy.a)
    return Digest(high: copy.a, low: copy.b)
  }

  private mutating func absorb(_ first: UInt64, _ second: UInt64) {
    let x = (a ^ first).multipliedFullWidth(by: second ^ 0xA076_1D64_78BD_642F)
    let y = (b ^ second).multipliedFullWidth(by: first ^ 0xE703_7ED1_A0B4_28DB)
    let (oldA, oldB) = (a, b)
    a = x.high ^ x.low ^ (oldB &<< 23 | oldB &>> 41) ^ first
    b = y.high ^ y.low ^ (oldA &<< 41 | oldA &>> 23) ^ second
  }
}
