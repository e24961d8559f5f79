/// What the user says about inputs that they do not say themselves.
public struct IngestOptions: Sendable {
  /// `--node`
  public var node: String?
  /// `--cluster`
  public var cluster: String?
  /// `--at`, microseconds since 1970 UTC.
  public var at: Int64?
  /// `--year`
  public var year: Int?
  /// `--live` is true, `--recorded` false, nil lets the evidence decide.
  public var isLive: Bool?
  /// `--as`, nil to find out.
  public var form: SourceForm?
  /// The command whose output the input is, where kubelog started it.
  public var command: CommandRun?
  /// Whether the values of secrets are kept, sealed; `--no-secrets` is false.
  public var keepsValues = true

  /// Nothing said.
  public init() {}
}

/// What one input brought: a part of the summary of `ingest`.
public struct SourceSummary: Sendable, Equatable {
  /// The input's path, `-` for standard input.
  public var path: String
  /// What it was taken for.
  public var format: String
  /// Bytes read.
  public var bytes: Int
  /// Lines read.
  public var lines: Int
  /// Occurrences of events found.
  public var events: Int
  /// Those that the store did not have.
  public var newEvents: Int
  /// Sessions found.
  public var sessions: Int
  /// Different secrets found.
  public var secrets: Int
  /// Whether anything in it shows a known problem.
  public var showsProblems: Bool
  /// Lines too long to be read whole.
  public var truncatedLines: Int
  /// Lines that were not UTF-8.
  public var badUTF8Lines: Int
  /// The rules whose patterns gave up at PCRE2's limits, each with how often: those lines were not decided.
  public var ruleLimits: [String]
  /// The lines that nobody knew, by their shape, the most frequent first.
  public var unknown: [UnknownShape]
  /// What is to be said about the values of secrets: sentences without any secret.
  public var notes: [String]
}

/// What happens while an input is read, for who shows it.
public enum IngestProgress: Sendable {
  /// Something was found.
  case found(Batch)
  /// So much of an input of so many bytes was read.
  case read(bytes: Int, of: Int64?)
  /// Nothing came for a moment.
  case quiet
}

extension Kubelog {
  /// How long a stream is waited for before what came is committed, milliseconds.
  private static let patience: Int32 = 50
  /// How much is read at once: as much as a pipe holds, many times over.
  private static let chunk = 256 << 10
  /// The most bytes that a pipe holds (`fs.pipe-max-size`).
  private static let largestPipe = 1 << 20
  /// How many occurrences are handed to the thread that stores at once, and how many events it writes in one transaction, where
  /// much comes.
  private static let (handSize, batchSize) = (512, 2_048)
  /// How long what was found may wait for more before it is handed on, and before it is committed, where little comes without
  /// a pause; microseconds.
  private static let (handTime, commitTime): (Int64, Int64) = (20_000, 50_000)

  /// Reads one input into the store. What it brought is committed when this returns, and before whenever nothing comes.
  ///
  /// Ends before the input does where `isOver` says so; what a pipe holds by then is still read. Throws ``Input/Failure`` and
  /// ``StoreError``; what was committed stays.
  public func ingest(
    _ path: String, _ options: IngestOptions = IngestOptions(), progress: (IngestProgress) -> Void = { _ in },
    until isOver: () -> Bool = { false }
  ) throws -> SourceSummary {
    try ingest(Input(path), options, progress: progress, until: isOver)
  }

