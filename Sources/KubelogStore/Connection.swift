internal import CSQLite3
internal import Glibc

/// A connection to one SQLite file. SQL stays SQL: this is the C interface with ownership and errors.
public struct Connection: ~Copyable {
  /// What the connection may do.
  ///
  /// `frozen` is for a file that nobody writes to, since nobody can: it is read as it is, without locks and log.
  public enum Access: Sendable { case readWrite, readOnly, frozen }

  let handle: OpaquePointer
  /// The file, as it is called in errors.
  public let path: String
  private let isReadOnly: Bool
  /// How long another program's lock is waited for, milliseconds.
  let patience: Int
  /// The folder of a file that is written.
  let folder: String?

  /// How long another program's lock is waited for, unless somebody says otherwise, milliseconds.
  public static let patience = 30_000

  /// Opens `path`, which goes through no symbolic link; errors call it `name` where that is given.
  ///
  /// Read-only connections cannot write or load extensions, whatever SQL they are given. A lock is waited for
  /// `milliseconds`. Throws ``StoreError``.
  public init(path: String, access: Access, name: String? = nil, waiting milliseconds: Int = Self.patience)
    throws(StoreError)
  {
    _ = Self.isConfigured
    var opened: OpaquePointer?
    let flags: Int32 =
      switch access {
      case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      case .readOnly: SQLITE_OPEN_READONLY
      case .frozen: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
      }
    // A path that begins with file: would be taken for a URI.
    let place =
      access == .frozen ? Self.frozen(path) : path.hasPrefix("/") || path == Self.inMemory ? path : "./" + path
    let status = sqlite3_open_v2(
      place, &opened, flags | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard status == SQLITE_OK, let opened else {
      let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      let name = name ?? path
      throw status & 0xFF == SQLITE_CANTOPEN
        ? .cannotCreate(path: name, reason: reason) : .inputOutput(path: name, reason: reason)
    }
    handle = opened
    self.path = name ?? path
    folder = access == .readWrite && path != Self.inMemory ? StorePlace.folder(of: path) : nil
    patience = milliseconds
    sqlite3_limit(opened, SQLITE_LIMIT_ATTACHED, 0)
    kl_sqlite_defend(opened)
    isReadOnly = access != .readWrite
    wait(milliseconds)
  }

  /// From now on waits so long for another program's lock.
  ///
  /// SQLite's own way of waiting looks ten times a second, and never sees a lock free that others take again at once.
  func wait(_ milliseconds: Int) {
    sqlite3_busy_handler(
      handle,
      { limit, attempt in
        guard Int(attempt) * Connection.pause < Int(bitPattern: limit) else { return 0 }
        usleep(useconds_t(Connection.pause * 1_000))
        return 1
      }, UnsafeMutableRawPointer(bitPattern: milliseconds))
  }

  /// The path of a database that is nowhere but in memory.
  static let inMemory = ":memory:"

  /// How long it is slept between two looks at a lock, milliseconds.
  private static let pause = 5

  /// A path as the URI that has SQLite take the file for one that does not change.
  private static func frozen(_ path: String) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
    let escaped = path.utf8.map { byte in
      plain.contains(byte) ? String(UnicodeScalar(byte)) : "%" + hexadecimal([byte])
    }
    return "file:" + escaped.joined() + "?immutable=1"
  }

  /// Throws ``StoreError/removed(path:)`` where the file is not any longer the one at its path: what is written now nobody
  /// would find.
  func confirmInPlace() throws(StoreError) {
    var hasMoved: Int32 = 0
    let status = sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
    guard status == SQLITE_OK, hasMoved != 0 else { return }
    throw .removed(path: path)
  }

  /// Has SQLite set up before it is first used.
  private static let isConfigured =
    kl_sqlite_configure { _, _, text in
      if let code = text.flatMap({ Connection.systemError(in: String(cString: $0)) }) {
        pthread_setspecific(Connection.logged, UnsafeRawPointer(bitPattern: Int(code)))
      }
    } == SQLITE_OK

  /// The system's number for what went wrong with a file on this thread, as SQLite logged it last; when SQLite gives its own,
  /// the system's is that of cleaning up.
  private static let logged: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// The number in a line of SQLite's log, `os_unix.c:39538: (28) full_fsync(/var/k.db-wal) - No space left on device`.
  private static func systemError(in line: String) -> Int32? {
    guard line.hasPrefix("os_unix.c:"), let open = line.firstIndex(of: "("), let close = line.firstIndex(of: ")"),
      open < close
    else { return nil }
    return Int32(line[line.index(after: open)..<close])
  }

