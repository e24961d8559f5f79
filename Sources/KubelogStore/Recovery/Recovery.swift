internal import Glibc
internal import KubelogParse

/// What was saved of a damaged store.
public struct Recovered: Sendable, Equatable {
  /// Where the damaged store is now.
  public var damaged: String
  /// How many pages it has.
  public var pages = 0
  /// Pages that could not be read, or not wholly.
  public var damagedPages = 0
  /// Tables and how many rows of each were saved.
  public var rows: [Table] = []
  /// Rows that were read and left out: what they belong to is gone, or what they hold cannot be.
  public var dropped = 0
  /// Rows of events that an index still told of and that are not there any more: at least so many were lost.
  public var lostEvents = 0
  /// What else is to be said: sentences.
  public var notes: [String] = []

  /// A table.
  public struct Table: Sendable, Equatable {
    /// Its name.
    public var table: String
    /// How many rows of it were saved.
    public var rows: Int
  }
}

extension Store {
  /// Saves what can be saved of the store at `path` into a new one in its place; the old file and its log stay beside it.
  ///
  /// Reads page by page, so that neither the head of the file nor the way to a page have to be whole. Nothing is changed
  /// until the new store is complete. Throws ``StoreError``, also where nothing could be saved, and
  /// ``StoreError/busy(path:)`` where another program has it open.
  public static func recover(at path: String, sealing: Sealing, waiting milliseconds: Int = Connection.patience)
    throws(StoreError) -> Recovered
  {
    let place = try StorePlace(path)
    guard place.exists else { throw .missing(path: path) }
    if let reason = place.writeRefusal { throw .readOnly(path: path, reason: reason) }
    let file = try Recovery.lock(place, waiting: milliseconds)
    let log = Recovery.log(of: place)
    defer {
      close(file)
      if log >= 0 { close(log) }
    }
    // Nobody else makes one now. Whoever was stopped here left one.
    let fresh = place.path + ".recovering"
    func drop() { for part in ["", "-wal", "-shm"] { unlink(fresh + part) } }
    drop()
    defer { drop() }
    var recovered: Recovered
    do throws(StoreError) {
      recovered = try Recovery(PageFile(file: file, log: log), into: fresh, name: path, sealing: sealing).result
    } catch {
      throw error
    }
    // Brings it up to date, and everything into the one file.
    _ = try compact(at: fresh, waiting: milliseconds)
    recovered.damaged = try Recovery.exchange(place, for: fresh)
    return recovered
  }
}

/// Fills a new store with what the pages of a damaged one hold.
private final class Recovery {
  private(set) var result = Recovered(damaged: "")
  private let store: Connection
  private var insertions: [Int: Prepared] = [:]

  private final class Prepared {
    let statement: Statement
    init(_ statement: consuming Statement) { self.statement = statement }
  }

  init(_ pages: borrowing PageFile, into path: String, name: String, sealing: Sealing) throws(StoreError) {
    let known = Schema.migrations.count
    var version = known
    // What no kubelog will ever reach was overwritten.
    if pages.application == Schema.applicationID, let stated = pages.version, stated > 0, stated < 1_000 {
      guard stated <= known else { throw .newer(path: name, version: stated, known: known) }
      version = stated
    }
    do { close(try PrivateFile.make(path)) } catch { throw .cannotCreate(path: path, reason: error.reason) }
    store = try Connection(path: path, access: .readWrite)
    try store.execute(
      """
      PRAGMA page_size = \(Store.pageSize); PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      PRAGMA temp_store = MEMORY; BEGIN IMMEDIATE;
      PRAGMA application_id = \(Schema.applicationID); PRAGMA user_version = \(version)
      """)
    for migration in Schema.migrations.prefix(version) { try store.execute(migration) }
    result.pages = pages.count
    guard try copyRows(pages) else {
      if let other = pages.application, other != Schema.applicationID { throw .foreign(path: name) }
      throw .nothingSaved(path: name)
    }
    let indexes = PageIndexes(pages)
    try mendNames(indexes, pages)
    try mendRuns(indexes, pages)
    try dropNonsense(isOld: version < known)
    if version >= 4 { try mendKeys(sealing) }
    for shape in try TableShape.all(store) where shape.name != "meta" {
      result.rows.append(
        Recovered.Table(table: shape.name, rows: Int(try store.number("SELECT count(*) FROM \(shape.name)"))))
    }
    let indexed = indexes.count(of: "events_dated", pages) + indexes.count(of: "events_in_run", pages)
    result.lostEvents = max(0, indexed - Int(try store.number("SELECT count(*) FROM events")))
    insertions = [:]
    try store.execute("COMMIT")
  }

  // MARK: Rows

