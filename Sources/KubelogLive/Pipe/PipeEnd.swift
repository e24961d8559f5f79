/// The other end of the pipe that an input is: who writes there tells whether it is written now.
///
/// `kubeadm … | kubelog ingest` is over in a second, too short for the pace of its bytes to prove anything, and really
/// live; `cat old.log | kubelog ingest` is not.
public struct PipeEnd {
  private let pipe: (inode: Int, reader: Int)?
  private var looksLeft = 4

  /// The end of `input`; an input that is no pipe has none.
  public init(of input: borrowing Input) { pipe = input.pipe }

  /// Looks who is there now.
  ///
  /// One look may be too early, before a shell has started the command, and another too late, when that is over: look
  /// when reading begins, when nothing comes yet, and when the first bytes came, as long as it is undecided. After a few
  /// looks it stays so.
  public mutating func look() -> PipeVerdict {
    guard let pipe, looksLeft > 0 else { return .undecided }
    looksLeft -= 1
    return ProcessFolder.scene(of: pipe.inode, readBy: pipe.reader)?.verdict ?? .undecided
  }
}
