internal import KubelogScan

/// A stretch of one input whose lines have no clock of their own: they are known by what stands before them.
///
/// The chain goes through every line that is not blank, without carriage returns and blanks at the end, so that a
/// transcript is the same run from a pipe, from a log and with other line ends.
struct Run: Equatable {
  /// The runs of an input are numbered in the order they begin.
  let number: Int
  private(set) var chain: Digest
  /// A fingerprint of all lines up to each, for those since the store was last told.
  private(set) var untold: [Int64] = []
  private var isEmpty = true

  init(number: Int) {
    self.number = number
    chain = Digester().digest()
  }

  /// Goes on by one line.
  ///
  /// `isWhole` is false for a last line without its line end: the input may have been cut there, so that it is no proof of
  /// being another run.
  mutating func pass(_ line: Bytes, _ body: Range<Int>, isWhole: Bool) {
    var digester = Digester(after: chain)
    digester.addWithoutSecrets(line, in: body)
    chain = digester.digest()
    if isWhole || isEmpty { untold.append(Int64(bitPattern: chain.high)) }
    isEmpty = false
  }

  /// The lines that were not told yet; from now on they are.
  mutating func tell() -> [Int64] {
    defer { untold = [] }
    return untold
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
  /// Whether that line had its line end.
  var isWhole = true
  /// `--node`: what the input does not say itself.
  let givenNode: String?
  /// Hosts, programs and the like by number.
  var names = Names()
  /// What nobody knew.
  var unknown = UnknownLines()
  /// Names that were found to stand before lines.
  var prefixes: Set<Name> = []
  /// Whether lines that are no prompts carry stamps: then a stamp before a prompt is theirs, and maybe no clock at all.
  var hasStampedLines = false
  /// The last line with a prompt that showed a clock.
  var promptLine = 0
  /// The rules that tell why something failed.
  let rules: RuleSet
  /// Whether what a batch tells already is only counted.
  let foldsRepeats: Bool
  /// How many batches were taken.
  private(set) var batches = 0
  private var runs = 0
  /// The first event of the batch that nothing has limited yet.
  private var firstUnlimited = 0

  init(clock: SourceClock, givenNode: String?, rules: RuleSet, foldsRepeats: Bool = false) {
    self.foldsRepeats = foldsRepeats
    self.clock = clock
    self.givenNode = givenNode
    self.rules = rules
  }

  /// Tells the store the lines of a run, and where it ends.
  mutating func tell(_ run: inout Run, node: String?, typed: Typing? = nil, time: EventTime?, isOver: Bool) {
    let lines = run.tell()
    guard !lines.isEmpty || isOver else { return }
    batch.runs.append(
      RunLines(
        run: run.number, lines: lines, node: node, typed: typed, time: time, isOver: isOver, events: batch.events.count)
    )
  }

  /// What was found so far and carries no clock of its own happened by `moment`, microseconds since 1970 UTC.
  mutating func limit(to moment: Int64) {
    for index in firstUnlimited..<batch.events.count { batch.events[index].time.end(by: moment) }
    firstUnlimited = batch.events.count
  }

  /// The input proved to be live: what carried its arrival as a bound really happened then.
  mutating func provedLive() {
    batch.provedLive = true
    for index in batch.events.indices { batch.events[index].time = batch.events[index].time.provedLive }
    for index in batch.runs.indices { batch.runs[index].time = batch.runs[index].time?.provedLive }
  }

  /// `date` printed a moment, to the second: what stands above it had happened by then, what follows has not yet.
  mutating func passDate(_ civil: CivilTime, zoneSeconds: Int?) {
    let moment = clock.moment(of: civil, zoneSeconds: zoneSeconds)
    limit(to: moment + 999_999)
    clock.passDate(moment)
  }

  /// A recording of a terminal ended at `moment`, to the second.
  mutating func recordingEnded(at moment: Int64) {
    limit(to: moment + 999_999)
    clock.recordingEnded(at: moment)
  }

  /// Whether something that is still to come may narrow down the times of the batch.
  var hasOpenTimes: Bool { batch.events[firstUnlimited...].contains { $0.time.isOpen } }

  /// Takes the batch; what comes is another.
  mutating func takeBatch() -> Batch {
    defer { (batch, firstUnlimited, batches) = (Batch(), 0, batches + 1) }
    return batch
  }

  /// The host that a record's envelopes name.
  func host(of record: Record) -> String? { record.host.map { names.text($0) } }

  /// Begins a run.
  mutating func beginRun() -> Run {
    defer { runs += 1 }
    return Run(number: runs)
  }
}