  /// Whether a file failed since the disk has no room: it may find that only as it syncs, and the log's index needs some, too.
  static func isForLackOfRoom(_ handle: OpaquePointer) -> Bool {
    let code = Int32(truncatingIfNeeded: Int(bitPattern: pthread_getspecific(logged)))
    pthread_setspecific(logged, nil)
    return [code, sqlite3_system_errno(handle)].contains { $0 == ENOSPC || $0 == EDQUOT }
  }

  deinit { sqlite3_close_v2(handle) }

  /// From now on refuses what a read-only file does not: what touches another file, or the connection itself.
  func refuseAllButReading() {
    sqlite3_set_authorizer(
      handle,
      { _, action, _, _, _, _ in
        action == SQLITE_PRAGMA || action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK
      }, nil)
  }

  /// From now on a statement is stopped as soon as the process has taken more than `bytes` of memory at once: a question of
  /// one's own may have an answer without end. No value gets longer than a sixty-fourth of that. What it works on stays in
  /// memory, since a disk would be filled as far. Throws ``StoreError``.
  public func bound(memory bytes: Int) throws(StoreError) {
    sqlite3_set_authorizer(handle, nil, nil)
    try execute("PRAGMA temp_store = MEMORY")
    refuseAllButReading()
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Int32(clamping: bytes / 64))
    sqlite3_progress_handler(
      handle, 500,
      { limit in
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return usage.ru_maxrss > Int(bitPattern: limit) / 1024 ? 1 : 0
      }, UnsafeMutableRawPointer(bitPattern: bytes))
  }

  /// Runs statements that give no rows.
  public func execute(_ sql: String) throws(StoreError) {
    let status = sqlite3_exec(handle, sql, nil, nil, nil)
    guard status == SQLITE_OK else { throw failure(status) }
  }

  /// Keeps the rows of a query as the temporary table `name` of this connection for the queries that follow.
  ///
  /// Also on a connection for reading only: the file is not touched. `bind` gives the values of the query's parameters. By the
  /// columns of `index` its rows are found without going over all. Throws ``StoreError``, also where `sql` is more than one query.
  public func keep(
    _ sql: String, as name: String, index: [String] = [], bind: (borrowing Statement) -> Void
  ) throws(StoreError) {
    // Only a query may stand after AS, and only one statement is prepared.
    try execute("DROP TABLE IF EXISTS temp.\"\(name)\"")
    let statement = try prepare("CREATE TEMP TABLE \"\(name)\" AS\n\(sql)", mayKeep: true)
    bind(statement)
    _ = try statement.step()
    guard !index.isEmpty else { return }
    // They come from whoever wrote the query: so quoted they are names of columns, and nothing else.
    let columns = index.map { "`" + $0.replacing("`", with: "``") + "`" }.joined(separator: ", ")
    try execute("CREATE INDEX temp.\"\(name) by columns\" ON \"\(name)\" (\(columns))")
  }

  /// Prepares one statement; a second one in `sql` is refused.
  public func prepare(_ sql: String) throws(StoreError) -> Statement { try prepare(sql, mayKeep: false) }

  private func prepare(_ sql: String, mayKeep: Bool) throws(StoreError) -> Statement {
    var prepared: OpaquePointer?
    var bytes = Array(sql.utf8)
    bytes.append(0)
    var consumed = 0
    let status = bytes.withUnsafeBufferPointer { buffer -> Int32 in
      buffer.withMemoryRebound(to: CChar.self) { text in
        var tail: UnsafePointer<CChar>?
        let result = sqlite3_prepare_v3(
          handle, text.baseAddress, Int32(text.count), UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, &tail)
        if let tail, let base = text.baseAddress { consumed = tail - base }
        return result
      }
    }
    guard status == SQLITE_OK else { throw failure(status) }
    guard let prepared else { throw .statement(reason: "it is empty") }
    let rest = bytes[min(consumed, bytes.count)...].dropLast()
    guard rest.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 || $0 == 0x3B }) else {
      sqlite3_finalize(prepared)
      throw .statement(reason: "it holds more than one statement")
    }
    if isReadOnly, !mayKeep, sqlite3_stmt_readonly(prepared) == 0 {
      sqlite3_finalize(prepared)
      throw .statement(reason: "it would write, and only reading is allowed here")
    }
    return Statement(handle: prepared, connection: handle, path: path)
  }

  /// The rowid that the last insertion made; 0 when none did since ``forgetLastInsertion()``.
  var lastInsertion: Int64 { sqlite3_last_insert_rowid(handle) }

  /// Makes ``lastInsertion`` 0, so that an upsert can tell an insertion from an update.
  func forgetLastInsertion() { sqlite3_set_last_insert_rowid(handle, 0) }

  /// How many rows the last statement that was run to its end added, changed or removed.
  var changes: Int { Int(sqlite3_changes(handle)) }

  /// How many rows were changed since it was opened.
  var totalChanges: Int { Int(sqlite3_total_changes64(handle)) }

  /// Whether the file has a table or trigger of that name.
  func has(_ name: String) -> Bool {
    ((try? number("SELECT count(*) FROM sqlite_schema WHERE name = '\(name)'")) ?? 0) > 0
  }

  /// The number that a query of one row gives.
  func number(_ sql: String) throws(StoreError) -> Int64 {
    let statement = try prepare(sql)
    _ = try statement.step()
    return statement.integer(0)
  }

  func failure(_ status: Int32) -> StoreError { storeError(status, handle, path) }
}

