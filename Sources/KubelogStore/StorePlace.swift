internal import Glibc

/// Where a store lies: what is behind the path that was given, once it is known that a store may lie there.
///
/// Links are followed here and by nobody after: a link of the user's own or of root's to a file that is there. One of
/// another user's would let that user choose what is written to.
struct StorePlace {
  /// The path from the root on, without links.
  let path: String
  /// What was given, for sentences.
  let given: String
  /// Whether there is a file.
  let exists: Bool

  /// The longest path that SQLite takes, with what it puts behind it: `MAX_PATHNAME` in its os_unix.c, less a margin.
  private static let longest = 500

  /// Looks at `given`; nothing is made. `refusal` tells of a folder why no store may lie on its file system.
  ///
  /// Throws ``StoreError``.
  init(_ given: String, refusal: (String) -> String? = { FileSystems.refusal(at: $0) }) throws(StoreError) {
    self.given = given
    var status = stat()
    // lstat follows a link before a slash.
    let isThere = lstat(given, &status) == 0
    let code = isThere ? 0 : errno
    guard isThere || code == ENOENT || code == ENOTDIR else {
      throw .cannotOpen(path: given, reason: String(cString: strerror(code)))
    }
    let name = given.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
    if given.isEmpty || !isThere && (name.isEmpty || name == "." || name == "..") {
      throw .cannotCreate(path: given.isEmpty ? "''" : given, reason: "it names no file")
    }
    exists = isThere
    if isThere {
      if status.st_mode & S_IFMT == S_IFLNK {
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
          throw .cannotOpen(path: given, reason: "it is a symbolic link of another user's")
        }
        guard stat(given, &status) == 0 else {
          throw .cannotOpen(path: given, reason: "it is a symbolic link that leads nowhere")
        }
      }
      if let other = Self.word(for: status.st_mode) { throw .cannotOpen(path: given, reason: "it is \(other)") }
      guard let real = Self.real(given) else {
        throw .cannotOpen(path: given, reason: String(cString: strerror(errno)))
      }
      path = real
    } else {
      path = Self.future(given)
    }
    guard path.utf8.count <= Self.longest else {
      throw .cannotCreate(path: given, reason: "it is longer than the \(Self.longest) bytes that SQLite takes")
    }
    for part in ["-wal", "-shm", "-journal"]
    where lstat(path + part, &status) == 0 && status.st_mode & S_IFMT != S_IFREG {
      let what = Self.word(for: status.st_mode) ?? "a symbolic link"
      throw .cannotOpen(path: given, reason: "beside it, \(path + part) is \(what)")
    }
    if let kind = refusal(exists ? path : Self.nearest(path)) { throw .remote(path: given, kind: kind) }
  }

  /// Why nothing can be written there; nil where it can.
  var writeRefusal: String? {
    for place in [path, Self.folder(of: path)] where access(place, W_OK) != 0 {
      return String(cString: strerror(errno))
    }
    return nil
  }

  /// Whether commits wait beside the file that are not in it yet.
  var holdsLog: Bool {
    var status = stat()
    return stat(path + "-wal", &status) == 0 && status.st_size > 0
  }

  /// The folder that `path` lies in.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// What a mode is of, unless an ordinary file.
  private static func word(for mode: mode_t) -> String? {
    switch mode & S_IFMT {
    case S_IFREG, S_IFLNK: nil
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }

  private static func real(_ path: String) -> String? {
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(cString: found)
  }

  /// The path that a file will have whose folders need not be there yet.
  private static func future(_ path: String) -> String {
    let folder = nearest(path)
    let rest =
      folder == "." && !path.hasPrefix("./") ? "/" + path : String(path.dropFirst(folder == "/" ? 0 : folder.count))
    let base = real(folder) ?? folder
    return (base == "/" ? "" : base) + rest
  }

  /// The innermost folder on the way to `path` that is there.
  private static func nearest(_ path: String) -> String {
    var place = folder(of: path)
    while place != "/", place != ".", access(place, F_OK) != 0 { place = folder(of: place) }
    return place
  }
}
