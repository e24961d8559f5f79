internal import Glibc

/// A log that is read while it is written, through its rotations: by renaming it and by copying and truncating it.
///
/// What is read is one stream. Where the log is rotated the old file is read to its end before the new one begins; what was
/// rotated in between comes in its turn.
public final class FollowedFile {
  /// What reading it on brought.
  public enum Step: Equatable, Sendable {
    /// So many bytes, in the buffer that was given.
    case bytes(Int)
    /// Nothing more for now.
    case end
    /// The file is over; what comes next is of another.
    case next
    /// What was being read was copied before it was emptied: the copy goes on at the same place.
    case copied
    /// There is no file of that name yet.
    case missing
  }

  /// The absolute path of the log.
  public let path: String
  /// When the file that is being read had been modified last as it was read, microseconds since 1970 UTC.
  public private(set) var modified: Int64 = 0
  /// How many of its bytes were read.
  public private(set) var offset: Int64 = 0

  private let watch: Watch
  private var descriptor: Int32 = -1
  private var opened: Rotated?
  /// The last files that were opened.
  private var read: [Rotated] = []
  private var token: Watch.Token?
  /// The watch over the new file at the path, in which nothing is yet.
  private var nextToken: Watch.Token?
  /// Files that are read before the log itself, each from an offset on.
  private var queue: [(file: Rotated, offset: Int64, mark: FileMark?)] = []
  /// When the file that was read before was modified last, microseconds since 1970 UTC; nil where none was, or it is gone.
  private var before: Int64?
  /// Whether it is the log itself that was opened, and nothing was read of it yet.
  private var isUntouched = false
  /// The last bytes that were read, to see whether others stand there now.
  private var recent: [UInt8] = []
  /// What the file that was read last is known by; nil where it is nowhere any more.
  public private(set) var closed: FileMark?

  /// The log at `path`, which may not be there yet.
  public init(_ path: String, watch: Watch) {
    self.path = Self.absolute(path)
    self.watch = watch
    watchFolders()
  }

  deinit {
    shut()
    if let nextToken { watch.end(nextToken) }
  }

  /// Whether there is nothing to read at first.
  public var isEmptyOrMissing: Bool { queue.isEmpty && (Rotated(path)?.size ?? 0) == 0 }

  /// When the file that is read first was last modified, microseconds since 1970 UTC; nil where there is none yet.
  public var modifiedFirst: Int64? { queue.first?.file.modified ?? Rotated(path)?.modified }

  private func watchFolders() {
    watch.watch(folder: Rotated.split(path).folder)
    // A name that is only a link: the file is rotated where it lies.
    if let real = realpath(path, nil) {
      let target = String(cString: real)
      free(real)
      if target != path { watch.watch(folder: Rotated.split(target).folder) }
    }
  }

  // MARK: Resuming

  /// Finds the files of `marks`, the oldest first, and reads them again from their beginnings, then what came after them.
  ///
  /// Gives the first of them that is read again: from there on all were found. Nil where the last was not; then what was
  /// modified since is read, and the log itself.
  public func resume(_ marks: [FileMark]) -> Int? {
    let files = Rotated.all(of: realPath)
    var (taken, again, first): ([Rotated], [(Rotated, Int64, FileMark?)], Int?) = ([], [], nil)
    for (index, mark) in marks.enumerated().reversed() {
      // The very file before a copy of it.
      let holding = files.filter { file in !taken.contains { $0.inode == file.inode } && file.holds(mark) }
      guard let file = holding.first(where: { $0.isSame(mark) }) ?? holding.first else { break }
      taken.insert(file, at: 0)
      again.insert((file, 0, mark), at: 0)
      first = index
    }
    guard let last = marks.last else { return nil }
    let moment = taken.last?.modified ?? last.modified
    before = moment
    queue = again + after(moment, files, besides: taken).map { ($0, 0, nil) }
    return first
  }

  private var realPath: String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Files that were written after `moment`, the log itself left out, and what is only a copy of it or of what is `taken`: that
  /// one was not emptied yet.
  private func after(_ moment: Int64, _ files: [Rotated], besides taken: [Rotated]) -> [Rotated] {
    let log = Rotated(path)
    // What was taken may have another name by now.
    let originals = files.filter { file in taken.contains { $0.inode == file.inode } } + (log.map { [$0] } ?? [])
    return files.filter { file in
      file.modified > moment && !(taken + originals).contains { $0.inode == file.inode }
        && !originals.contains { file.isCopy(of: $0) }
    }
  }

