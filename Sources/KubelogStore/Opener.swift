/// Opens the values of secrets that the query `secrets` gives sealed.
public struct Opener: Sendable {
  /// Why nothing can be opened; nil where there is a key, or nothing to open.
  public let error: SealError?
  /// One sentence about the key's file, where others may read it.
  public let warning: String?
  private let key: SealKey?

  /// What a value is when it is asked for.
  public enum Value: Equatable, Sendable {
    /// The value itself.
    case open(String)
    /// It does not open.
    case closed(SealError)
    /// The text is no sealed value.
    case notSealed
  }

  init(_ store: borrowing Store, _ sealing: Sealing) throws(StoreError) {
    var seal = Seal(sealing.key)
    guard let check = try store.connection.meta(.sealCheck) else {
      (key, error, warning) = (nil, nil, nil)
      return
    }
    do throws(SealError) {
      key = try seal.key(check: check, mayMake: false)
      self.error = nil
    } catch {
      key = nil
      self.error = error
    }
    warning = seal.warning
  }

  /// The value behind `text`: hexadecimal digits, first the identity of the secret and then what is sealed.
  ///
  /// `id` names the secret in an error.
  public func open(_ text: String, kind: String, id: String) -> Value {
    guard let bytes = bytes(text), bytes.count > DigestKey.size else { return .notSealed }
    if let error { return .closed(error) }
    let (identity, sealed) = (Array(bytes.prefix(DigestKey.size)), Array(bytes.dropFirst(DigestKey.size)))
    guard let value = key?.open(sealed, kind: kind, identity: identity) else { return .closed(.changed(id: id)) }
    return .open(value)
  }

  private func bytes(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: Int?
    for character in text {
      guard let digit = character.hexDigitValue else { return nil }
      if let first = high {
        bytes.append(UInt8(first << 4 | digit))
        high = nil
      } else {
        high = digit
      }
    }
    return high == nil ? bytes : nil
  }
}

extension Store {
  /// What opens the values of this store. Throws ``StoreError``; that there is no key is said by ``Opener/error``.
  public func opener(_ sealing: Sealing) throws(StoreError) -> Opener { try Opener(self, sealing) }
}
