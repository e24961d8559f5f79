/// How a store treats what must stay secret; all of it comes from outside, since the store reads no environment.
public struct Sealing: Sendable {
  /// Where the seal key comes from.
  public enum Key: Sendable {
    /// The file at the path, made when the first value is sealed.
    case file(String)
    /// This one.
    case given(SealKey)
    /// Nowhere: values are not kept.
    case none
  }

  /// Where the seal key comes from.
  public var key: Key
  /// The digest key of a store that is made now; nil for a random one. Tests give one, for ids that are the same every time.
  public var digestKey: DigestKey?

  /// Seals under `key`.
  public init(key: Key, digestKey: DigestKey? = nil) {
    self.key = key
    self.digestKey = digestKey
  }

  /// Keeps no values.
  public static let none = Sealing(key: .none)
}
