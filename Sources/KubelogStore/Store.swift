internal import Glibc

internal import CSQLite3

/// The store: one SQLite file with everything kubelog has read.
public struct Store: ~Copyable {
  /// The connection behind it.
  public let connection: Connection

  /// Opens the store at `path` for writing, and makes it where there is none.
  ///
  /// The folder gets mode 0700 and the file 0600, whatever the umask. An older store is brought up to date. Throws
  /// ``StoreError``.
  public init(writing path: String) throws(StoreError) {
    try Self.createPrivately(path)
    let opened = try Connection(path: path, access: .readWrite)
    try opened.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;")
    try Self.migrate(opened)
    connection = opened
  }

  /// Opens the store at `path` for reading only. Throws ``StoreError``, also where there is none.
  public init(reading path: String) throws(StoreError) {
    guard access(path, F_OK) == 0 else { throw .missing(path: path) }
    var opened = try Connection(path: path, access: .readOnly)
    if try Self.version(opened) != Schema.migrations.count {
      // Brings an older one up to date, and refuses a newer one.
      _ = try Store(writing: path)
      opened = try Connection(path: path, access: .readOnly)
    }
    try opened.execute("PRAGMA temp_store = MEMORY")
    opened.refuseAllButReading()
    connection = opened
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

  private static func migrate(_ connection: borrowing Connection) throws(StoreError) {
    let known = Schema.migrations.count
    try connection.execute("BEGIN IMMEDIATE")
    do throws(StoreError) {
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
      if version < known { try connection.execute("PRAGMA user_version = \(known)") }
      try connection.execute("COMMIT")
    } catch {
      try? connection.execute("ROLLBACK")
      throw error
    }
  }

  /// Makes folder and file with private modes before SQLite sees them; its WAL files take over the file's mode.
  private static func createPrivately(_ path: String) throws(StoreError) {
    if access(path, F_OK) == 0 { return }
    var parts = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
    guard parts.popLast() != nil else { throw .cannotCreate(path: path, reason: "it names no file") }
    var folder = path.hasPrefix("/") ? "" : "."
    for part in parts {
      folder += "/" + part
      if access(folder, F_OK) == 0 { continue }
      guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
        throw .cannotCreate(path: path, reason: String(cString: strerror(errno)))
      }
      // The umask may have taken rights from the owner as well.
      chmod(folder, 0o700)
    }
    let file = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      if errno == EEXIST { return }
      throw .cannotCreate(path: path, reason: String(cString: strerror(errno)))
    }
    fchmod(file, 0o600)
    close(file)
  }
}
