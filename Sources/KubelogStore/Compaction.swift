internal import CSQLite3
internal import Glibc

extension Store {
  /// Makes the file of the store at `path` as small as what it holds, and empties its log; gives the bytes of both before
  /// and after.
  ///
  /// For that a copy is written beside it, so that twice the store has to fit there for a moment. Throws ``StoreError``,
  /// also where there is no store, and ``StoreError/busy(path:)`` while another program uses it.
  public static func compact(at path: String, waiting milliseconds: Int = Connection.patience) throws(StoreError)
    -> (before: Int64, after: Int64)
  {
    let place = try StorePlace(path)
    let before = Self.size(place)
    let store = try Store(existing: path, waiting: milliseconds)
    try store.connection.vacuum()
    guard try store.connection.truncateLog() else { throw .busy(path: path) }
    // What was still to be overwritten is now.
    try store.connection.remove(.scrub)
    _ = try store.connection.truncateLog()
    return (before, Self.size(place))
  }

  private static func size(_ place: StorePlace) -> Int64 {
    ["", "-wal"].reduce(0) { sum, part in
      var status = stat()
      return stat(place.path + part, &status) == 0 ? sum + Int64(status.st_size) : sum
    }
  }

  /// The store at `path` for writing, where there is one.
  init(existing path: String, waiting milliseconds: Int) throws(StoreError) {
    guard try StorePlace(path).exists else { throw .missing(path: path) }
    try self.init(writing: path, waiting: milliseconds)
  }
}

extension Connection {
  /// Writes the file anew, without what is free in it.
  ///
  /// The copy that SQLite makes is a file without a name in the store's own folder, on the disk that has to have room for
  /// it anyway: a large store does not fit into memory.
  func vacuum() throws(StoreError) {
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 1)
    defer { sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0) }
    if let folder = folder {
      let quoted = folder.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
      try execute("PRAGMA temp_store_directory = '\(quoted)'; PRAGMA temp_store = FILE")
    }
    defer { try? execute("PRAGMA temp_store = MEMORY") }
    try execute("VACUUM")
  }

  /// Brings everything into the file and cuts the log beside it; false while another program reads or writes.
  func truncateLog() throws(StoreError) -> Bool {
    let checkpoint = try prepare("PRAGMA wal_checkpoint(TRUNCATE)")
    return try checkpoint.step() && checkpoint.integer(0) == 0
  }
}
