internal import Crypto

/// The key that the values of secrets are sealed under: ChaCha20-Poly1305 (RFC 8439) with a random nonce a value.
///
/// What is sealed is bound to its row: under another kind or identity it does not open.
public struct SealKey: Sendable {
  /// How many bytes a key has.
  public static let size = 32

  private let key: SymmetricKey
  /// What a store remembers of the key, to know it again; the key cannot be found from it.
  let check: [UInt8]

  /// A key of ``size`` bytes, nil of any other number.
  ///
  /// The bytes themselves seal nothing: what seals and what is remembered are derived from them, by HMAC-SHA-256.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.size else { return nil }
    let derive = { (purpose: String) in
      Array(HMAC<SHA256>.authenticationCode(for: Array(purpose.utf8), using: SymmetricKey(data: bytes)))
    }
    key = SymmetricKey(data: derive("kubelog: values of secrets"))
    check = derive("kubelog: which seal key")
  }

  /// The bytes of a new key, from the system's generator.
  static func random() -> [UInt8] { (0..<size).map { _ in UInt8.random(in: 0 ... .max) } }

  /// Seals the value of the secret with `identity`; nil when the cipher refuses, which it does not for a value that fits
  /// into memory.
  func seal(_ value: String, kind: String, identity: [UInt8]) -> [UInt8]? {
    let place = Self.place(kind, identity)
    return (try? ChaChaPoly.seal(Array(value.utf8), using: key, authenticating: place)).map { Array($0.combined) }
  }

  /// The value that was sealed for the secret with `identity`; nil where it was sealed for another one, under another key,
  /// or changed since.
  func open(_ sealed: [UInt8], kind: String, identity: [UInt8]) -> String? {
    guard let box = try? ChaChaPoly.SealedBox(combined: sealed),
      let value = try? ChaChaPoly.open(box, using: key, authenticating: Self.place(kind, identity))
    else { return nil }
    return String(decoding: value, as: UTF8.self)
  }

  private static func place(_ kind: String, _ identity: [UInt8]) -> [UInt8] { Array(kind.utf8) + [0] + identity }
}
