internal import Glibc
public import KubelogScan

/// Standard output for bytes that are passed through: small pieces are gathered, large ones go straight on.
public struct OutputBytes {
  /// Why nothing more can be written.
  public enum Failure: Error, Equatable {
    /// Nobody reads it any more.
    case closed
    /// Writing failed.
    case unwritable(reason: String)

    /// One sentence that names the thing and the way out.
    public var sentence: String {
      switch self {
      case .closed: "nobody reads the output any more"
      case .unwritable(let reason): "cannot write the output: \(reason); make room or write it elsewhere"
      }
    }

    /// The exit status that README.md lists.
    public var exitStatus: Int32 { 74 }
  }

  private var gathered: [UInt8] = []
  private static let enough = 64 << 10

  /// Standard output.
  public init() {}

  /// Writes `bytes`, at the latest with the next ``flush()``.
  public mutating func write(_ bytes: Bytes) throws(Failure) {
    if bytes.count >= Self.enough {
      try flush()
      return try bytes.withUnsafeBufferPointer { (buffer) throws(Failure) in try Self.send(buffer) }
    }
    gathered.append(bytes)
    if gathered.count >= Self.enough { try flush() }
  }

  /// Writes what was gathered.
  public mutating func flush() throws(Failure) {
    defer { gathered.removeAll(keepingCapacity: true) }
    try gathered.span.withUnsafeBufferPointer { (buffer) throws(Failure) in try Self.send(buffer) }
  }

  private static func send(_ buffer: UnsafeBufferPointer<UInt8>) throws(Failure) {
    if let failure = failure(of: buffer, to: STDOUT_FILENO) { throw failure }
  }

  /// Why not all of `buffer` could be written, nil where it was.
  static func failure(of buffer: UnsafeBufferPointer<UInt8>, to descriptor: Int32) -> Failure? {
    var sent = 0
    while sent < buffer.count {
      let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = Glibc.poll(&poll, 1, -1)
        continue
      }
      if count < 0 { return errno == EPIPE ? .closed : .unwritable(reason: String(cString: strerror(errno))) }
      sent += count
    }
    return nil
  }
}
