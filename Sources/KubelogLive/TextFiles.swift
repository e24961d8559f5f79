internal import Glibc

/// Small files that are read whole, such as a user's rule packs.
public enum TextFiles {
  /// The most that is taken of one file, bytes.
  private static let most = 8 << 20

  /// The paths of the files in `folder` whose names end in one of `endings`, by name; none where there is no such folder.
  ///
  /// Throws ``Input/Failure`` when the folder exists and may not be read.
  public static func paths(in folder: String, endings: [String]) throws(Input.Failure) -> [String] {
    guard let listing = opendir(folder) else {
      let code = errno
      if code == ENOENT || code == ENOTDIR { return [] }
      throw .unreadable(folder, reason: String(cString: strerror(code)))
    }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { place in
        place.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix("."), endings.contains(where: { name.hasSuffix($0) }) { names.append(name) }
    }
    return names.sorted().map { "\(folder)/\($0)" }
  }

  /// The whole text of a file. Throws ``Input/Failure``, also where what was only found in a folder (`isFound`) is a pipe or
  /// a device: nobody asked to wait for it.
  public static func text(_ path: String, isFound: Bool = false) throws(Input.Failure) -> String {
    var status = stat()
    if isFound, stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
      throw .unreadable(path, reason: "it is a pipe or a device")
    }
    let input = try Input(path)
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var bytes: [UInt8] = []
    while true {
      switch try input.read(into: &buffer, waiting: -1) {
      case .bytes(let count):
        bytes += buffer[..<count]
        guard bytes.count <= most else { throw .unreadable(path, reason: "it has more than 8 MiB") }
      case .quiet: continue
      case .end: return String(decoding: bytes, as: UTF8.self)
      }
    }
  }
}