/// A prepared statement; bind, step, read, and again.
public struct Statement: ~Copyable {
  private let handle: OpaquePointer
  private let connection: OpaquePointer
  private let path: String

  init(handle: OpaquePointer, connection: OpaquePointer, path: String) {
    self.handle = handle
    self.connection = connection
    self.path = path
  }

  deinit { sqlite3_finalize(handle) }

  /// What a column of the present row holds.
  public enum Cell: Sendable, Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
  }

  /// The columns' names.
  public var columnNames: [String] {
    (0..<sqlite3_column_count(handle)).map { index in
      sqlite3_column_name(handle, index).map { String(cString: $0) } ?? ""
    }
  }

  /// The names of the parameters without their first character, in the order of their numbers.
  public var parameterNames: [String] {
    (0..<sqlite3_bind_parameter_count(handle)).map { index in
      sqlite3_bind_parameter_name(handle, index + 1).map { String(cString: $0 + 1) } ?? "\(index + 1)"
    }
  }

  /// Binds a value to parameter `index`, from 1.
  public func bind(_ value: Cell, at index: Int32) {
    switch value {
    case .null: sqlite3_bind_null(handle, index)
    case .integer(let number): sqlite3_bind_int64(handle, index, number)
    case .real(let number): sqlite3_bind_double(handle, index, number)
    case .text(let text): bind(text, at: index)
    case .blob(let bytes): bytes.withUnsafeBytes { bind($0, at: index) }
    }
  }

  /// Binds a number to parameter `index`, from 1.
  func bind(_ number: Int64, at index: Int32) { sqlite3_bind_int64(handle, index, number) }

  /// Binds a text to parameter `index`, from 1.
  func bind(_ text: String, at index: Int32) {
    var text = text
    text.withUTF8 { buffer in
      buffer.withMemoryRebound(to: CChar.self) { bytes in
        guard let base = bytes.baseAddress else {
          _ = sqlite3_bind_text(handle, index, "", 0, kl_sqlite_transient())
          return
        }
        _ = sqlite3_bind_text(handle, index, base, Int32(bytes.count), kl_sqlite_transient())
      }
    }
  }

  /// Binds bytes to parameter `index`, from 1.
  private func bind(_ bytes: UnsafeRawBufferPointer, at index: Int32) {
    _ = sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), kl_sqlite_transient())
  }

  /// Binds bytes to parameter `index`, from 1, that stay where they are until ``reset()``; as UTF-8 text or as a blob.
  func lend(_ bytes: UnsafeRawBufferPointer, at index: Int32, isText: Bool) {
    guard isText else {
      _ = sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), nil)
      return
    }
    bytes.withMemoryRebound(to: CChar.self) { text in
      _ = sqlite3_bind_text(handle, index, text.baseAddress, Int32(text.count), nil)
    }
  }

  /// Binds values to the parameters from the first on.
  public func bind(_ values: Cell...) {
    for (index, value) in values.enumerated() { bind(value, at: Int32(index + 1)) }
  }

  /// Goes on to the next row; false when there is none.
  public func step() throws(StoreError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let status:
      let error = storeError(status, connection, path)
      sqlite3_reset(handle)
      throw error
    }
  }

  /// Runs it to its end, or to the first row that breaks a constraint: then false.
  func runUntilConflict() throws(StoreError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_DONE: return true
    case let status where status & 0xFF == SQLITE_CONSTRAINT: return false
    case let status:
      let error = storeError(status, connection, path)
      sqlite3_reset(handle)
      throw error
    }
  }

  /// Back to before the first row, for other values.
  public func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  /// Runs it once for `values`, without looking at rows.
  public func run(_ values: Cell...) throws(StoreError) {
    for (index, value) in values.enumerated() { bind(value, at: Int32(index + 1)) }
    while try step() {}
    reset()
  }

  /// The value of column `index` of the present row, from 0.
  public func cell(_ index: Int32) -> Cell {
    switch sqlite3_column_type(handle, index) {
    case SQLITE_INTEGER: .integer(sqlite3_column_int64(handle, index))
    case SQLITE_FLOAT: .real(sqlite3_column_double(handle, index))
    case SQLITE_TEXT: .text(text(index))
    case SQLITE_BLOB: .blob(blob(index))
    default: .null
    }
  }

  /// Column `index` as a number, 0 for null.
  public func integer(_ index: Int32) -> Int64 { sqlite3_column_int64(handle, index) }

  /// Column `index` as a number, nil for null.
  public func optionalInteger(_ index: Int32) -> Int64? {
    sqlite3_column_type(handle, index) == SQLITE_NULL ? nil : sqlite3_column_int64(handle, index)
  }

  /// Column `index` as text, "" for null; bytes that are no UTF-8 become U+FFFD.
  public func text(_ index: Int32) -> String {
    guard let start = sqlite3_column_text(handle, index) else { return "" }
    let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index)))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Column `index` as text, nil for null.
  public func optionalText(_ index: Int32) -> String? {
    sqlite3_column_type(handle, index) == SQLITE_NULL ? nil : text(index)
  }

  /// The number of the text in column `index` among `words`, nil for null.
  public func word(_ index: Int32, in words: inout Words) -> Int? {
    guard sqlite3_column_type(handle, index) != SQLITE_NULL else { return nil }
    // As bytes: to be given as text it would be copied, for a NUL behind it. An empty one has no place.
    let start = sqlite3_column_blob(handle, index)
    return words.number(
      of: UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index))))
  }

  /// Column `index` as bytes.
  public func blob(_ index: Int32) -> [UInt8] {
    guard let start = sqlite3_column_blob(handle, index) else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index))))
  }
}

