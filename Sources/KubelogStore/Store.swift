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
  /// holds in the clear are sealed, if `sealing` has a key. Another program's lock is waited for `milliseconds`. Throws
  /// ``StoreError``.
  public init(writing path: String, sealing: Sealing = .none, waiting milliseconds: Int = Connection.patience)
    throws(StoreError)
  {
    let place = try StorePlace(path)
    try self.init(writing: place, sealing: sealing, waiting: milliseconds)
  }

  /// Bytes of a page of a new store: pages of 4 KiB take 4 % more of the processor to write, of 16 KiB hardly less.
  static let pageSize = 8_192

  /// How much of what a question sorts and joins stays in memory, KiB. What is more goes into files that have no name from the
  /// moment they are made, in `SQLITE_TMPDIR`, `TMPDIR` or `/var/tmp`: a store of millions of events is answered from in as
  /// little memory as it was written with. They hold what the store holds: no secret in the clear.
  private static let workspace = 8_192

  private init(writing place: StorePlace, sealing: Sealing, waiting milliseconds: Int) throws(StoreError) {
    if !place.exists {
      try Self.createPrivately(place)
    } else if let reason = place.writeRefusal {
      throw .readOnly(path: place.given, reason: reason)
    }
    let opened = try Connection(path: place.path, access: .readWrite, name: place.given, waiting: milliseconds)
    // With less than FULL a loss of power would take what was committed last. Temporary files would hold what a statement
    // works on, and free pages what was deleted.
    try opened.execute(
      """
      PRAGMA page_size = \(Self.pageSize); PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
      PRAGMA secure_delete = ON; PRAGMA cache_size = -4000; PRAGMA wal_autocheckpoint = 2000;
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
  public init(reading path: String, sealing: Sealing = .none, waiting milliseconds: Int = Connection.patience)
    throws(StoreError)
  {
    let place = try StorePlace(path)
    guard place.exists else { throw .missing(path: path) }
    var opened = try Self.openForReading(place, waiting: milliseconds)
    if try Self.version(opened) != Schema.migrations.count {
      // Brings an older one up to date, and refuses a newer one.
      _ = try Store(writing: place, sealing: sealing, waiting: milliseconds)
      opened = try Self.openForReading(place, waiting: milliseconds)
    } else if case .none = sealing.key {
      // Whoever knows no key leaves alone what is still to be sealed.
    } else if try opened.clearValues() > 0 {
      _ = try? Store(writing: place, sealing: sealing, waiting: milliseconds)
    }
    try opened.execute(
      """
      PRAGMA temp_store = FILE;
      PRAGMA main.cache_size = -\(Self.workspace); PRAGMA temp.cache_size = -\(Self.workspace);
      """)
    opened.refuseAllButReading()
    connection = opened
    seal = Seal(sealing.key)
  }

  /// A connection that can read the file, also where nothing can be written beside it.
  static func openForReading(_ place: StorePlace, waiting milliseconds: Int) throws(StoreError) -> Connection {
    guard access(place.path, R_OK) == 0 else {
      throw .cannotOpen(path: place.given, reason: String(cString: strerror(errno)))
    }
    let failure: StoreError
    do throws(StoreError) {
      let opened = try Connection(path: place.path, access: .readOnly, name: place.given, waiting: milliseconds)
      _ = try Self.version(opened)
      return opened
    } catch {
      failure = error
    }
    // Reading needs a file beside it, which cannot be made there. As nobody here can write, what is in the file stays; what
    // waits in its log would not be seen.
    switch failure {
    case .cannotCreate, .readOnly: break
    default: throw failure
    }
    guard let reason = place.writeRefusal else {
      // Who was stopped in the middle of making the store left a change half done, which only who writes can take back.
      guard case .readOnly = failure else { throw failure }
      let mending = try Connection(path: place.path, access: .readWrite, name: place.given, waiting: milliseconds)
      _ = try Self.version(mending)
      return try Connection(path: place.path, access: .readOnly, name: place.given, waiting: milliseconds)
    }
    guard !place.holdsLog else {
      throw .cannotOpen(
        path: place.given,
        reason: "\(reason), and commits wait in \(place.path)-wal: copy both files to where they can be written")
    }
    return try Connection(path: place.path, access: .frozen, name: place.given)
  }

  /// The connection, for who writes to it from now on.
  consuming func takeConnection() -> Connection { connection }

  /// How many migrations this kubelog knows.
  public static var schemaVersion: Int { Schema.migrations.count }

  static func version(_ connection: borrowing Connection) throws(StoreError) -> Int {
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
          throw StoreError.foreign(path: connection.path)
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
  private static func createPrivately(_ place: StorePlace) throws(StoreError) {
    do {
      try PrivateFile.makeFolders(of: place.path)
      close(try PrivateFile.make(place.path))
      PrivateFile.sync(folder: StorePlace.folder(of: place.path))
    } catch {
      if error.code != EEXIST { throw .cannotCreate(path: place.given, reason: error.reason) }
    }
  }
}
