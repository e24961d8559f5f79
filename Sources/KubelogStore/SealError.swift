/// Why values cannot be sealed or opened. The sentence for people is ``sentence``.
public enum SealError: Error, Equatable, Sendable {
  /// The values in the store are sealed under a key whose file is not there.
  case missing(path: String)
  /// The key is another one than that of the store; the path is nil where no file was named.
  case wrong(path: String?)
  /// The file holds no key.
  case noKey(path: String)
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// The file cannot be made.
  case cannotCreate(path: String, reason: String)
  /// Nobody said where the key is.
  case notGiven
  /// The key is right, and still a value does not open: something else has changed the store.
  case changed(id: String)

  private static let waysOut =
    "bring it back, name its place in KUBELOG_SEAL_KEY_FILE, or begin anew with kubelog db forget --secrets"

  /// One sentence that names the thing and the way out.
  public var sentence: String {
    switch self {
    case .missing(let path):
      "the seal key \(path), under which the values in the store are sealed, is not there: \(Self.waysOut)"
    case .wrong(let path):
      "the seal key\(path.map { " \($0)" } ?? "") is not the one under which the values in the store are sealed: "
        + Self.waysOut
    case .noKey(let path):
      "\(path) is no seal key, which has \(SealKey.size) bytes: name another in KUBELOG_SEAL_KEY_FILE, or move it away"
    case .unreadable(let path, let reason):
      "the seal key \(path) cannot be read (\(reason)): make it readable, or name another in KUBELOG_SEAL_KEY_FILE"
    case .cannotCreate(let path, let reason):
      "the seal key \(path) cannot be made (\(reason)): name another place in KUBELOG_SEAL_KEY_FILE"
    case .notGiven: "no seal key was named"
    case .changed(let id):
      "the value of \(id) does not open, since another program has changed the store: drop the values with "
        + "kubelog db forget --secrets and ingest their sources again"
    }
  }

  /// The exit status that README.md lists.
  public var exitStatus: Int32 {
    if case .changed = self { return 74 }
    return 78
  }
}