  /// Copies every record on every page that is a row of some table; false where there is none.
  private func copyRows(_ pages: borrowing PageFile) throws(StoreError) -> Bool {
    let shapes = try TableShape.all(store)
    var isAny = false
    var known = PageIndexes.freeTrunks(pages)
    var broken: Set<Int> = []
    for number in stride(from: 1, through: pages.count, by: 1) {
      guard let page = PageRecords(number, of: pages) else { continue }
      known.insert(number)
      known.formUnion(page.overflow)
      if page.isDamaged { broken.insert(number) }
      for record in page.records {
        for (index, shape) in shapes.enumerated() {
          guard let row = shape.row(record) else { continue }
          isAny = true
          if !(try insert(row, shape, index)) { result.dropped += 1 }
          break
        }
      }
    }
    for number in stride(from: 1, through: pages.count, by: 1) where !known.contains(number) {
      // Free pages are overwritten.
      if pages.page(number)?.allSatisfy({ $0 == 0 }) != true { broken.insert(number) }
    }
    result.damagedPages = broken.count
    return isAny
  }

  private func insert(_ row: [Statement.Cell], _ shape: TableShape, _ index: Int) throws(StoreError) -> Bool {
    let key = index << 8 | row.count
    let prepared: Prepared
    if let before = insertions[key] {
      prepared = before
    } else {
      prepared = Prepared(try store.prepare(shape.insertion(of: row.count)))
      insertions[key] = prepared
    }
    for (index, cell) in row.enumerated() { prepared.statement.bind(cell, at: Int32(index + 1)) }
    defer { prepared.statement.reset() }
    let before = store.totalChanges
    do throws(StoreError) {
      while try prepared.statement.step() {}
    } catch {
      // What a column does not take is no row of it.
      guard case .statement = error else { throw error }
      return false
    }
    return store.totalChanges > before
  }

  // MARK: What rows refer to

  /// Kinds and inputs have their names in an index as well.
  private func mendNames(_ indexes: PageIndexes, _ pages: borrowing PageFile) throws(StoreError) {
    let kind = try store.prepare("INSERT OR IGNORE INTO kinds (id, name) VALUES (?2, ?1)")
    let source = try store.prepare(
      """
      INSERT OR IGNORE INTO sources (id, path, format, bytes, lines, truncated_lines, bad_utf8_lines)
      VALUES (?2, ?1, 'unknown', 0, 0, 0, 0)
      """)
    for entry in indexes.entries(of: "sqlite_autoindex_kinds_1", pages) where entry.count == 2 {
      guard case (.text, .integer) = (entry[0], entry[1]) else { continue }
      try kind.run(entry[0], entry[1])
    }
    for entry in indexes.entries(of: "sqlite_autoindex_sources_1", pages) where entry.count == 2 {
      guard case (.text, .integer) = (entry[0], entry[1]) else { continue }
      try source.run(entry[0], entry[1])
    }
    let nameless = try store.number(
      "SELECT count(DISTINCT source) FROM events WHERE source NOT IN (SELECT id FROM sources)")
    try store.execute(
      """
      INSERT INTO sources (id, path, format, bytes, lines, truncated_lines, bad_utf8_lines)
      SELECT DISTINCT source, 'lost input ' || source, 'unknown', 0, 0, 0, 0 FROM events
      WHERE source NOT IN (SELECT id FROM sources)
      """)
    if nameless > 0 {
      result.notes.append("the paths of \(nameless) inputs are lost: they are called 'lost input' and a number")
    }
  }

  /// Runs are known again by the fingerprint of their first line, which an index has as well.
  private func mendRuns(_ indexes: PageIndexes, _ pages: borrowing PageFile) throws(StoreError) {
    try store.execute(
      """
      CREATE TEMP TABLE lost_runs AS
      SELECT run AS id FROM events WHERE run IS NOT NULL AND run NOT IN (SELECT id FROM runs)
      UNION SELECT run FROM sessions WHERE run NOT IN (SELECT id FROM runs)
      """)
    guard try store.number("SELECT count(*) FROM lost_runs") > 0 else { return }
    let add = try store.prepare(
      "INSERT OR IGNORE INTO runs (id, digest, node, first_line, line_count, chain) VALUES (?1, randomblob(16), ?2, ?3, ?4, ?5)"
    )
    let isLost = try store.prepare("SELECT 1 FROM lost_runs WHERE id = ?1")
    for entry in indexes.entries(of: "runs_by_first_line_and_node", pages) where entry.count == 3 {
      guard case .integer(let line) = entry[0] else { continue }
      isLost.bind(entry[2])
      let isWanted = try isLost.step()
      isLost.reset()
      guard isWanted else { continue }
      let chain = (0..<8).map { UInt8(truncatingIfNeeded: line >> (56 - 8 * $0)) }
      try add.run(entry[2], entry[1], entry[0], .integer(1), .blob(chain))
    }
    let named = try store.prepare(
      "UPDATE OR IGNORE runs SET digest = ?1 WHERE id = ?2 AND id IN (SELECT id FROM lost_runs)")
    let nameless = try store.number("SELECT count(*) FROM lost_runs WHERE id NOT IN (SELECT id FROM runs)")
    try store.execute(
      """
      INSERT INTO runs (id, digest, first_line, line_count, chain)
      SELECT id, randomblob(16), 0, 0, x'' FROM lost_runs WHERE id NOT IN (SELECT id FROM runs)
      """)
    for entry in indexes.entries(of: "runs_by_digest", pages) where entry.count == 2 {
      guard case .blob(let digest) = entry[0], digest.count == 16 else { continue }
      try named.run(entry[0], entry[1])
    }
    if nameless > 0 {
      result.notes.append(
        "the fingerprints of \(nameless) runs are lost: what kubeadm or kubectl printed there shows twice when it is ingested again"
      )
    }
  }

