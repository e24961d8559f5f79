/// A process as `/proc` shows it: what the decision about a pipe needs of it.
struct PipeProcess {
  /// What one of its descriptors leads to.
  enum End: Equatable {
    /// A pipe without a name, by its inode.
    case pipe(Int, writes: Bool)
    /// A regular file that it reads.
    case file(String)
    /// A terminal, a socket, a device, a named pipe, a file that it writes.
    case other
  }

  var id: Int
  var parent: Int
  var group: Int
  /// Its command line; empty where that cannot be read whole.
  var words: [String]
  /// Its descriptors by number, nil where they may not be read: another user's.
  var ends: [Int: End]?

  /// Whether it may write into `pipe`.
  func writes(_ pipe: Int) -> Bool { ends?.values.contains(.pipe(pipe, writes: true)) ?? false }

  /// Whether it reads a regular file: standard input, or one that it opened itself.
  ///
  /// An interpreter's own script is none, nor is what it only inherited: a descriptor beyond the standard ones that
  /// `parent`, where that is known, has as well.
  func readsFile(parent: PipeProcess?) -> Bool {
    ends?.contains { descriptor, end in
      guard case .file(let path) = end, descriptor < 3 || parent?.ends?[descriptor] != end else { return false }
      return words.count < 2 || CommandWords.name(words[1]) != CommandWords.name(path)
    } ?? false
  }
}
