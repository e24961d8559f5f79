internal import Glibc

/// A folder that is read file by file: an unpacked support bundle, `/var/log`.
public enum Folder {
  /// What a folder holds.
  public struct Listing: Sendable, Equatable {
    /// The files that hold text or something that can be unpacked, by path.
    public var files: [String] = []
    /// How many files hold neither.
    public var skipped = 0
  }

  /// The deepest folder that is looked into.
  private static let deepest = 32

  /// Whether `path` is a folder.
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The files below `path`. Links inside of it, pipes and devices are not followed; empty files are left out.
  ///
  /// Throws ``Input/Failure`` where the folder itself cannot be read; a folder in it that cannot is passed over.
  public static func files(below path: String) throws(Input.Failure) -> Listing {
    guard access(path, R_OK | X_OK) == 0 else {
      throw .unreadable(path, reason: String(cString: strerror(errno)))
    }
    var listing = Listing()
    collect(path.hasSuffix("/") ? String(path.dropLast()) : path, depth: 0, &listing)
    return listing
  }

  /// The files below `path` that are followed: those that hold text or nothing yet.
  public static func logs(below path: String) -> [String] {
    var listing = Listing()
    collect(path, depth: 0, &listing, takesEmpty: true)
    return listing.files
  }

  /// `path` and the folders below it.
  public static func folders(below path: String) -> [String] {
    var (found, next) = ([path], 0)
    while next < found.count, found.count < 4096 {
      for name in names(in: found[next]) ?? [] {
        var status = stat()
        let file = "\(found[next])/\(name)"
        if lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { found.append(file) }
      }
      next += 1
    }
    return found
  }

  private static func collect(_ path: String, depth: Int, _ listing: inout Listing, takesEmpty: Bool = false) {
    guard depth < deepest, let names = names(in: path) else { return }
    for name in names {
      let file = "\(path)/\(name)"
      var status = stat()
      guard lstat(file, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: collect(file, depth: depth + 1, &listing, takesEmpty: takesEmpty)
      case S_IFREG where status.st_size > 0 || takesEmpty:
        if holdsText(file) { listing.files.append(file) } else { listing.skipped += 1 }
      default: break
      }
    }
  }

  /// The names in a folder, in order; nil where it cannot be read.
  private static func names(in path: String) -> [String]? {
    guard let folder = opendir(path) else { return nil }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    closedir(folder)
    return names.sorted()
  }

  /// Whether a file's beginning has no NUL, or is one of the forms that a decoder knows.
  private static func holdsText(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    var head = [UInt8](repeating: 0, count: 512)
    let count = head.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return true }
    let packed: [[UInt8]] = [[0x1F, 0x8B], [0xFF, 0xFE], [0xFE, 0xFF]]
    return packed.contains { head.starts(with: $0) } || !head.prefix(count).contains(0)
  }
}