  // MARK: Reading

  /// Reads what is there into `buffer`. Throws ``Input/Failure`` where the log cannot be read.
  public func read(into buffer: inout [UInt8]) throws(Input.Failure) -> Step {
    if descriptor < 0 {
      guard let isThere = try open() else { return .next }
      guard isThere else { return .missing }
    }
    if !isUnchanged { return truncated() }
    let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, Int(offset)) }
    if count < 0 {
      if errno == EINTR || errno == EAGAIN { return .end }
      throw .unreadable(path, reason: String(cString: strerror(errno)))
    }
    guard count > 0 else { return atEnd() }
    if isUntouched {
      isUntouched = false
      if let before, isOvertaken(buffer[..<count], since: before) { return .copied }
    }
    var status = stat()
    if fstat(descriptor, &status) == 0 { modified = Rotated(path, status).modified }
    offset += Int64(count)
    recent = Array((recent + buffer[max(0, count - 64)..<count]).suffix(64))
    return .bytes(count)
  }

  /// Whether what stands before the offset is still what was read.
  private var isUnchanged: Bool {
    guard !recent.isEmpty else { return true }
    var now = [UInt8](repeating: 0, count: recent.count)
    let count = now.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress, $0.count, Int(offset) - recent.count)
    }
    return count == now.count && now == recent
  }

  /// Whether the log was rotated once more between the end of the file before it and its opening, so that `piece`, with which
  /// it begins now, is not what comes next: then what comes next is queued.
  private func isOvertaken(_ piece: ArraySlice<UInt8>, since moment: Int64) -> Bool {
    let files = after(moment, Rotated.all(of: realPath), besides: read)
    var status = stat()
    guard !files.isEmpty, fstat(descriptor, &status) == 0 else { return false }
    // What begins likewise and holds no more is only being copied.
    let between = files.filter { $0.size > status.st_size || !$0.begins(with: piece) }
    guard !between.isEmpty else { return false }
    queue = between.map { ($0, 0, nil) }
    read.removeLast()
    if let token { watch.end(token) }
    close(descriptor)
    (descriptor, token) = (-1, nil)
    return true
  }

  /// Opens the next file; false where there is none, nil where that which was to come is gone.
  private func open() throws(Input.Failure) -> Bool? {
    while true {
      let first = queue.first
      let wasQueued = first != nil
      var (next, start, expected) = (path, Int64(0), Int64?.none)
      if let (file, offset, mark) = first {
        queue.removeFirst()
        start = offset
        // It may have been rotated since it was found.
        let present = Rotated(file.path)
        let isThere = mark.map { present?.holds($0) ?? false } ?? (present?.inode == file.inode)
        if isThere {
          (next, expected) = (file.path, present?.inode)
        } else if let other = Rotated.all(of: realPath).last(where: { other in
          mark.map { other.holds($0) } ?? (other.inode == file.inode)
        }) {
          (next, expected) = (other.path, other.inode)
        } else if mark != nil {
          // It is gone: what was to be read of it again is over.
          closed = nil
          return nil
        } else {
          continue
        }
      }
      let file = Glibc.open(next, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      if file < 0 {
        let code = errno
        // It was rotated just now: its new name is looked for.
        if let first, code == ENOENT { queue.insert(first, at: 0) }
        if wasQueued { continue }
        if code == ENOENT || code == ENOTDIR { return false }
        throw .unreadable(path, reason: String(cString: strerror(code)))
      }
      var status = stat()
      guard fstat(file, &status) == 0 else {
        let code = errno
        close(file)
        throw .unreadable(path, reason: String(cString: strerror(code)))
      }
      if let first, let expected, Int64(bitPattern: UInt64(status.st_ino)) != expected {
        close(file)
        queue.insert(first, at: 0)
        continue
      }
      guard status.st_mode & S_IFMT == S_IFREG else {
        close(file)
        if wasQueued { continue }
        throw status.st_mode & S_IFMT == S_IFDIR ? .folder(path) : .unreadable(path, reason: "it is no ordinary file")
      }
      let known = Rotated(next, status)
      (descriptor, opened, modified, offset, recent) = (file, known, known.modified, start, [])
      read = read.suffix(15) + [known]
      isUntouched = !wasQueued
      token = watch.watch(file: file)
      // Of one file there is one watch.
      if let nextToken, nextToken != token { watch.end(nextToken) }
      nextToken = nil
      watchFolders()
      return true
    }
  }

  /// The end of the file was reached: whether that is all, or another goes on.
  private func atEnd() -> Step {
    guard let opened else { return .end }
    var status = stat()
    if !queue.isEmpty {
      if fstat(descriptor, &status) == 0 { before = Rotated(opened.path, status).modified }
      shut()
      return .next
    }
    // As long as nothing is in the new file, whoever writes may still have the old one open.
    guard let log = Rotated(path), log.inode != opened.inode || log.device != opened.device else { return .end }
    guard log.size > 0 || awaits() else { return .end }
    guard fstat(descriptor, &status) == 0, status.st_size <= offset else { return .end }
    let old = Rotated(opened.path, status)
    before = old.modified
    queue = after(old.modified, Rotated.all(of: realPath), besides: [old]).map { ($0, 0, nil) }
    shut()
    return .next
  }

  /// Watches the new file, in which nothing is yet; whether something is by now.
  private func awaits() -> Bool {
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return false }
    defer { close(file) }
    let next = watch.watch(file: file)
    if let nextToken, nextToken != next { watch.end(nextToken) }
    nextToken = next
    return (Rotated(path)?.size ?? 0) > 0
  }

  /// The file does not hold any more what was read of it: it was copied before, or its content is gone.
  private func truncated() -> Step {
    guard let opened else { return .end }
    let (size, read) = (offset, recent)
    let copies = Rotated.all(of: realPath).filter { copy in
      guard copy.inode != opened.inode, copy.size >= size, !copy.path.hasSuffix(".gz") else { return false }
      let file = Glibc.open(copy.path, O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { return false }
      defer { close(file) }
      var bytes = [UInt8](repeating: 0, count: read.count)
      let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, Int(size) - read.count) }
      return count == read.count && bytes == read
    }
    // What the file holds now is no part of what was read.
    shut()
    closed = nil
    before = copies.last?.modified
    if let copy = copies.last {
      // The rest of the old content, then what was copied after it.
      if queue.isEmpty {
        queue = after(copy.modified, Rotated.all(of: realPath), besides: copies).map { ($0, 0, nil) }
      }
      if copy.size > size {
        queue.insert((copy, size, nil), at: 0)
        return .copied
      }
      let file = Glibc.open(copy.path, O_RDONLY | O_CLOEXEC)
      if file >= 0 {
        closed = copy.mark(file, bytes: size)
        close(file)
      }
    }
    return .next
  }

  private func shut() {
    guard descriptor >= 0 else { return }
    if let token { watch.end(token) }
    closed = opened?.mark(descriptor, bytes: offset)
    close(descriptor)
    (descriptor, token) = (-1, nil)
  }

  /// Whether `other` is the log's file, or one that it was before and that was read or is to be.
  public func reads(_ other: String) -> Bool {
    guard let file = Rotated(other) else { return false }
    return (read + queue.map(\.file)).contains { $0.device == file.device && $0.inode == file.inode }
  }

  // MARK: Marks

  /// What the file that is open is known by when `bytes` of it are done with; nil where it changed meanwhile.
  public func mark(bytes: Int64) -> FileMark? {
    guard let opened, descriptor >= 0, isUnchanged else { return nil }
    return opened.mark(descriptor, bytes: bytes)
  }

  /// The folder's real path and the name in it: a name that is a link stays, as it may be set to another file.
  public static func absolute(_ path: String) -> String {
    let (folder, name) = Rotated.split(path)
    guard let real = realpath(folder.isEmpty ? "/" : folder, nil) else { return path }
    defer { free(real) }
    let whole = String(cString: real)
    return whole == "/" ? "/\(name)" : "\(whole)/\(name)"
  }
}
