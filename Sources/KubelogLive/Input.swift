internal import Glibc
internal import KubelogScan

/// An input that is read as it comes: a file, or standard input that may still be written.
public struct Input: ~Copyable {
  /// Why an input could not be read.
  public enum Failure: Error, Equatable {
    /// It does not exist.
    case missing(String)
    /// It is a folder.
    case folder(String)
    /// It may not be read, or reading failed.
    case unreadable(String, reason: String)
    /// It is in a form that another program unpacks: what that is, and the command up to the path.
    case packed(String, form: String, command: String)
    /// Its packed data is cut or damaged; what came before was read.
    case damaged(String)
    /// It is not what `--as` says.
    case notAsSaid(String, form: String)

    /// One sentence that names the thing and the way out.
    public var sentence: String {
      switch self {
      case .missing(let path): "there is no file '\(path)': give a path, or - for standard input"
      case .folder(let path):
        "'\(path)' is a folder, which only ingest reads: name the files in it, for example \(path)/*.log"
      case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
      case .packed("-", let form, let command):
        "standard input is \(form), which kubelog does not read itself: put \(command.split(separator: " ")[0]) before it in the pipe"
      case .packed(let path, let form, let command):
        "'\(path)' is \(form), which kubelog does not read itself: \(command) '\(path)' | kubelog ingest --recorded"
      case .damaged(let path):
        "the gzip data of '\(path)' is cut or damaged: what came before was read, get the whole file for the rest"
      case .notAsSaid(let path, let form):
        "'\(path)' is not \(form): leave --as out to let kubelog find out what it is"
      }
    }

    /// The exit status that README.md lists.
    public var exitStatus: Int32 {
      switch self {
      case .missing, .folder: 66
      case .packed, .damaged, .notAsSaid: 65
      case .unreadable: 74
      }
    }
  }

  /// What a read brought.
  public enum Chunk: Sendable, Equatable {
    /// So many bytes, in the buffer that was given.
    case bytes(Int)
    /// Nothing came within the time that was waited.
    case quiet
    /// There is no more.
    case end
  }

  /// The absolute path, `-` for standard input.
  public let path: String
  /// The time of its last modification, microseconds since 1970 UTC; nil for what is no file.
  public let modified: Int64?
  /// Its size in bytes, nil for what is no file.
  public let size: Int64?
  let descriptor: Int32
  /// What another process of this program passes on; nil where the descriptor is read.
  private let passed: PassedStreams?
  /// The pipe that it comes from, and the process that reads that; nil for what is no pipe.
  let pipe: (inode: Int, reader: Int)?

  /// Opens `path`; `-` is standard input, also when that is a file. Throws ``Failure``.
  public init(_ path: String) throws(Failure) {
    let opened = try Self.open(path)
    (descriptor, modified, size) = opened
    passed = nil
    pipe = ProcessFolder.pipe(descriptor).map { ($0, Int(getpid())) }
    self.path = path == "-" ? "-" : Self.absolute(path)
  }

  /// Standard input as it is in the process that passes it on.
  struct Origin {
    var modified: Int64?
    var pipe: (inode: Int, reader: Int)?

    init() {
      var status = stat()
      if fstat(STDIN_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1000
      }
      pipe = ProcessFolder.pipe(STDIN_FILENO).map { ($0, Int(getpid())) }
    }
  }

  /// What another process passes on as the input `path`, from `origin` where that is not its own.
  init(_ passed: PassedStreams, path: String, origin: Origin? = nil) {
    (self.passed, self.path, descriptor) = (passed, path, STDIN_FILENO)
    (modified, size, pipe) = (origin?.modified, nil, origin?.pipe)
  }

  private static func open(_ path: String) throws(Failure) -> (Int32, modified: Int64?, size: Int64?) {
    let descriptor = path == "-" ? STDIN_FILENO : Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      throw code == ENOENT || code == ENOTDIR ? .missing(path) : .unreadable(path, reason: reason(code))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(path, reason: reason(errno)) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      if descriptor != STDIN_FILENO { close(descriptor) }
      throw .folder(path)
    case S_IFREG:
      return (
        descriptor, Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1000,
        Int64(status.st_size)
      )
    default: return (descriptor, nil, nil)
    }
  }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

  /// Whether bytes may still be on their way.
  public var isStream: Bool { modified == nil }

  /// When the last bytes came, microseconds since 1970 UTC.
  public var arrival: Int64 { passed?.arrival ?? presentMicroseconds() }

  /// How the command ended that wrote the input, and when; nil where none did, or it has not ended yet.
  public var ending: (status: Int32, moment: Int64)? { passed?.ending }

  /// Reads what is there into `buffer`, waiting at most `milliseconds` for the first byte. Throws ``Failure``.
  public func read(into buffer: inout [UInt8], waiting milliseconds: Int32) throws(Failure) -> Chunk {
    if let passed { return passed.read(into: &buffer, waiting: milliseconds) }
    if isStream {
      var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = Glibc.poll(&poll, 1, milliseconds)
      if ready == 0 { return .quiet }
      if ready < 0, errno == EINTR { return .quiet }
    }
    let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
    if count > 0 { return .bytes(count) }
    if count == 0 { return .end }
    if errno == EINTR || errno == EAGAIN { return .quiet }
    throw .unreadable(path, reason: Self.reason(errno))
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

  private static func absolute(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
