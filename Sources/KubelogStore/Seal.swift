/// The seal of one opened store: finds the key when the first value needs it, and remembers why there is none.
struct Seal {
  private let source: Sealing.Key
  private var found: SealKey?
  /// Why values cannot be sealed, once one was to be.
  private(set) var error: SealError?
  /// What is to be said about the key's file.
  private(set) var warning: String?

  init(_ source: Sealing.Key) { self.source = source }

  /// Seals a value for its row; nil where there is no key, and then ``error`` says why. Belongs into a transaction that
  /// writes: the first value that is sealed decides for the store's key.
  mutating func seal(_ value: String, kind: String, identity: [UInt8], in connection: borrowing Connection)
    throws(StoreError) -> [UInt8]?
  {
    guard error == nil else { return nil }
    let check = try connection.meta(.sealCheck)
    let key: SealKey
    do throws(SealError) {
      key = try self.key(check: check, mayMake: true)
    } catch {
      self.error = error
      return nil
    }
    if check == nil { try connection.set(.sealCheck, to: key.check) }
    return key.seal(value, kind: kind, identity: identity)
  }

  /// The key of a store that remembers `check`. Where it remembers none any key will do, and `mayMake` allows to make one.
  mutating func key(check: [UInt8]?, mayMake: Bool) throws(SealError) -> SealKey {
    let key: SealKey
    if let found { key = found } else { key = try find(mayMake: mayMake && check == nil) }
    found = key
    guard let check, check != key.check else { return key }
    if case .file(let path) = source { throw .wrong(path: path) }
    throw .wrong(path: nil)
  }

  private mutating func find(mayMake: Bool) throws(SealError) -> SealKey {
    switch source {
    case .none: throw .notGiven
    case .given(let key): return key
    case .file(let path):
      let file = SealKeyFile(path: path)
      guard let read = mayMake ? try file.readOrMake() : try file.read() else { throw .missing(path: path) }
      warning = read.warning
      return read.key
    }
  }
}
