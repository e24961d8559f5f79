/// SipHash-2-4: a short digest of a secret under a key, from which neither can be found again without the key.
///
/// Algorithm: Aumasson and Bernstein, "SipHash: a fast short-input PRF", with its 64-bit result.
public struct KeyedDigest: Sendable {
  private let key: (UInt64, UInt64)

  /// Digests under a key of two halves.
  public init(key: (UInt64, UInt64)) { self.key = key }

  /// Digests under a new key that nobody knows.
  public init() {
    var random = SystemRandomNumberGenerator()
    self.init(key: (random.next(), random.next()))
  }

  /// The digest of `bytes`.
  public func digest(_ bytes: [UInt8]) -> UInt64 {
    var state = State(
      a: key.0 ^ 0x736F_6D65_7073_6575, b: key.1 ^ 0x646F_7261_6E64_6F6D,
      c: key.0 ^ 0x6C79_6765_6E65_7261, d: key.1 ^ 0x7465_6462_7974_6573)
    var word: UInt64 = 0
    for (index, byte) in bytes.enumerated() {
      word |= UInt64(byte) << UInt64(8 * (index & 7))
      guard index & 7 == 7 else { continue }
      state.absorb(word)
      word = 0
    }
    state.absorb(word | UInt64(truncatingIfNeeded: bytes.count) << 56)
    state.c ^= 0xFF
    for _ in 0..<4 { state.turn() }
    return state.a ^ state.b ^ state.c ^ state.d
  }

  private struct State {
    var a, b, c, d: UInt64

    mutating func absorb(_ word: UInt64) {
      d ^= word
      turn()
      turn()
      a ^= word
    }

    mutating func turn() {
      a &+= b
      b = rotate(b, 13) ^ a
      a = rotate(a, 32)
      c &+= d
      d = rotate(d, 16) ^ c
      a &+= d
      d = rotate(d, 21) ^ a
      c &+= b
      b = rotate(b, 17) ^ c
      c = rotate(c, 32)
    }

    private func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 { value &<< bits | value &>> (64 - bits) }
  }
}
