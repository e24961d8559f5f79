/// Numbers that look like chance and are the same for the same seed, on every machine.
public struct Dice: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Dice for a seed.
  public init(seed: UInt64) { state = (seed &+ 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9 | 1 }

  /// Dice for what a text names.
  public init(seed: String) {
    self.init(seed: seed.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
  }

  /// The next 64 bits (xorshift*).
  public mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }

  /// A number from 0 up to `bound`, which is not among them; 0 where there is none.
  public mutating func roll(_ bound: Int) -> Int { bound > 1 ? Int(next() >> 33) % bound : 0 }

  /// One of `choices`, of which there has to be one.
  public mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[roll(choices.count)] }
}
