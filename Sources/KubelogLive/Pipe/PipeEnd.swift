/// The other end of the pipe that an input is: who writes there tells whether it is written now.
///
/// `kubeadm … | kubelog ingest` is over in a second, too short for the pace of its bytes to prove anything, and really
/// live; `cat old.log | kubelog ingest` is not.
public struct PipeEnd {
  private let pipe: (inode: Int, reader: Int)?
  private var waits = 0

  /// The end of `input`; an input that is no pipe has none.
  public init(of input: borrowing Input) { pipe = input.pipe }

  /// Looks who is there now: when reading begins, and when the first bytes came.
  ///
  /// One look may be too early, before a shell has started the command, and another too late, when that is over: between
  /// the two see ``lookWhileWaiting()``.
  public func look() -> PipeVerdict {
    guard let pipe else { return .undecided }
    return ProcessFolder.scene(of: pipe.inode, readBy: pipe.reader)?.verdict ?? .undecided
  }

  /// Looks again while nothing comes, less and less often: at the first, second, fourth, eighth… time that it is asked.
  public mutating func lookWhileWaiting() -> PipeVerdict {
    waits += 1
    return waits & (waits - 1) == 0 ? look() : .undecided
  }
}
