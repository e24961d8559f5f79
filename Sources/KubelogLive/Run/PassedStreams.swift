internal import Glibc

/// What another process of this program passes on, as the process that records it reads it: chunks with the moment at which
/// they came. See ``RecordQueue``.
final class PassedStreams {
  /// When the last chunk came, microseconds since 1970 UTC.
  private(set) var arrival: Int64 = 0
  /// How the command ended, once it has; nil where there was none, or nobody is left to say.
  private(set) var ending: (status: Int32, moment: Int64)?
  private let pipe: Int32
  /// Whether two streams share it: then their lines are given whole, so that they do not mix.
  private let areTwo: Bool
  private var begun: [[UInt8]] = [[], []]
  private var isOver = false

  /// The most of a line that waits for its end, bytes.
  private static let longest = 64 << 10

  init(pipe: Int32, areTwo: Bool) { (self.pipe, self.areTwo) = (pipe, areTwo) }

  /// As ``Input/read(into:waiting:)``.
  func read(into buffer: inout [UInt8], waiting milliseconds: Int32) -> Input.Chunk {
    var (left, since) = (milliseconds, Ticks.milliseconds)
    while !isOver {
      var poll = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
      let ready = Glibc.poll(&poll, 1, left)
      if ready == 0 || (ready < 0 && errno == EINTR) { return .quiet }
      guard let (frame, chunk) = next() else { break }
      switch frame.kind {
      case .bytes(let stream):
        arrival = frame.moment
        if let count = give(chunk, stream, &buffer) { return .bytes(count) }
      case .end(let status):
        ending = status.map { ($0, frame.moment) }
        isOver = true
      }
      // A part of a line is no end of the quiet.
      let now = Ticks.milliseconds
      if milliseconds >= 0 { (left, since) = (max(0, left - Int32(clamping: now - since)), now) }
    }
    isOver = true
    for stream in begun.indices where !begun[stream].isEmpty {
      var rest = begun[stream]
      if stream == 0, !begun[1].isEmpty { rest.append(0x0A) }
      begun[stream] = []
      buffer.replaceSubrange(..<rest.count, with: rest)
      return .bytes(rest.count)
    }
    return .end
  }

  /// Copies what can be read of a stream; nil where that is nothing yet.
  private func give(_ chunk: [UInt8], _ stream: Int, _ buffer: inout [UInt8]) -> Int? {
    guard areTwo else {
      buffer.replaceSubrange(..<chunk.count, with: chunk)
      return chunk.count
    }
    let end = chunk.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let isLong = begun[stream].count + chunk.count - end > Self.longest
    let taken = isLong ? chunk.count : end
    guard taken > 0 else {
      begun[stream] += chunk
      return nil
    }
    let whole = begun[stream] + chunk[..<taken]
    begun[stream] = Array(chunk[taken...])
    buffer.replaceSubrange(..<whole.count, with: whole)
    return whole.count
  }

  /// The next frame with its bytes; nil where the other process is gone.
  private func next() -> (Frame, [UInt8])? {
    guard let head = bytes(Frame.length) else { return nil }
    let (frame, count) = Frame.read(head)
    guard let chunk = bytes(count) else { return nil }
    return (frame, chunk)
  }

  private func bytes(_ count: Int) -> [UInt8]? {
    var (bytes, have) = ([UInt8](repeating: 0, count: count), 0)
    while have < count {
      let got = bytes.withUnsafeMutableBytes { Glibc.read(pipe, $0.baseAddress?.advanced(by: have), count - have) }
      if got < 0, errno == EINTR { continue }
      if got <= 0 { return nil }
      have += got
    }
    return bytes
  }
}

/// A clock that only measures.
enum Ticks {
  /// Since some moment in the past; nobody sets this one.
  static var milliseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
