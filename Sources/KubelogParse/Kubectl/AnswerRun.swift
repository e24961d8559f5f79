internal import KubelogScan

/// The run of the lines that kubectl printed without saying when, as text or as documents.
struct AnswerRun {
  private(set) var run: Run?
  private var startTime: EventTime?
  /// How often a line stood under the current date: two alike are two events.
  private var underDate: (moment: Int64, seen: [Digest: Int]) = (0, [:])

  /// The most lines of one date that are told apart from their like.
  private static let mostSeen = 20_000

  /// Whether a line was passed that no time tells of.
  var isOpen: Bool { run != nil }

  /// Goes on by a line, unless a time tells when that was printed.
  mutating func pass(_ line: Bytes, _ body: Range<Int>, _ record: Record, _ out: inout Output) {
    guard Self.moment(record, out) == nil else { return }
    if run == nil {
      run = out.beginRun()
      startTime = out.clock.unstamped
    }
    run?.pass(line, body, isWhole: out.isWhole)
  }

  /// Tells the store the lines so far, and whether the run is over.
  mutating func tell(isOver: Bool, _ out: inout Output) {
    guard var told = run else { return }
    out.tell(&told, node: nil, time: startTime, isOver: isOver)
    run = isOver ? nil : told
  }

  /// When a line was printed, where a `date` or a stamped envelope says so; nil for lines known only by their run.
  static func moment(_ record: Record, _ out: Output) -> Int64? {
    let time = record.time ?? (out.clock.isLive ? nil : out.clock.unstamped)
    return time.flatMap { $0.source <= .derived ? $0.microseconds : nil }
  }

  /// What makes the event of this line itself: its moment and its words, else its place in the run; `part` tells several
  /// events of one line apart.
  mutating func identity(
    _ kind: String, _ line: Bytes, _ body: Range<Int>, _ record: Record, _ out: Output, part: String = ""
  ) -> Identity {
    guard let moment = Self.moment(record, out) else {
      return run?.identity(kind, part) ?? .dated(Digester().digest())
    }
    var digester = Digester()
    digester.add(kind)
    digester.add(moment)
    digester.addWithoutSecrets(line, in: body)
    if !part.isEmpty { digester.add(part) }
    let digest = digester.digest()
    guard record.time == nil else { return .dated(digest) }
    if underDate.moment != moment { underDate = (moment, [:]) }
    let before = underDate.seen[digest, default: 0]
    if underDate.seen.count < Self.mostSeen || before > 0 { underDate.seen[digest] = before + 1 }
    if before > 0 { digester.add(Int64(before)) }
    return .dated(digester.digest())
  }
}
