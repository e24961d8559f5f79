internal import Glibc

/// Where bytes come from and where they are passed on to, as they come and at once.
struct Route {
  /// What became of a write.
  enum Outcome { case passed, closed, failed(String) }

  let source: Int32
  let target: Int32
  /// Its number, 0 for standard output, 1 for standard error.
  let stream: Int
  /// Whether more may come.
  var isOpen = true
  /// How much is still to be read that was there when whoever wrote it ended, bytes.
  private(set) var owed = 0
  /// Whether anybody takes what comes.
  private(set) var isTaken = true
  /// What the target has not taken yet: nothing is read while there is some.
  private var pending: ArraySlice<UInt8> = []
  /// Files take everything; pipes and terminals take a piece when they say so, so that a reader that does not read holds up
  /// nothing but the output.
  private let takesAll: Bool

  /// As much as a pipe surely takes that says it takes something, bytes.
  private static let piece = 4096
  private static let chunk = 64 << 10

  init(from source: Int32, to target: Int32, stream: Int) {
    (self.source, self.target, self.stream) = (source, target, stream)
    var status = stat()
    let kind = fstat(target, &status) == 0 ? status.st_mode & S_IFMT : 0
    takesAll = kind == S_IFREG || (kind == S_IFCHR && isatty(target) == 0)
  }

  /// Whether something waits for the target.
  var isWaiting: Bool { !pending.isEmpty }

  /// Reads what is there; nil where nothing is, and where the source has ended (then ``isOpen`` is false).
  mutating func read(_ buffer: inout [UInt8]) -> ArraySlice<UInt8>? {
    let count = buffer.withUnsafeMutableBytes { Glibc.read(source, $0.baseAddress, min($0.count, Self.chunk)) }
    if count > 0 {
      owed -= count
      return buffer[..<count]
    }
    // EIO: nobody has the command's terminal open any more.
    if count == 0 || (errno != EINTR && errno != EAGAIN) { isOpen = false }
    return nil
  }

  /// Whoever wrote has ended: what is there now is the last of it.
  mutating func writerIsGone() {
    var count: Int32 = 0
    if isOpen, ioctl(source, UInt(FIONREAD), &count) == 0 { owed = Int(count) }
  }

  /// Passes on bytes as far as the target takes them; the rest waits.
  mutating func pass(_ bytes: ArraySlice<UInt8>) -> Outcome {
    guard isTaken else { return .passed }
    pending = bytes
    return flush()
  }

  /// Passes on what waits.
  mutating func flush() -> Outcome {
    while !pending.isEmpty {
      if !takesAll, !isReady { break }
      let count = pending.withUnsafeBytes {
        write(target, $0.baseAddress, takesAll ? $0.count : min($0.count, Self.piece))
      }
      if count < 0, errno == EINTR || errno == EAGAIN { break }
      if count < 0 {
        let code = errno
        pending = []
        // A full disk may have room for what comes next, as without kubelog.
        guard code == EPIPE else { return .failed(String(cString: strerror(code))) }
        isTaken = false
        return .closed
      }
      pending = pending.dropFirst(count)
    }
    // What is read next overwrites the buffer that a slice may share.
    if !pending.isEmpty { pending = ArraySlice(Array(pending)) } else { pending = [] }
    return .passed
  }

  private var isReady: Bool {
    var poll = pollfd(fd: target, events: Int16(POLLOUT), revents: 0)
    return Glibc.poll(&poll, 1, 0) > 0
  }
}
