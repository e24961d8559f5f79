internal import Glibc

/// Makes folders and files that nobody but their owner may look into, whatever the umask.
enum PrivateFile {
  /// The system's number for what went wrong.
  struct Failure: Error {
    var code: Int32

    /// The system's words for it.
    var reason: String { String(cString: strerror(code)) }
  }

  /// Makes the folders that `path` lies in, as far as they are missing, with mode 0700.
  static func makeFolders(of path: String) throws(Failure) {
    var folder = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/", omittingEmptySubsequences: true).dropLast() {
      folder += "/" + part
      if access(folder, F_OK) == 0 { continue }
      guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw Failure(code: errno) }
      // The umask may have taken rights from the owner as well.
      chmod(folder, 0o700)
      sync(folder: StorePlace.folder(of: folder))
    }
  }

  /// Has the names in `folder` survive a loss of power, as far as the file system can.
  static func sync(folder: String) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Makes a new file with mode 0600 and gives its descriptor; refuses one that is there (`EEXIST`).
  static func make(_ path: String) throws(Failure) -> Int32 {
    let file = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw Failure(code: errno) }
    fchmod(file, 0o600)
    return file
  }
}
