internal import Glibc

/// The store: one SQLite file with everything kubelog has read.
public struct Store: ~Copyable {
  /// The connection behind it.
  public let connection: Connection

  /// What its values are sealed with.
  let seal: Seal

  /// Opens the store at `path` for writing, and makes it where there is none.
  ///
  /// The folder gets mode 0700 and the file 0600, whatever the umask. An older store is brought up to date: values that it
  /// holds in the clear are sealed, if `sealing` has a key. Throws ``StoreError``.
  public init(writing path: String, sealing: Sealing = .none) throws(StoreError) {
    try Self.createPrivately(path)
    let opened = try Connection(path: path, access: .readWrite)
    // Temporary files would hold what a statement works on, and free pages what was deleted.
    try opened.execute(
      """
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
      PRAGMA secure_delete = ON; PRAGMA cache_size = -6000; PRAGMA wal_autocheckpoint = 4000;
      """)
    try Self.migrate(opened, sealing)
    var seal = Seal(sealing.key)
    try opened.sealClearValues(&seal)
    try opened.scrub()
    connection = opened
    self.seal = seal
  }

  /// Opens the store at `path` for reading only. Throws ``StoreError``, also where there is none.
  ///
  /// `sealing` is for an older store, which is brought up to date first.
  public init(reading path: String, sealing: Sealing = .none) throws(StoreError) {
    guard access(path, F_OK) == 0 else { throw .missing(path: path) }
    var opened = try Connection(path: path, access: .readOnly)
    if try Self.version(opened) != Schema.migrations.count {
      // Brings an older one up to date, and refuses a newer one.
      _ = try Store(writing: path, sealing: sealing)
      opened = try Connection(path: path, access: .readOnly)
    } else if case .none = sealing.key {
      // Whoever knows no key leaves alone what is still to be sealed.
    } else if try opened.clearValues() > 0 {
      _ = try? Store(writing: path, sealing: sealing)
    }
    try opened.execute("PRAGMA temp_store = MEMORY")
    opened.refuseAllButReading()
    connection = opened
    seal = Seal(sealing.key)
  }

  /// Drops all values of secrets from the store at `path`; their ids and expiries stay.
  ///
  /// Gives how many they were, and whether their bytes are overwritten already: while another program uses the store they
  /// are not, but when it is opened for writing next. Throws ``StoreError``, also where there is no store.
  public static func forgetValues(at path: String) throws(StoreError) -> (count: Int, isScrubbed: Bool) {
    guard access(path, F_OK) == 0 else { throw .missing(path: path) }
    let store = try Store(writing: path)
    let count = try store.connection.forgetValues()
    return (count, try store.connection.scrub())
  }

  /// The connection, for who writes to it from now on.
  consuming func takeConnection() -> Connection { connection }

  /// How many migrations this kubelog knows.
  public static var schemaVersion: Int { Schema.migrations.count }

  private static func version(_ connection: borrowing Connection) throws(StoreError) -> Int {
    let statement = try connection.prepare("PRAGMA user_version")
    _ = try statement.step()
    return Int(statement.integer(0))
  }

  private static func migrate(_ connection: borrowing Connection, _ sealing: Sealing) throws(StoreError) {
    let known = Schema.migrations.count
    try connection.transaction { () throws(StoreError) in
      let version = try Self.version(connection)
      if version > known { throw StoreError.newer(path: connection.path, version: version, known: known) }
      if version == 0 {
        let tables = try connection.prepare("SELECT count(*) FROM sqlite_schema")
        _ = try tables.step()
        if tables.integer(0) > 0 {
          throw StoreError.damaged(path: connection.path, reason: "it is another program's database")
        }
        try connection.execute("PRAGMA application_id = \(Schema.applicationID)")
      }
      for index in version..<max(version, known) { try connection.execute(Schema.migrations[index]) }
      if version < known {
        try connection.giveDigestKey(sealing.digestKey)
        try connection.execute("PRAGMA user_version = \(known)")
      }
    }
  }

  /// Makes folder and file with private modes before SQLite sees them; its WAL files take over the file's mode.
  private static func createPrivately(_ path: String) throws(StoreError) {
    if access(path, F_OK) == 0 { return }
    guard path.contains(where: { $0 != "/" }) else { throw .cannotCreate(path: path, reason: "it names no file") }
    do {
      try PrivateFile.makeFolders(of: path)
      close(try PrivateFile.make(path))
    } catch {
      if error.code != EEXIST { throw .cannotCreate(path: path, reason: error.reason) }
    }
  }
}