  /// As ``ingest(_:_:progress:until:)`` for an input that was opened already.
  func ingest(
    _ input: consuming Input, _ options: IngestOptions, progress: (IngestProgress) -> Void,
    until isOver: () -> Bool = { false }
  ) throws -> SourceSummary {
    let writer = try Writer(
      store: storePath, source: input.path, cluster: options.cluster, sealing: sealing,
      keepsValues: options.keepsValues, waiting: patience)
    var (pending, committed, showsProblems) = (0, presentMicroseconds(), false)
    let storing = WorkThread()
    let read: Reading
    do {
      read = try self.read(input, options, foldsRepeats: true) { batch, isQuiet in
        showsProblems = showsProblems || batch.showsProblem
        try storing.take {
          try writer.write(batch)
          pending += batch.events.count
          let now = presentMicroseconds()
          guard isQuiet || pending >= Self.batchSize || now - committed >= Self.commitTime else { return }
          try writer.commit()
          (pending, committed) = (0, now)
        }
        if !batch.isEmpty { progress(.found(batch)) }
      } progress: {
        progress($0)
      } until: {
        isOver()
      }
    } catch {
      // Whatever became of reading, what it brought is stored.
      try storing.finish()
      throw error
    }
    try storing.finish()
    try writer.finish(
      format: read.format, bytes: read.lines.bytes, lines: read.lines.lines,
      truncatedLines: read.lines.truncatedLines, badUTF8Lines: read.lines.badUTF8Lines,
      letters: read.letters, unknown: read.unknown)
    if let failure = read.failure { throw failure }
    return SourceSummary(
      path: input.path, format: read.format, bytes: read.lines.bytes, lines: read.lines.lines,
      events: writer.tally.events, newEvents: writer.tally.newEvents, sessions: writer.tally.sessions,
      secrets: writer.tally.secrets, showsProblems: showsProblems, truncatedLines: read.lines.truncatedLines,
      badUTF8Lines: read.lines.badUTF8Lines, ruleLimits: read.limits, unknown: read.unknown,
      notes: try writer.notes())
  }

  /// Reads one input without a store and gives what it finds as it finds it. Throws ``Input/Failure``.
  public func parse(
    _ path: String, _ options: IngestOptions = IngestOptions(), found: (ParsedEvent) throws -> Void
  ) throws {
    let input = try Input(path)
    var sessions: [Int: String] = [:]
    let source = input.path
    let read = try read(input, options, foldsRepeats: false) { batch, _ in
      for event in batch.events {
        try found(ParsedEvent(event, source: source, cluster: options.cluster, sessions: &sessions))
      }
    } progress: { _ in
    } until: {
      false
    }
    if let failure = read.failure { throw failure }
  }

  /// What reading an input came to.
  private struct Reading {
    var lines: LineSplitter
    var format: String
    /// Rules at whose limits PCRE2 gave up, each with how often.
    var limits: [String]
    /// Lines that nobody knew.
    var unknown: [UnknownShape]
    /// klog lines by their letter.
    var letters: KlogLetters
    /// Why it was not read to its end; what came before stays.
    var failure: Input.Failure?
  }

