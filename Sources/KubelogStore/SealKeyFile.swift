internal import Glibc

/// The file that holds a seal key: 32 bytes that nobody but their owner may read.
struct SealKeyFile {
  /// A key, and what is to be said about the file it came from.
  struct Found {
    var key: SealKey
    /// One sentence where others may read the file.
    var warning: String?
  }

  let path: String

  /// The key in the file; nil where there is no file.
  func read() throws(SealError) -> Found? {
    // What blocks when it is opened is no key.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .noKey(path: path) }
    var bytes = [UInt8](repeating: 0, count: SealKey.size + 1)
    let count = Glibc.read(file, &bytes, bytes.count)
    guard count >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
    guard let key = SealKey(Array(bytes.prefix(count))) else { throw .noKey(path: path) }
    let isOpen = status.st_mode & 0o077 != 0
    return Found(key: key, warning: isOpen ? "others may read the seal key \(path): run chmod 600 \(path)" : nil)
  }

  /// The key in the file, which is made where there is none. Two that make it at once end with one key.
  func readOrMake() throws(SealError) -> Found {
    if let found = try read() { return found }
    do {
      try make()
    } catch {
      throw .cannotCreate(path: path, reason: error.reason)
    }
    guard let found = try read() else { throw .unreadable(path: path, reason: "it went away") }
    return found
  }

  /// Puts a whole file in place, unless another has done so by then; it is there also after a loss of power, as the values
  /// will be that are sealed under it.
  private func make() throws(PrivateFile.Failure) {
    try PrivateFile.makeFolders(of: path)
    let draft = "\(path).\(getpid()).\(UInt64.random(in: 0 ... .max))"
    let file = try PrivateFile.make(draft)
    defer {
      close(file)
      unlink(draft)
    }
    let bytes = SealKey.random()
    guard write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0,
      link(draft, path) == 0 || errno == EEXIST
    else { throw PrivateFile.Failure(code: errno) }
    PrivateFile.sync(folder: StorePlace.folder(of: path))
  }
}
