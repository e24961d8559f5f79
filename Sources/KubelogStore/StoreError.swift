/// What can go wrong between kubelog and its store. The sentence for people is ``sentence``.
public enum StoreError: Error, Equatable {
  /// There is no store at the path.
  case missing(path: String)
  /// The folder or the file could not be made.
  case cannotCreate(path: String, reason: String)
  /// Another program keeps it locked for longer than kubelog waits.
  case busy(path: String)
  /// It was written by a newer kubelog.
  case newer(path: String, version: Int, known: Int)
  /// It is no store of kubelog's, or damaged.
  case damaged(path: String, reason: String)
  /// The disk refused.
  case inputOutput(path: String, reason: String)
  /// A statement is wrong, or writes where only reading is allowed.
  case statement(reason: String)

  /// One sentence that names the thing and the way out.
  public var sentence: String {
    switch self {
    case .missing(let path):
      "there is no store at \(path) yet: ingest something first, for example `kubeadm init 2>&1 | kubelog ingest`"
    case .cannotCreate(let path, let reason): "cannot create the store at \(path) (\(reason)): choose another with --db"
    case .busy(let path): "the store at \(path) is locked by another program: try again in a moment"
    case .newer(let path, let version, let known):
      "the store at \(path) has schema \(version), this kubelog knows up to \(known): use a newer kubelog or another --db"
    case .damaged(let path, let reason):
      "the store at \(path) cannot be read (\(reason)): ingest the sources again into a new one with --db"
    case .inputOutput(let path, let reason): "reading or writing the store at \(path) failed: \(reason)"
    case .statement(let reason): "the query was refused: \(reason)"
    }
  }

  /// The exit status that README.md lists.
  public var exitStatus: Int32 {
    switch self {
    case .missing: 66
    case .cannotCreate: 73
    case .busy: 75
    case .newer, .statement: 78
    case .damaged, .inputOutput: 74
    }
  }
}
