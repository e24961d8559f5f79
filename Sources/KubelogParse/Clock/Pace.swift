/// Tells a stream that is being written from one that was: kubeadm pauses, `cat` does not.
struct Pace {
  private var first: Int64?
  private var last: Int64 = 0
  private var bytes = 0

  /// The shortest pause that nobody who copies a file makes, microseconds.
  private static let pause: Int64 = 300_000
  /// The most bytes a second that kubeadm writes, even with `-v=10`.
  private static let liveRate = 50_000

  /// Whether the last chunk was full blocks and ended within a line.
  ///
  /// C's library writes blocks of 4096 bytes into a pipe, Python 8192; a pipe that is full holds 65536.
  private var endedInBlock = false
  /// Whether a filter holds back what it reads until a block is full: then arrival is late by nobody knows how much.
  private var isGathered = false

  mutating func isLive(afterChunkOf count: Int, endsInLine: Bool = false, at moment: Int64) -> Bool {
    if endedInBlock, moment - last >= Self.pause { isGathered = true }
    endedInBlock = endsInLine && count % 4096 == 0 && count < 65_536
    defer {
      last = moment
      bytes += count
    }
    guard let first else {
      first = moment
      return false
    }
    let elapsed = moment - first
    return !isGathered && moment - last >= Self.pause && Int64(bytes) * 1_000_000 < Int64(Self.liveRate) * elapsed
  }
}
