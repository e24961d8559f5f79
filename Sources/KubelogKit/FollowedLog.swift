/// A log that is followed into the store through its rotations.
final class FollowedLog {
  let path: String
  private let file: FollowedFile
  private let source: GrowingSource
  private let options: IngestOptions
  private var decoder = SourceDecoder()
  /// Parts that are read again, the one that is being read first, and how much of its text is still to come.
  private var again: [PositionPart.File] = []
  private var leftAgain = 0
  /// Files that are over and are read again after the next start, and what is being read.
  private var over: [PositionPart] = []
  private var before: SourceCounts
  private var openedAt: Int64?
  private var isCaughtUp = false
  private var keptAt: Int64 = 0
  private var isPositionKept = true
  private var saidMissing = false
  private var failure: Input.Failure?
  /// Whether the log has ended for good: it is packed, so that nobody writes to it.
  private(set) var isOver = false

  /// How much text before the position is read again, bytes: at least so much where there is so much, and in any case all of
  /// the file. Fewer than ``mostParts`` files.
  private static let enough = 64 << 20
  private static let mostParts = 16
  /// How long a position may wait beside which nothing was found, microseconds.
  private static let longPatience: Int64 = 1_000_000

  /// The log at `path`. Throws ``StoreError``, ``RuleError``, ``Input/Failure``.
  init(
    _ path: String, _ kubelog: Kubelog, _ options: IngestOptions, watch: Watch, note: (String) -> Void
  ) throws {
    file = FollowedFile(path, watch: watch)
    self.path = file.path
    self.options = options
    let writer = try Writer(
      store: kubelog.storePath, source: file.path, cluster: options.cluster, sealing: kubelog.sealing,
      keepsValues: options.keepsValues, waiting: kubelog.patience)
    let position = try writer.position()
    let files = position.compactMap(\.file)
    let first = files.isEmpty ? nil : file.resume(files.map(\.mark))
    if let first { again = Array(files[first...]) }
    if first == nil, let last = files.last, last.bytes > 0 {
      note(
        "'\(path)' is not what it was when reading stopped, and what it was is not beside it: the rest of that is lost")
    }
    let isFresh = first == nil && file.isEmptyOrMissing
    let liveness: ClockOptions.Liveness =
      isFresh && options.isLive != false ? options.isLive == true ? .live : .undecided : .recorded
    source = try GrowingSource(
      file.path, kubelog, options, modified: again.first?.openedAt ?? file.modifiedFirst, liveness: liveness,
      writer: writer, position: position, from: first)
    before = source.counts
    isCaughtUp = isFresh
    if let next = again.first { try begin(again: next) }
  }

  private func begin(again part: PositionPart.File?) throws {
    leftAgain = Int(part?.textBytes ?? 0)
    openedAt = part?.openedAt
    try source.read(again: leftAgain > 0)
    guard let part else { return }
    // When each line of it came is not known any more; in the store it stands as it was known then.
    source.came(0, endsInLine: false, by: part.modifiedAt)
    if leftAgain == 0 { again.removeFirst() }
  }

  /// Whether the file at `path` is the one that is being read, under another name.
  func reads(_ path: String) -> Bool { file.reads(path) }

  // MARK: Reading

  /// Reads what is there, a piece at most; false where there is nothing, or too much waits for a locked store. Throws
  /// ``StoreError``.
  func read(into buffer: inout [UInt8], now: Int64, note: (String) -> Void) throws -> Bool {
    guard !isOver, !isLocked || !source.isFull else { return false }
    let step: FollowedFile.Step
    do throws(Input.Failure) {
      step = try file.read(into: &buffer)
      failure = nil
    } catch {
      if error != failure { note(error.sentence) }
      failure = error
      return false
    }
    switch step {
    case .bytes(let count):
      if openedAt == nil {
        openedAt = isCaughtUp ? now : file.modified
        if isCaughtUp { source.begin(at: now) }
      }
      try take(buffer.span.extracting(0..<count), now, note)
      return true
    case .next:
      try endFile(now, note)
      return true
    case .copied: return true
    case .missing:
      if !saidMissing { note("there is no file '\(path)' yet: waiting for it") }
      saidMissing = true
      catchUp()
      return false
    case .end:
      // Nobody writes to what is packed.
      if path.hasSuffix(".gz") {
        finishDecoding(now, note)
        isOver = true
      }
      catchUp()
      return false
    }
  }

  /// All that was there is read: what comes from now on comes as it is written.
  private func catchUp() {
    guard !isCaughtUp else { return }
    isCaughtUp = true
    if options.isLive == true { source.becomeLive() }
  }