/// SQLite's result code as what it means for kubelog.
private func storeError(_ status: Int32, _ handle: OpaquePointer, _ path: String) -> StoreError {
  let reason = String(cString: sqlite3_errmsg(handle))
  return switch status & 0xFF {
  case SQLITE_BUSY, SQLITE_LOCKED: .busy(path: path)
  case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged(path: path, reason: reason)
  // What is only read needs room for nothing but what a question works on.
  case SQLITE_FULL where sqlite3_db_readonly(handle, "main") == 1: .noWorkspace
  case SQLITE_FULL: .full(path: path)
  case SQLITE_IOERR where sqlite3_db_readonly(handle, "main") == 1 && kl_sqlite_is_of_temporary_file(status) != 0:
    .noWorkspace
  case SQLITE_IOERR where Connection.isForLackOfRoom(handle): .full(path: path)
  // Not where a connection for reading only was told to write: then SQLite has nothing more to say.
  case SQLITE_READONLY where status > 0xFF || sqlite3_db_readonly(handle, "main") == 0:
    .readOnly(path: path, reason: reason)
  case SQLITE_INTERRUPT:
    .statement(reason: "it was stopped, since it took too much memory: narrow it with WHERE or LIMIT")
  case SQLITE_NOMEM: .memory(path: path)
  case SQLITE_IOERR: .inputOutput(path: path, reason: reason)
  case SQLITE_CANTOPEN, SQLITE_PERM: .cannotCreate(path: path, reason: reason)
  default: .statement(reason: reason)
  }
}
