internal import Glibc
public import KubelogScan

/// What a file is known by, whatever it is called by now.
public struct FileMark: Sendable, Equatable {
  /// The device and the inode number on it.
  public var device: Int64, inode: Int64
  /// How many bytes of the file were read.
  public var bytes: Int64
  /// The time of its last modification when that was noted, microseconds since 1970 UTC.
  public var modified: Int64
  /// A fingerprint of its first bytes.
  public var head: Digest
  /// How many those are.
  public var headBytes: Int64
  /// A fingerprint of the last bytes before where reading stopped.
  public var tail: Digest

  /// A mark of its parts.
  public init(
    device: Int64, inode: Int64, bytes: Int64, modified: Int64, head: Digest, headBytes: Int64, tail: Digest
  ) {
    (self.device, self.inode, self.bytes, self.modified) = (device, inode, bytes, modified)
    (self.head, self.headBytes, self.tail) = (head, headBytes, tail)
  }

  /// The most bytes that a fingerprint goes over.
  static let most: Int64 = 1024
}

/// The files beside a log that hold what it held before: `FILE.1`, `FILE-20261126.gz`, `FILE.20261126-101530`,
/// `NAME-2026-11-26T10-15-30.log` (logrotate, the kubelet, lumberjack).
struct Rotated {
  var path: String
  var device: Int64
  var inode: Int64
  var size: Int64
  /// Microseconds since 1970 UTC.
  var modified: Int64

  /// The files that are named like older parts of the log at `path`, and it itself, the oldest first.
  static func all(of path: String) -> [Rotated] {
    let (folder, name) = split(path)
    guard let listing = opendir(folder.isEmpty ? "/" : folder) else { return [] }
    defer { closedir(listing) }
    var found: [Rotated] = []
    while let entry = readdir(listing) {
      let other = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard other == name || isOlder(other, of: name), let file = Rotated("\(folder)/\(other)") else { continue }
      found.append(file)
    }
    return found.sorted { ($0.modified, $1.path) < ($1.modified, $0.path) }
  }

  /// The ordinary file at `path`, nil where there is none.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(path, status)
  }

  init(_ path: String, _ status: stat) {
    self.path = path
    (device, inode, size) = (
      Int64(bitPattern: UInt64(status.st_dev)), Int64(bitPattern: UInt64(status.st_ino)), Int64(status.st_size)
    )
    modified = Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1000
  }

  /// Folder and name of a path.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (String(path[..<slash]), String(path[path.index(after: slash)...]))
  }

  /// Whether `other` is what a rotation makes of `name`: it with a number or a date behind it or before its ending, packed
  /// by gzip or not.
  static func isOlder(_ other: String, of name: String) -> Bool {
    var other = Substring(other)
    if other.hasSuffix(".gz") { other = other.dropLast(3) }
    if other.hasPrefix(name) { return isStamp(other.dropFirst(name.count)) }
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return false }
    let (stem, ending) = (name[..<dot], name[dot...])
    guard other.hasPrefix(stem), other.hasSuffix(ending), other.count > name.count else { return false }
    return isStamp(other.dropFirst(stem.count).dropLast(ending.count))
  }

  /// `.1`, `-20261126`, `.2026-11-26T10-15-30`, `-20261126-1764151530`.
  private static func isStamp(_ text: Substring) -> Bool {
    guard let first = text.first, first == "." || first == "-", text.dropFirst().first?.isNumber == true else {
      return false
    }
    return text.dropFirst().allSatisfy { $0.isNumber || "-_.:TZ+".contains($0) }
  }

  /// Whether it is the file of a mark, or a copy of it, and goes at least as far.
  ///
  /// A packed one is known by its first bytes only.
  func holds(_ mark: FileMark) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    if path.hasSuffix(".gz"), mark.headBytes > 0, Self.unpackedHead(descriptor, mark.headBytes) == mark.head {
      return true
    }
    guard size >= mark.bytes, mark.bytes > 0 || isSame(mark) else { return false }
    return Self.fingerprint(descriptor, 0..<mark.headBytes) == mark.head
      && Self.fingerprint(descriptor, max(0, mark.bytes - FileMark.most)..<mark.bytes) == mark.tail
  }

  /// Whether it holds what `other` begins with and nothing else: it is being copied from there, or was just now.
  func isCopy(of other: Rotated) -> Bool {
    guard size > 0 else { return false }
    let (copy, original) = (open(path, O_RDONLY | O_CLOEXEC), open(other.path, O_RDONLY | O_CLOEXEC))
    defer { for descriptor in [copy, original] where descriptor >= 0 { close(descriptor) } }
    var status = stat()
    guard copy >= 0, original >= 0, fstat(original, &status) == 0,
      Rotated(other.path, status).inode == other.inode
    else { return false }
    return [0..<min(size, FileMark.most), max(0, size - FileMark.most)..<size].allSatisfy { range in
      Self.fingerprint(copy, range).map { $0 == Self.fingerprint(original, range) } ?? false
    }
  }

  /// Whether its first bytes are those of `piece`, as far as both go.
  func begins(with piece: ArraySlice<UInt8>) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: piece.count)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return count >= 0 && bytes.prefix(count).elementsEqual(piece.prefix(count))
  }

  /// The mark of the file when `bytes` of it are done with; nil where it has not as many.
  func mark(_ descriptor: Int32, bytes: Int64) -> FileMark? {
    let headBytes = min(bytes, FileMark.most)
    var status = stat()
    guard let head = Self.fingerprint(descriptor, 0..<headBytes),
      let tail = Self.fingerprint(descriptor, max(0, bytes - FileMark.most)..<bytes), fstat(descriptor, &status) == 0
    else { return nil }
    return FileMark(
      device: device, inode: inode, bytes: bytes, modified: Rotated(path, status).modified, head: head,
      headBytes: headBytes, tail: tail)
  }

  /// Whether it is the very file of a mark, whatever it holds.
  func isSame(_ mark: FileMark) -> Bool { device == mark.device && inode == mark.inode }

  /// A fingerprint of a range of a file's bytes; nil where they are not all there.
  static func fingerprint(_ descriptor: Int32, _ range: Range<Int64>) -> Digest? {
    var bytes = [UInt8](repeating: 0, count: range.count)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, Int(range.lowerBound)) }
    guard count == bytes.count else { return nil }
    return digest(bytes)
  }

  private static func digest(_ bytes: [UInt8]) -> Digest {
    var digester = Digester()
    digester.add(bytes.span)
    return digester.digest()
  }

  private static func unpackedHead(_ descriptor: Int32, _ length: Int64) -> Digest? {
    var (packed, head) = ([UInt8](repeating: 0, count: 64 << 10), [UInt8]())
    let count = packed.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { return nil }
    try? SourceDecoder().feed(packed.span.extracting(0..<count)) { text in
      for index in 0..<min(text.count, Int(length) - head.count) { head.append(text[index]) }
    }
    return head.count == Int(length) ? digest(head) : nil
  }
}
