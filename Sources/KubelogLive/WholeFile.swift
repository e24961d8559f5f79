internal import Glibc

/// Files that are there whole or not at all.
public enum WholeFile {
  /// Why a file is not written.
  public enum Failure: Error, Equatable {
    /// It cannot be made there.
    case uncreatable(String, reason: String)
    /// Writing it failed.
    case unwritable(String, reason: String)

    /// One sentence that names the thing and the way out.
    public var sentence: String {
      switch self {
      case .uncreatable(let path, let reason): "cannot make \(path): \(reason); choose another file with --out"
      case .unwritable(let path, let reason):
        "cannot write \(path): \(reason); make room or choose another file with --out"
      }
    }

    /// The exit status that README.md lists.
    public var exitStatus: Int32 {
      switch self {
      case .uncreatable: 73
      case .unwritable: 74
      }
    }
  }

  /// Writes `text` beside `path` and renames it, so that a reader sees the old file or the new one, never a part.
  ///
  /// What is no ordinary file (a pipe, `/dev/stdout`) is written to as it is. A file that is there keeps its mode; a new one
  /// gets what the umask leaves. Throws ``Failure``.
  public static func write(_ text: String, to path: String) throws(Failure) {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw .uncreatable(path, reason: String(cString: strerror(EISDIR)))
    }
    if exists, status.st_mode & S_IFMT != S_IFREG { return try writeThrough(text, to: path) }
    // A name that is only a link to the file stays one.
    var target = path
    if exists, let real = realpath(path, nil) {
      target = String(cString: real)
      free(real)
    }
    var template = Array("\(target).XXXXXX".utf8CString)
    let file = mkstemp(&template)
    guard file >= 0 else { throw .uncreatable(path, reason: String(cString: strerror(errno))) }
    let beside = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let mask = umask(0)
    umask(mask)
    fchmod(file, exists ? status.st_mode & 0o7777 : 0o666 & ~mask)
    do throws(Failure) {
      try send(text, file, path)
      // A full disk may only be told of here.
      guard fsync(file) == 0 || errno == EINVAL || errno == EROFS else {
        throw .unwritable(path, reason: String(cString: strerror(errno)))
      }
      guard close(file) == 0 else { throw .unwritable(path, reason: String(cString: strerror(errno))) }
    } catch {
      close(file)
      unlink(beside)
      throw error
    }
    guard rename(beside, target) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(beside)
      throw .uncreatable(path, reason: reason)
    }
  }

  private static func writeThrough(_ text: String, to path: String) throws(Failure) {
    let file = open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { throw .uncreatable(path, reason: String(cString: strerror(errno))) }
    defer { close(file) }
    try send(text, file, path)
  }

  private static func send(_ text: String, _ file: Int32, _ path: String) throws(Failure) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw .unwritable(path, reason: String(cString: strerror(errno))) }
      sent += count
    }
  }
}
