internal import CSQLite3
internal import KubelogParse

extension Connection {
  /// Values that an older kubelog left in the clear.
  private static let clear = "kind <> 'certificate' AND value IS NOT NULL AND is_sealed = 0"

  /// How many values lie in the store in the clear: an older kubelog left them, and there was no key since.
  func clearValues() throws(StoreError) -> Int {
    let count = try prepare("SELECT count(*) FROM secrets WHERE \(Self.clear)")
    _ = try count.step()
    return Int(count.integer(0))
  }

  /// Gives a store that has none its digest key, and the secrets in it the identities that follow from it.
  func giveDigestKey(_ given: DigestKey?) throws(StoreError) {
    guard try meta(.digestKey) == nil else { return }
    let key = given ?? DigestKey(SealKey.random())
    try set(.digestKey, to: key.bytes)
    let update = try prepare("UPDATE secrets SET identity = ?2, public_id = ?3 WHERE id = ?1")
    for secret in try valuesInTheClear() {
      let box = SecretBox(secret.kind, secret.value, key)
      try update.run(.integer(secret.row), .blob(box.identity), .text(box.publicID))
    }
  }

  /// Seals what an older kubelog left in the clear, as far as there is a key.
  func sealClearValues(_ seal: inout Seal) throws(StoreError) {
    guard try clearValues() > 0 else { return }
    try transaction { () throws(StoreError) in
      let update = try prepare("UPDATE secrets SET value = ?2, is_sealed = 1 WHERE id = ?1")
      for secret in try valuesInTheClear() {
        guard
          let sealed = try seal.seal(secret.value, kind: secret.kind.rawValue, identity: secret.identity, in: self)
        else { return }
        try update.run(.integer(secret.row), .blob(sealed))
        try set(.scrub, to: [])
      }
    }
  }

  /// Drops all values; gives how many. The secrets, their ids and expiries stay.
  func forgetValues() throws(StoreError) -> Int {
    var count = 0
    try transaction { () throws(StoreError) in
      try execute("UPDATE secrets SET value = NULL, is_sealed = 0 WHERE value IS NOT NULL")
      count = Int(sqlite3_changes64(handle))
      // No value is left that was sealed under it: the next may be sealed under another key.
      try remove(.sealCheck)
      try set(.scrub, to: [])
    }
    return count
  }

  /// Overwrites what was deleted, in the file and in the WAL beside it, where that is still to be done.
  ///
  /// False when another program reads or writes the store at this moment: the next one that opens it does it then.
  @discardableResult
  func scrub() throws(StoreError) -> Bool {
    guard try meta(.scrub) != nil else { return true }
    // It can be done later; nobody is to wait for it long.
    wait(min(patience, 1_000))
    defer { wait(patience) }
    do throws(StoreError) {
      try vacuum()
      guard try truncateLog() else { return false }
    } catch {
      if case .busy = error { return false }
      throw error
    }
    try remove(.scrub)
    return true
  }

  private struct ClearValue {
    var row: Int64
    var kind: SecretKind
    var identity: [UInt8]
    var value: String
  }

  private func valuesInTheClear() throws(StoreError) -> [ClearValue] {
    let read = try prepare("SELECT id, kind, identity, value FROM secrets WHERE \(Self.clear)")
    var values: [ClearValue] = []
    while try read.step() {
      guard let kind = SecretKind(rawValue: read.text(1)) else { continue }
      values.append(
        ClearValue(
          row: read.integer(0), kind: kind, identity: read.blob(2), value: String(decoding: read.blob(3), as: UTF8.self)
        ))
    }
    return values
  }
}
