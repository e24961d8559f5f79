/// What can go wrong between kubelog and its store. The sentence for people is ``sentence``.
public enum StoreError: Error, Equatable {
  /// There is no store at the path.
  case missing(path: String)
  /// The folder or the file could not be made.
  case cannotCreate(path: String, reason: String)
  /// What lies there is nothing that a store can be in, or may not be looked at.
  case cannotOpen(path: String, reason: String)
  /// It lies on a file system that other machines may write to.
  case remote(path: String, kind: String)
  /// It may be read but not written.
  case readOnly(path: String, reason: String)
  /// The disk has no room left.
  case full(path: String)
  /// What a question works on needs more room than memory is taken for, and no folder for temporary files has it.
  case noWorkspace
  /// It was moved, removed or replaced while it was open.
  case removed(path: String)
  /// Another program keeps it locked for longer than kubelog waits.
  case busy(path: String)
  /// It was written by a newer kubelog.
  case newer(path: String, version: Int, known: Int)
  /// It is a database, but of another program.
  case foreign(path: String)
  /// It is damaged, or no database at all.
  case damaged(path: String, reason: String)
  /// It is so damaged that nothing of it could be saved.
  case nothingSaved(path: String)
  /// The disk refused.
  case inputOutput(path: String, reason: String)
  /// There is not enough memory.
  case memory(path: String)
  /// A statement is wrong, or writes where only reading is allowed.
  case statement(reason: String)

  /// One sentence that names the thing and the way out.
  public var sentence: String {
    switch self {
    case .missing(let path):
      "there is no store at \(path) yet: ingest something first, for example `kubeadm init 2>&1 | kubelog ingest`"
    case .cannotCreate(let path, let reason): "cannot create the store at \(path) (\(reason)): choose another with --db"
    case .cannotOpen(let path, let reason):
      "the store at \(path) cannot be opened (\(reason)): choose another with --db"
    case .remote(let path, let kind):
      "the store at \(path) would lie on \(kind), which other machines may write to, and there SQLite's log (WAL) does "
        + "not work: choose a file on a disk of this machine with --db"
    case .readOnly(let path, let reason):
      "the store at \(path) cannot be written (\(reason)): make it writable or choose another with --db"
    case .full(let path):
      "there is no room left for the store at \(path): make room and try again, what was committed stays"
    case .noWorkspace:
      "no folder for temporary files has room for what the answer needs: name one that has in SQLITE_TMPDIR"
    case .removed(let path):
      "the store at \(path) was moved or removed while it was open, and nothing more was written: ingest the same again"
    case .busy(let path): "the store at \(path) is locked by another program: try again in a moment"
    case .newer(let path, let version, let known):
      "the store at \(path) has schema \(version), this kubelog knows up to \(known): use a newer kubelog or another --db"
    case .foreign(let path): "\(path) is the database of another program: choose another with --db"
    case .damaged(let path, let reason):
      "the store at \(path) cannot be read (\(reason)): kubelog db recover saves what can be saved"
    case .nothingSaved(let path):
      "nothing could be saved of \(path), which is as it was: ingest the inputs again into a new store with --db"
    case .inputOutput(let path, let reason): "reading or writing the store at \(path) failed: \(reason)"
    case .memory(let path):
      "there is not enough memory for what was asked of the store at \(path): ask for less, as by --since, --until or --node"
    case .statement(let reason): "the query was refused: \(reason)"
    }
  }

  /// The exit status that README.md lists.
  public var exitStatus: Int32 {
    switch self {
    case .missing: 66
    case .cannotCreate, .remote: 73
    case .busy: 75
    case .newer, .statement: 78
    case .cannotOpen, .readOnly, .full, .noWorkspace, .removed, .foreign, .damaged, .nothingSaved,
      .inputOutput, .memory:
      74
    }
  }
}
