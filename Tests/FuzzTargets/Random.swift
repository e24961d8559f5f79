/// Numbers that look random and are the same for the same seed, on every machine.
public struct Random {
  private var state: UInt64

  /// Numbers that follow from `bytes`.
  public init(_ bytes: some Sequence<UInt8>) {
    state = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } | 1
  }

  /// The next, at least 0 and less than `bound`; 0 where that is not more than 1.
  public mutating func next(_ bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(truncatingIfNeeded: state >> 33) % max(bound, 1)
  }

  /// Pieces that `count` bytes are cut into: all of one length, or each of its own.
  mutating func cuts(of count: Int) -> [Range<Int>] {
    let sizes = [1, 2, 7, 61, 977, 1 << 12]
    let size = next(3) == 0 ? nil : sizes[next(sizes.count)]
    var (pieces, start) = ([Range<Int>](), 0)
    while start < count {
      let end = min(start + (size ?? 1 + next(300)), count)
      pieces.append(start..<end)
      start = end
    }
    return pieces
  }
}
