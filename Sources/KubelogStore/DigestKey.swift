internal import Crypto

/// The key that tokens and certificate keys are told apart by: HMAC-SHA-256 (RFC 2104).
///
/// It lies in the store, so that reading logs never needs the seal key. What it protects is what it digests: without it
/// two stores could be compared, and with it a value could only be found by trying all.
public struct DigestKey: Sendable {
  /// How many bytes a digest has.
  static let size = SHA256.byteCount

  /// The key's bytes, of any number.
  let bytes: [UInt8]

  /// A key of any bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The 32 bytes that one secret has and no other.
  func identity(kind: String, value: String) -> [UInt8] {
    let text = Array(kind.utf8) + [0] + Array(value.utf8)
    return Array(HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: bytes)))
  }
}