  /// Leaves out what refers to nothing, and what no row may be.
  private func dropNonsense(isOld: Bool) throws(StoreError) {
    for question in Store.questions where question.isFatal && !isOld {
      try drop("\(question.table) WHERE \(question.condition)")
    }
    for row in try store.rowsOfWrongOccurrences() { try drop("events WHERE id = \(row)") }
    try drop("events WHERE kind NOT IN (SELECT id FROM kinds)")
    try drop("sightings WHERE event NOT IN (SELECT id FROM events) OR secret NOT IN (SELECT id FROM secrets)")
    try drop("observations WHERE event NOT IN (SELECT id FROM events)")
    if store.has("unknown_lines") { try drop("unknown_lines WHERE source NOT IN (SELECT id FROM sources)") }
    guard store.has("logs") else { return }
    try drop("logs WHERE source NOT IN (SELECT id FROM sources)")
    try store.execute(Schema.logsOfEvents + " GROUP BY 1, 2 ON CONFLICT DO NOTHING")
    guard store.has("events_seen_at") else { return }
    try store.execute(
      """
      UPDATE observations SET (seen_at, is_inferred) = (
        SELECT CASE WHEN time_source < 5 THEN coalesce(last_time, time) END, time_source >= 3
        FROM events WHERE events.id = observations.event)
      """)
  }

  private func drop(_ rows: String) throws(StoreError) {
    let before = store.totalChanges
    try store.execute("DELETE FROM \(rows)")
    result.dropped += store.totalChanges - before
  }

  // MARK: Keys

  /// A store without its digest key does not know a secret again: with the seal key each is read and gets the identity that
  /// follows from a new one.
  private func mendKeys(_ sealing: Sealing) throws(StoreError) {
    var seal = Seal(sealing.key)
    let check = try store.meta(.sealCheck)
    let key = try? seal.key(check: check, mayMake: false)
    let hadDigestKey = try store.meta(.digestKey) != nil
    let digestKey = DigestKey(SealKey.random())
    if !hadDigestKey { try store.set(.digestKey, to: digestKey.bytes) }
    let read = try store.prepare(
      "SELECT id, kind, identity, value FROM secrets WHERE kind <> 'certificate' AND is_sealed = 1 AND value IS NOT NULL"
    )
    let update = try store.prepare(
      "UPDATE OR IGNORE secrets SET identity = ?2, public_id = ?3, value = ?4 WHERE id = ?1")
    var (opened, closed): ([(row: Int64, kind: SecretKind, value: String)], [Int64]) = ([], [])
    while try read.step() {
      if let kind = SecretKind(rawValue: read.text(1)),
        let value = key?.open(read.blob(3), kind: read.text(1), identity: read.blob(2))
      {
        opened.append((read.integer(0), kind, value))
      } else {
        closed.append(read.integer(0))
      }
    }
    if check == nil, let key, !opened.isEmpty { try store.set(.sealCheck, to: key.check) }
    // With the right key, what does not open was overwritten.
    if key != nil, check != nil || !opened.isEmpty {
      for row in closed { try store.execute("UPDATE secrets SET value = NULL, is_sealed = 0 WHERE id = \(row)") }
      result.dropped += closed.count
    }
    if result.damagedPages + result.dropped > 0 { try store.set(.recovered, to: []) }
    guard !hadDigestKey else { return }
    for secret in opened {
      let box = SecretBox(secret.kind, secret.value, digestKey)
      guard let sealed = key?.seal(secret.value, kind: secret.kind.rawValue, identity: box.identity) else { continue }
      try update.run(.integer(secret.row), .blob(box.identity), .text(box.publicID), .blob(sealed))
    }
    let unknown =
      try store.number("SELECT count(*) FROM secrets WHERE kind <> 'certificate'") - Int64(opened.count)
    if unknown > 0 {
      result.notes.append(
        "what \(unknown) secrets are told apart by is lost: they show twice when they are ingested again")
    }
  }
}

