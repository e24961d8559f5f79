extension Kubelog {
  /// How much is read at once.
  private static let piece = 256 << 10
  /// The most files of folders that are followed at once.
  private static let mostFiles = 256

  /// What is said where the store is locked for longer than is waited for, and reading goes on.
  var lockedSentence: String {
    "the store at \(storePath) is locked by another program: what comes meanwhile is kept as soon as it is free"
  }

  /// Follows logs into the store: what is there, and what is written to them, until `isOver` says so.
  ///
  /// What was found is committed within a tenth of a second where no more comes at once, and with it how far each log was
  /// read: there the next call goes on. Logs are followed through rotations. One that is not there is waited for; in folders
  /// new files are taken up. A store that another program keeps locked is waited for however long that takes, once reading
  /// began; what was read by then and is not kept has a bound. `isOver` is asked after each round and told whether all that
  /// was there is read. `note` gets sentences for people. Throws ``StoreError``, ``Input/Failure``; what was committed stays.
  public func follow(
    _ paths: [String], _ options: IngestOptions = IngestOptions(), note: (String) -> Void = { _ in },
    progress: (IngestProgress) -> Void = { _ in }, until isOver: (_ isQuiet: Bool) throws -> Bool
  ) throws -> [SourceSummary] {
    let watch = Watch()
    var logs: [FollowedLog] = []
    var known: Set<String> = []
    var ended: [SourceSummary] = []
    var (saidPolling, saidLocked) = (false, false)
    // Whether a file that came while the others were followed was not taken up yet, since the store was locked.
    var (isFollowing, isOneLeft) = (false, false)
    func add(_ path: String) throws {
      let log = try FollowedLog(path, self, options, watch: watch, note: note)
      if known.insert(log.path).inserted { logs.append(log) }
    }
    func look(into folders: [String]) throws {
      for folder in folders {
        for below in Folder.folders(below: folder) { watch.watch(folder: below) }
        for file in Folder.logs(below: folder) where !known.contains(file) {
          if logs.contains(where: { $0.reads(file) }) { continue }
          guard logs.count < Self.mostFiles else {
            if known.insert(file).inserted {
              note("\(Self.mostFiles) files are followed, '\(file)' is not: name those to follow")
            }
            continue
          }
          do {
            try add(file)
          } catch StoreError.busy where isFollowing {
            isOneLeft = true
          }
        }
      }
    }
    let folders = paths.filter { Folder.isFolder($0) }.map { FollowedFile.absolute($0 + "/.") }.map {
      String($0.dropLast(2))
    }
    for path in paths where !Folder.isFolder(path) { try add(path) }
    try look(into: folders)
    var buffer = [UInt8](repeating: 0, count: Self.piece)
    isFollowing = true
    while true {
      var isQuiet = true
      for log in logs {
        var now = presentMicroseconds()
        let isMore = try log.read(into: &buffer, now: now, note: note)
        isQuiet = isQuiet && !isMore
        now = presentMicroseconds()
        try log.keepWhatIsDue(isQuiet: !isMore, now: now, progress: progress)
      }
      for log in logs where log.isOver { ended.append(try log.finish()) }
      logs.removeAll(where: \.isOver)
      if logs.isEmpty, folders.isEmpty { break }
      if let reason = watch.pollsBecause, !saidPolling {
        note("\(reason): files are looked at 20 times a second instead")
        saidPolling = true
      }
      let isLocked = isOneLeft || logs.contains(where: \.isLocked)
      if isLocked, !saidLocked { note(lockedSentence) }
      saidLocked = isLocked
      if try isOver(isQuiet) { break }
      guard isQuiet else { continue }
      progress(.quiet)
      var due = logs.compactMap(\.dueAt).min().map { max(0, $0 - presentMicroseconds()) / 1000 + 1 }
      if isOneLeft { due = min(due ?? .max, 100) }
      let change = watch.wait(milliseconds: due.map { Int32(min($0, 60_000)) } ?? -1)
      if change.isOfNames || isOneLeft, !folders.isEmpty {
        isOneLeft = false
        try look(into: folders)
      }
    }
    return try ended + logs.map { try $0.finish() }
  }

  /// Reads `units` of this machine's journal into the store through journalctl: from where that went before, else from
  /// `since` as journalctl takes it, else from the first entry; with `follows` also what is logged from now on.
  ///
  /// What was found is committed as ``follow(_:_:note:progress:until:)`` does, and with it the cursor. Throws
  /// ``StoreError``, ``Journalctl/Failure``; what was committed stays.
  public func ingestJournal(
    units: [String], since: String? = nil, follows: Bool, _ options: IngestOptions = IngestOptions(),
    note: (String) -> Void = { _ in }, progress: (IngestProgress) -> Void = { _ in },
    until isOver: (_ isQuiet: Bool) throws -> Bool
  ) throws -> SourceSummary {
    let journal = try FollowedJournal(units: units, since: since, follows: follows, self, options, note: note)
    var buffer = [UInt8](repeating: 0, count: Self.piece)
    do {
      try journal.read(into: &buffer, note: note, progress: progress, until: isOver)
    } catch let failure as Journalctl.Failure {
      // What came before stays.
      _ = try journal.finish()
      throw failure
    }
    if journal.isEmpty, !follows {
      note(
        "the journal shows this user nothing of \(units.joined(separator: ", ")): name other units with --unit, or see whether "
          + "it may read the system's entries (group systemd-journal)")
    }
    return try journal.finish()
  }
}
