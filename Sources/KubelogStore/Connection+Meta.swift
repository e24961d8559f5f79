/// What a store knows about itself.
enum Meta: String {
  /// What tokens and certificate keys are told apart by: the bytes of a ``DigestKey``.
  case digestKey = "digest_key"
  /// Which seal key the values are sealed under: ``SealKey/check``. Not there while none is sealed.
  case sealCheck = "seal_check"
  /// There while bytes that were deleted may still lie in the file.
  case scrub
  /// There where what belongs to an event may be missing though the event is there: reading it again completes it.
  case recovered
}

extension Connection {
  func meta(_ name: Meta) throws(StoreError) -> [UInt8]? {
    let statement = try prepare("SELECT value FROM meta WHERE name = ?1")
    statement.bind(.text(name.rawValue))
    return try statement.step() ? statement.blob(0) : nil
  }

  func set(_ name: Meta, to value: [UInt8]) throws(StoreError) {
    try prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)").run(.text(name.rawValue), .blob(value))
  }

  func remove(_ name: Meta) throws(StoreError) {
    try prepare("DELETE FROM meta WHERE name = ?1").run(.text(name.rawValue))
  }

  /// Runs `body` in a transaction of its own, all or nothing.
  func transaction(_ body: () throws(StoreError) -> Void) throws(StoreError) {
    try execute("BEGIN IMMEDIATE")
    do throws(StoreError) {
      try body()
      try execute("COMMIT")
    } catch {
      try? execute("ROLLBACK")
      throw error
    }
  }
}
