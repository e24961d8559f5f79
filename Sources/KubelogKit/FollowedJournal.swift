/// Units of this machine's journal, read into the store from where that went before.
final class FollowedJournal {
  private let kubelog: Kubelog
  private let source: GrowingSource
  private let machine: String
  private let reader: Journalctl
  /// A line that is not whole.
  private var partial: [UInt8] = []
  /// The last entry that is kept already, as long as it did not come.
  private var kept: PositionPart.Entry?
  /// The last entry that was read.
  private var last: PositionPart.Entry?
  /// Entries to begin at next time, the oldest first.
  private var marks: [PositionPart] = []
  private var keptAt: Int64 = 0
  private var isPositionKept = true

  /// How many entries before the position are read again, at least: as long as a session of kubeadm is waited for
  /// (`SessionMachine.patience`).
  private static let enough = 20_000
  private static let longPatience: Int64 = 1_000_000

  /// Throws ``StoreError``, ``RuleError``, ``Journalctl/Failure``.
  init(
    units: [String], since: String?, follows: Bool, _ kubelog: Kubelog, _ options: IngestOptions,
    note: (String) -> Void
  ) throws {
    self.kubelog = kubelog
    machine = machineID
    let path = "journal:\(units.joined(separator: ","))"
    let writer = try Writer(
      store: kubelog.storePath, source: path, cluster: options.cluster, sealing: kubelog.sealing,
      keepsValues: options.keepsValues, waiting: kubelog.patience)
    var position = try writer.position()
    if position.last?.entry?.machine != machine || position.first?.entry == nil { position = [] }
    kept = position.last?.entry
    marks = position.dropLast()
    last = kept
    reader = try Journalctl(units: units, since: since, cursor: position.first?.entry?.cursor, follows: follows)
    if let kept, since != nil {
      note(
        "reading goes on after \(localTime(kept.moment, kubelog.localZone)), where it stopped; --since is for the first time, "
          + "for older entries: journalctl -o json --since … | kubelog ingest --recorded")
    }
    // Every entry is stamped in full.
    var kubelog = kubelog
    kubelog.isZoneGiven = true
    source = try GrowingSource(
      path, kubelog, options, modified: nil, liveness: .recorded, writer: writer, position: position,
      from: position.isEmpty ? nil : 0)
    try source.read(again: kept != nil)
  }

  /// Whether nothing was ever read of it.
  var isEmpty: Bool { last == nil }

  /// Reads until it ends or `isOver` says so. Throws as ``init`` does.
  func read(
    into buffer: inout [UInt8], note: (String) -> Void, progress: (IngestProgress) -> Void,
    until isOver: (Bool) throws -> Bool
  ) throws {
    var (isQuiet, saidComplaint, saidLocked) = (false, false, false)
    while try !isOver(isQuiet) {
      let (now, isLocked) = (presentMicroseconds(), source.lockedAt != nil)
      if isLocked, !saidLocked { note(kubelog.lockedSentence) }
      saidLocked = isLocked
      let wait = min(max(0, (dueAt ?? .max) - now), 1_000_000) / 1000 + 1
      switch try reader.read(into: &buffer, waiting: Int32(wait), onlyWaits: isLocked && source.isFull) {
      case .bytes(let count):
        isQuiet = false
        try take(buffer.span.extracting(0..<count), now)
      case .quiet:
        isQuiet = true
        progress(.quiet)
        if let complaint = reader.complaint, !saidComplaint {
          note(complaint.sentence)
          saidComplaint = true
        }
      case .end: return
      }
      guard let dueAt, dueAt <= presentMicroseconds() || source.isFull && !isLocked else { continue }
      let done = try source.keep(
        isQuiet: true, mayWait: now < keptAt + Self.longPatience, position: { position }, progress: progress)
      if done { (keptAt, isPositionKept) = (now, true) }
    }
  }

  private var dueAt: Int64? {
    source.dueAt ?? (isPositionKept ? nil : keptAt + Self.longPatience)
  }

  /// Ends reading. Throws ``StoreError``.
  func finish() throws -> SourceSummary {
    reader.end()
    return try source.finish { position }
  }

  // MARK: Entries

  private func take(_ bytes: Bytes, _ now: Int64) throws {
    guard let end = lastLineEnd(bytes) else {
      partial.append(bytes)
      return
    }
    var whole: [UInt8] = []
    swap(&whole, &partial)
    whole.append(bytes.extracting(0..<end + 1))
    partial.append(bytes.extracting(end + 1..<bytes.count))
    try takeLines(whole.span, now)
  }

  private func lastLineEnd(_ bytes: Bytes) -> Int? { (0..<bytes.count).last { bytes[$0] == 0x0A } }

  /// Takes whole lines.
  private func takeLines(_ lines: Bytes, _ now: Int64) throws {
    var start = 0
    // What is kept already goes entry by entry, to see where it ends.
    while kept != nil, start < lines.count {
      let end = (lines.first(0x0A, in: start..<lines.count) ?? lines.count - 1) + 1
      let line = lines.extracting(start..<end)
      let entry = entry(line)
      if let entry, let kept, entry.cursor != kept.cursor, entry.moment > kept.moment {
        // The last that was kept is gone from the journal.
        try source.read(again: false)
        self.kept = nil
        break
      }
      source.take(line, now: now)
      start = end
      if let entry, entry.cursor == kept?.cursor {
        try source.read(again: false)
        kept = nil
      }
    }
    guard start < lines.count else { return }
    let rest = lines.extracting(start..<lines.count)
    let (before, first) = (source.counts, (rest.first(0x0A, in: 0..<rest.count) ?? rest.count - 1) + 1)
    if before.lines >= (marks.last?.before.lines ?? -Self.enough) + Self.enough / 2,
      let entry = entry(rest.extracting(0..<first))
    {
      marks.append(PositionPart(before: before, entry: entry))
      while marks.count > 1, marks[1].before.lines + Self.enough <= before.lines { marks.removeFirst() }
    }
    let lastLine = (lastLineEnd(rest.extracting(0..<rest.count - 1)) ?? -1) + 1
    last = entry(rest.extracting(lastLine..<rest.count)) ?? last
    source.take(rest, now: now)
    isPositionKept = false
  }

  /// How far the journal was read; nil where that cannot be told now.
  private var position: [PositionPart]? {
    guard kept == nil, let last, !marks.isEmpty else { return nil }
    return marks + [PositionPart(before: source.counts, entry: last)]
  }

  /// Cursor and moment of an entry in JSON.
  private func entry(_ line: Bytes) -> PositionPart.Entry? {
    guard let cursor = text(of: "\"__CURSOR\"", in: line),
      let moment = text(of: "\"__REALTIME_TIMESTAMP\"", in: line).flatMap({ Int64($0) })
    else { return nil }
    return PositionPart.Entry(machine: machine, cursor: cursor, moment: moment)
  }

  /// The text after a key. In a message its quotation marks would be escaped, so that it stands nowhere else.
  private func text(of key: StaticString, in line: Bytes) -> String? {
    guard let place = line.first(key, in: 0..<line.count),
      let open = line.first(0x22, in: place + key.utf8CodeUnitCount..<line.count),
      let close = line.first(0x22, in: open + 1..<line.count)
    else { return nil }
    return line.text(open + 1..<close)
  }
}