// MARK: Files

extension Recovery {
  /// Opens the file and keeps everybody else from it: who has a database open in WAL mode holds SQLite's shared lock.
  static func lock(_ place: StorePlace, waiting milliseconds: Int) throws(StoreError) -> Int32 {
    var waited = 0
    while true {
      let file = open(place.path, O_RDWR | O_CLOEXEC)
      guard file >= 0 else { throw .cannotOpen(path: place.given, reason: String(cString: strerror(errno))) }
      // PENDING_BYTE and the 511 bytes after it, where SQLite has its locks.
      var lock = flock(
        l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0x4000_0000, l_len: 512, l_pid: 0)
      while fcntl(file, F_SETLK, &lock) != 0 {
        guard errno == EACCES || errno == EAGAIN, waited < milliseconds else {
          let code = errno
          close(file)
          if code == EACCES || code == EAGAIN { throw .busy(path: place.given) }
          throw .inputOutput(path: place.given, reason: String(cString: strerror(code)))
        }
        usleep(10_000)
        waited += 10
      }
      var (here, there) = (stat(), stat())
      if fstat(file, &here) == 0, stat(place.path, &there) != 0 || here.st_ino == there.st_ino { return file }
      // Meanwhile another put a new one in its place.
      close(file)
    }
  }

  /// Opens the log of the store; -1 where it has none.
  static func log(of place: StorePlace) -> Int32 {
    if holds(place.path + "-wal") { return open(place.path + "-wal", O_RDONLY | O_CLOEXEC) }
    // Who was stopped in the middle of ``exchange(_:for:)`` left it beside the other name; unless somebody wrote since.
    let kept = kept(place)
    guard kept.isBegun, let main = status(place.path), let other = status(kept.path + "-wal"),
      (main.st_mtim.tv_sec, main.st_mtim.tv_nsec) <= (other.st_mtim.tv_sec, other.st_mtim.tv_nsec)
    else { return -1 }
    return open(kept.path + "-wal", O_RDONLY | O_CLOEXEC)
  }

  /// Puts the file `fresh` in the place of the store, which stays beside it; gives the path that it has then.
  ///
  /// At each moment one of the two is whole at its path: the old one gets a second name first, and loses the first one when
  /// the new one takes it. Only its log has to go before that, since beside the new one it would be taken for its own.
  static func exchange(_ place: StorePlace, for fresh: String) throws(StoreError) -> String {
    let folder = StorePlace.folder(of: place.path)
    let kept = kept(place).path
    for part in ["", "-wal", "-journal"] {
      let (old, new) = (place.path + part, kept + part)
      if !holds(old) || isOne(old, new) || link(old, new) == 0 { continue }
      // Some file systems know no second names.
      guard [EPERM, EOPNOTSUPP, EMLINK].contains(errno), rename(old, new) == 0 else {
        throw .inputOutput(path: place.given, reason: String(cString: strerror(errno)))
      }
    }
    PrivateFile.sync(folder: folder)
    for part in ["-shm", "-wal", "-journal"] {
      guard unlink(place.path + part) == 0 || errno == ENOENT else {
        throw .inputOutput(path: place.given, reason: String(cString: strerror(errno)))
      }
    }
    PrivateFile.sync(folder: folder)
    guard rename(fresh, place.path) == 0 else {
      throw .inputOutput(path: place.given, reason: String(cString: strerror(errno)))
    }
    PrivateFile.sync(folder: folder)
    return kept
  }

  /// The name that a damaged store gets, the first that is free; or that it has already, where who gave it was stopped.
  private static func kept(_ place: StorePlace) -> (path: String, isBegun: Bool) {
    var number = 0
    while true {
      number += 1
      let path = place.path + ".damaged" + (number == 1 ? "" : ".\(number)")
      let (log, ownLog) = (path + "-wal", place.path + "-wal")
      if isOne(path, place.path), access(log, F_OK) != 0 || !holds(ownLog) || isOne(log, ownLog) {
        return (path, true)
      }
      if access(path, F_OK) != 0, access(log, F_OK) != 0 || isOne(log, ownLog) { return (path, false) }
    }
  }

  /// Whether a file is there, and not empty, as a log is that whoever only looked at the store left.
  private static func holds(_ path: String) -> Bool { status(path).map { $0.st_size > 0 } ?? false }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return lstat(path, &status) == 0 ? status : nil
  }

  /// Whether two names are of one file.
  private static func isOne(_ path: String, _ other: String) -> Bool {
    guard let one = status(path), let two = status(other) else { return false }
    return (one.st_dev, one.st_ino) == (two.st_dev, two.st_ino)
  }
}