  private func read(
    _ input: borrowing Input, _ options: IngestOptions, foldsRepeats: Bool,
    sink: (Batch, _ isQuiet: Bool) throws -> Void,
    progress: (IngestProgress) -> Void, until isOver: () -> Bool
  ) throws -> Reading {
    var liveness: ClockOptions.Liveness =
      switch options.isLive {
      case true?: .live
      case false?: .recorded
      case nil: input.isStream ? .undecided : .recorded
      }
    var pipeEnd = PipeEnd(of: input)
    if liveness == .undecided { liveness = .init(pipeEnd.look()) }
    var parser = try Parser(
      SourceOptions(
        node: options.node,
        clock: ClockOptions(
          year: options.year, zone: zone, at: options.at, modified: input.modified, liveness: liveness, now: now),
        form: options.form, foldsRepeats: foldsRepeats),
      rules: try Self.ruleBook())
    if let command = options.command { parser.begin(command) }
    var lines = LineSplitter()
    let decoder = SourceDecoder()
    var failure: Input.Failure?
    var buffer = [UInt8](repeating: 0, count: Self.chunk)
    var mayLearnZone = !isZoneGiven
    var handedOn = presentMicroseconds()
    func decide(_ verdict: PipeVerdict) {
      liveness = .init(verdict)
      parser.decide(liveness)
    }
    // What is still read of a pipe once reading is to end: as much as one may hold.
    var rest = input.isStream ? Self.largestPipe : 0
    reading: while true {
      let ends = isOver()
      if ends, rest <= 0 { break reading }
      switch try input.read(into: &buffer, waiting: ends ? 0 : Self.patience) {
      case .bytes(let count):
        if ends { rest -= count }
        if input.isStream {
          let arrival = input.arrival
          if liveness == .undecided, lines.bytes == 0 { decide(pipeEnd.look()) }
          parser.received(bytes: count, endsInLine: buffer[count - 1] != 0x0A, at: arrival)
        }
        do {
          try decoder.feed(buffer.span.extracting(0..<count)) { text in
            if mayLearnZone, let zone = ZoneEvidence.seconds(in: text) { parser.learnZone(zone) }
            mayLearnZone = mayLearnZone && text.first(0x0A, in: 0..<text.count) == nil
            let isPlain = isPlain(text)
            parser.expect(text, isPlain: isPlain, holdsPart: lines.holdsPartialLine)
            lines.feed(
              text, isPlain: isPlain, passOver: { parser.passOver($0, from: $1, isASCII: $2) },
              { parser.take($0, at: $1) })
            // What is packed may hold a thousand times as much: it is handed on piece by piece.
            let now = presentMicroseconds()
            if parser.found >= Self.handSize || now - handedOn >= Self.handTime {
              try sink(parser.drain(isQuiet: false), false)
              handedOn = now
            }
          }
        } catch let refusal as SourceDecoder.Refusal {
          failure = .init(refusal, input.path)
          break reading
        }
        progress(.read(bytes: lines.bytes, of: input.size))
      case .quiet:
        if ends { break reading }
        if liveness == .undecided, lines.bytes == 0 { decide(pipeEnd.lookWhileWaiting()) }
        try sink(parser.drain(), true)
        progress(.quiet)
      case .end: break reading
      }
    }
    do {
      if failure == nil, !isOver() {
        try decoder.finish { text in lines.feed(text) { parser.take($0, at: $1) } }
      }
    } catch let refusal as SourceDecoder.Refusal {
      failure = .init(refusal, input.path)
    }
    lines.finish { parser.take($0, at: $1, isWhole: false) }
    if let ending = input.ending { parser.end(status: Int(ending.status), at: ending.moment) }
    parser.finish()
    try sink(parser.drain(), true)
    if failure == nil, !isOver(), !parser.isAsSaid, let form = options.form {
      failure = .notAsSaid(input.path, form: form.rawValue)
    }
    return Reading(
      lines: lines, format: parser.format, limits: parser.ruleLimits.map { "\($0.rule) (\($0.count))" },
      unknown: parser.unknown, letters: parser.letters, failure: failure)
  }
}

extension ClockOptions.Liveness {
  fileprivate init(_ verdict: PipeVerdict) {
    self =
      switch verdict {
      case .live: .live
      case .recorded: .recorded
      case .undecided: .undecided
      }
  }
}

extension Input.Failure {
  init(_ refusal: SourceDecoder.Refusal, _ path: String) {
    self =
      switch refusal {
      case .packed(let form, let command): .packed(path, form: form, command: command)
      case .damaged: .damaged(path)
      }
  }
}

/// An event as `kubelog parse` prints it.
public struct ParsedEvent: Sendable {
  /// The event.
  public let event: Event
  /// The path of its source.
  public let source: String
  /// `--cluster`
  public let cluster: String?
  /// The id of its session within this input, nil outside of sessions.
  public let session: String?

  init(_ event: Event, source: String, cluster: String?, sessions: inout [Int: String]) {
    (self.event, self.source, self.cluster) = (event, source, cluster)
    guard case .inRun(let run, let digest) = event.identity else {
      session = nil
      return
    }
    if event.kind == "kubeadm.session.started" {
      var digester = Digester(after: digest)
      digester.add(Int64(run))
      sessions[run] = String(digester.digest().hex.prefix(16))
    }
    session = sessions[run]
  }
}
