internal import Glibc

/// What was passed on and is still to be recorded: a bounded queue before the pipe to the process that records.
///
/// Nothing here waits. What does not fit is left out from a line's beginning to a line's beginning, and counted.
struct RecordQueue {
  /// How much may wait, bytes.
  private static let most = 8 << 20
  /// How long bytes may stay unread so that they need not be left out.
  enum Patience {
    /// So many milliseconds altogether: a command is held up no longer, however slow its recording is.
    case altogether(Int64)
    /// As long as something is taken, and so many milliseconds without: what is copied may come as slowly as it is read.
    case untilStuck(Int64)
  }

  /// Bytes that are not recorded.
  private(set) var lost = 0
  /// Whether anybody takes what waits.
  private(set) var isTaken = true
  private let pipe: Int32
  private let patience: Patience
  /// How long bytes stayed unread, milliseconds, and since when they do now.
  private var held: (before: Int64, since: Int64?) = (0, nil)
  private var bytes: [UInt8] = []
  private var sent = 0
  /// When something was taken last, or nothing waited, by ``Ticks``.
  private(set) var lastTaken = Ticks.milliseconds
  private var streams = [Stream(), Stream()]

  /// How a stream goes on.
  private struct Stream {
    /// Bytes were left out, and the beginning of a line was not found yet.
    var isCut = false
    var endsInLine = false
  }

  /// A queue before the writing end of `pipe`, nil where nobody records.
  init(pipe: Int32?, patience: Patience) {
    self.pipe = pipe ?? -1
    self.patience = patience
    isTaken = pipe != nil
    if let pipe { _ = fcntl(pipe, F_SETFL, O_NONBLOCK) }
  }

  /// Whether something waits to be written to the pipe.
  var isWaiting: Bool { isTaken && sent < bytes.count }

  /// The pipe, for who waits until it takes more; -1 where it need not.
  var waitsFor: Int32 { isWaiting ? pipe : -1 }

  /// How long the next bytes are not to be read, milliseconds, so that they need not be left out; nil where they may be:
  /// there is room, or whoever records is stuck or gone, and a command is not held up for that.
  mutating func holdsUp() -> Int64? {
    let now = Ticks.milliseconds
    guard isTaken, isFull else {
      if let since = held.since { held = (held.before + now - since, nil) }
      return nil
    }
    let since = held.since ?? now
    held.since = since
    let left =
      switch patience {
      case .altogether(let most): most - held.before - (now - since)
      case .untilStuck(let most): most - (now - lastTaken)
      }
    return left > 0 ? left : nil
  }

  private var isFull: Bool { bytes.count - sent >= Self.most }

  /// Adds what came from a stream (0 or 1) at a moment, microseconds since 1970 UTC.
  mutating func add(_ chunk: ArraySlice<UInt8>, stream: Int, at moment: Int64) {
    guard isTaken, !isFull else {
      lost += chunk.count
      streams[stream].isCut = true
      return
    }
    var chunk = chunk
    if streams[stream].isCut {
      guard let end = chunk.firstIndex(of: 0x0A) else {
        lost += chunk.count
        return
      }
      lost += end + 1 - chunk.startIndex
      chunk = chunk[(end + 1)...]
      streams[stream].isCut = false
      // What was there of the line before ends here.
      if streams[stream].endsInLine { put(Frame(kind: .bytes(stream: stream), moment: moment), [0x0A]) }
      streams[stream].endsInLine = false
    }
    guard let last = chunk.last else { return }
    streams[stream].endsInLine = last != 0x0A
    put(Frame(kind: .bytes(stream: stream), moment: moment), chunk)
  }

  /// Adds the end, with the command's exit status where there was a command.
  mutating func end(status: Int32?, at moment: Int64) {
    guard isTaken else { return }
    put(Frame(kind: .end(status: status), moment: moment), [])
  }

  private mutating func put(_ frame: Frame, _ chunk: ArraySlice<UInt8>) {
    if !isWaiting { lastTaken = Ticks.milliseconds }
    frame.write(count: chunk.count, to: &bytes)
    bytes += chunk
  }

  /// Writes to the pipe what it takes now.
  mutating func flush() {
    while isWaiting {
      let count = bytes[sent...].withUnsafeBytes { Glibc.write(pipe, $0.baseAddress, min($0.count, 1 << 16)) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { break }
      if count <= 0 { return isGone() }
      (sent, lastTaken) = (sent + count, Ticks.milliseconds)
    }
    if sent == bytes.count {
      bytes.removeAll(keepingCapacity: bytes.capacity < 1 << 20)
      sent = 0
    } else if sent > Self.most / 2 {
      bytes.removeSubrange(..<sent)
      sent = 0
    }
  }

  /// Nobody takes anything any more: what waits is lost.
  mutating func isGone() {
    guard isTaken else { return }
    lost += bytes.count - sent
    (isTaken, bytes, sent) = (false, [], 0)
  }
}

/// The head of what goes through the pipe to the process that records.
struct Frame: Equatable {
  /// What follows.
  enum Kind: Equatable {
    /// Bytes of a stream.
    case bytes(stream: Int)
    /// The end; a command's exit status, nil where there was no command.
    case end(status: Int32?)
  }

  var kind: Kind
  /// When it came, microseconds since 1970 UTC.
  var moment: Int64

  /// Its length, bytes.
  static let length = 16
  private static let (ended, endedWithStatus): (UInt8, UInt8) = (0xFE, 0xFF)

  init(kind: Kind, moment: Int64) { (self.kind, self.moment) = (kind, moment) }

  /// Writes the head of `count` bytes: kind, status, count, moment.
  func write(count: Int, to bytes: inout [UInt8]) {
    let (kind, value): (UInt8, UInt32) =
      switch kind {
      case .bytes(let stream): (UInt8(stream), UInt32(count))
      case .end(let status): status.map { (Self.endedWithStatus, UInt32(bitPattern: $0)) } ?? (Self.ended, 0)
      }
    bytes += [kind, 0, 0, 0]
    for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: UInt64(bitPattern: moment) >> UInt64(shift)))
    }
  }

  /// Reads a head, with the count of what follows.
  static func read(_ bytes: [UInt8]) -> (frame: Frame, count: Int) {
    func number(_ range: Range<Int>) -> UInt64 { range.reversed().reduce(0) { $0 << 8 | UInt64(bytes[$1]) } }
    let value = UInt32(number(4..<8))
    let moment = Int64(bitPattern: number(8..<16))
    return switch bytes[0] {
    case ended: (Frame(kind: .end(status: nil), moment: moment), 0)
    case endedWithStatus: (Frame(kind: .end(status: Int32(bitPattern: value)), moment: moment), 0)
    default: (Frame(kind: .bytes(stream: Int(bytes[0])), moment: moment), Int(value))
    }
  }
}