  private func take(_ bytes: Bytes, _ now: Int64, _ note: (String) -> Void) throws {
    do {
      try decoder.feed(bytes) { text in
        var start = 0
        if leftAgain > 0 {
          start = min(leftAgain, text.count)
          source.take(text.extracting(0..<start), now: now)
          leftAgain -= start
          if leftAgain == 0 {
            try source.read(again: false)
            again.removeFirst()
          }
        }
        guard start < text.count else { return }
        source.came(bytes.count, endsInLine: text[text.count - 1] != 0x0A, by: isCaughtUp ? now : file.modified)
        source.take(text.extracting(start..<text.count), now: now)
        isPositionKept = false
      }
    } catch let refusal as SourceDecoder.Refusal {
      note(Input.Failure(refusal, path).sentence)
      isOver = true
    }
  }

  private func finishDecoding(_ now: Int64, _ note: (String) -> Void) {
    do {
      try decoder.finish { text in source.take(text, now: now) }
    } catch {
      note(Input.Failure.damaged(path).sentence)
    }
    source.endLine()
  }

  /// The file is over, another comes.
  private func endFile(_ now: Int64, _ note: (String) -> Void) throws {
    finishDecoding(now, note)
    if let mark = file.closed {
      over.append(PositionPart(before: before, zone: source.zone, file: part(mark)))
    } else {
      // It is nowhere any more to be read again.
      over = []
    }
    (before, openedAt, decoder) = (source.counts, nil, SourceDecoder())
    isPositionKept = false
    guard !again.isEmpty else { return }
    if leftAgain > 0 { again.removeFirst() }
    try begin(again: again.first)
  }

  // MARK: Keeping

  /// When what was found is to be committed at the latest, microseconds since 1970 UTC; nil where nothing waits.
  var dueAt: Int64? {
    source.dueAt ?? (isPositionKept ? nil : keptAt + Self.longPatience)
  }

  /// Whether what was found waits for a store that is locked for long.
  var isLocked: Bool { source.lockedAt != nil }

  /// Commits what is due; `isQuiet` where nothing more comes for now. Throws ``StoreError``.
  func keepWhatIsDue(isQuiet: Bool, now: Int64, progress: (IngestProgress) -> Void) throws {
    guard let dueAt, dueAt <= now || source.isFull && !isLocked else { return }
    // Where more comes at once, what has no clock of its own may still find one.
    let isWhole = isQuiet || source.isFull
    guard isWhole || source.unkept.bytes >= 1 << 20 || isCaughtUp else { return }
    let kept = try source.keep(
      isQuiet: isWhole || isCaughtUp, mayWait: now < keptAt + Self.longPatience, position: { position },
      progress: progress)
    if kept { (keptAt, isPositionKept) = (now, isWhole || isCaughtUp) }
  }

  /// Ends reading. Throws ``StoreError``.
  func finish() throws -> SourceSummary { try source.finish { position } }

  /// How far the log was read; nil where that cannot be told now, or is told already.
  private var position: [PositionPart]? {
    guard again.isEmpty else { return nil }
    let (counts, textBytes) = (source.counts, source.counts.bytes - before.bytes)
    var parts = over
    if textBytes > 0 || over.isEmpty {
      // Of a line that is not whole the beginning is read again.
      let partial = source.lines.bytes - source.lines.wholeBytes
      guard let mark = file.mark(bytes: decoder.isPlain ? file.offset - Int64(partial) : file.offset) else {
        return nil
      }
      parts.append(PositionPart(before: before, zone: source.zone, file: part(mark)))
    }
    var sizes = parts.map { Int($0.file?.textBytes ?? 0) }
    while parts.count > 1, parts.count > Self.mostParts || sizes.dropFirst().reduce(0, +) >= Self.enough {
      parts.removeFirst()
      sizes.removeFirst()
      if !over.isEmpty { over.removeFirst() }
    }
    return parts + [PositionPart(before: counts, zone: source.zone)]
  }

  private func part(_ mark: FileMark) -> PositionPart.File {
    PositionPart.File(
      device: mark.device, inode: mark.inode, bytes: mark.bytes, textBytes: Int64(source.counts.bytes - before.bytes),
      openedAt: openedAt ?? mark.modified, modifiedAt: mark.modified, head: mark.head, headBytes: mark.headBytes,
      tail: mark.tail)
  }
}

extension PositionPart.File {
  fileprivate var mark: FileMark {
    FileMark(
      device: device, inode: inode, bytes: bytes, modified: modifiedAt, head: head, headBytes: headBytes, tail: tail)
  }
}
