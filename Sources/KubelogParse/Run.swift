internal import KubelogScan

/// A stretch of one input whose lines have no clock of their own: they are known by what stands before them.
///
/// The chain goes through every line that is not blank, without carriage returns and blanks at the end, so that a
/// transcript is the same run from a pipe, from a log and with other line ends.
struct Run: Equatable {
  /// The runs of an input are numbered in the order they begin.
  let number: Int
  private(set) var chain: Digest

  init(number: Int) {
    self.number = number
    chain = Digester().digest()
  }

  /// Goes on by one line.
  mutating func pass(_ line: Bytes, _ body: Range<Int>) {
    var digester = Digester(after: chain)
    digester.add(line, in: body)
    chain = digester.digest()
  }

  /// The identity of an event at this place; `part` tells several events of one line apart.
  func identity(_ kind: String, _ part: String = "") -> Identity {
    var digester = Digester(after: chain)
    digester.add(kind)
    digester.add(part)
    return .inRun(run: number, digester.digest())
  }
}

/// Where the parts of the parser put what they found, with what they need to date and place it.
struct Output {
  var batch = Batch()
  var clock: SourceClock
  /// The line that is being looked at.
  var position = LinePosition()
  /// `--node`: what the input does not say itself.
  let givenNode: String?
  private var runs = 0

  init(clock: SourceClock, givenNode: String?) {
    self.clock = clock
    self.givenNode = givenNode
  }

  /// Begins a run.
  mutating func beginRun() -> Run {
    defer { runs += 1 }
    return Run(number: runs)
  }
}
