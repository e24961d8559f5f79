internal import KubelogScan

/// Gives runs their public ids.
struct RunNames {
  /// A run of many that are all the same, and the number that its name has among them.
  private typealias Numbered = (run: Int64, digester: Digester)
  /// Of many runs that are all the same the one behind all others, and the one that was named last, by the name of the first.
  private var numbered: [Digest: (last: Numbered, recent: Numbered)] = [:]
  /// The name that a run was given, what it was called without a number, and the name with the number before.
  private struct Given {
    var name: Digest
    var before: Digest?
    var digest: Digest
  }

  private var given: [Int64: Given] = [:]
  private static let mostGiven = 16_384
  /// When runs begin by their events, microseconds since 1970 UTC, nil for those without a dated one: to look for it each
  /// time would go over all events of a run that has none.
  private var beginnings: [Int64: Int64?] = [:]
  private static let mostBeginnings = 4_096
  /// Which state of the store they are of: others may write, too.
  private var version: Int64 = 0
  /// From how many runs on that are all the same numbers are remembered.
  private static let fewSame = 16

  /// An event was added to `run`.
  mutating func added(to run: Int64, isDated: Bool) {
    if isDated, beginnings[run] == .some(nil) { beginnings[run] = nil }
  }

  /// Events of `run` changed.
  mutating func changed(_ run: Int64) { beginnings[run] = nil }

  /// Events of any runs changed.
  mutating func changedAny() { beginnings.removeAll(keepingCapacity: true) }

  private mutating func beginning(_ run: Int64, _ statements: borrowing WriterStatements) throws(StoreError) -> Int64? {
    if let known = beginnings[run] { return known }
    statements.firstTime.bind(.integer(run))
    defer { statements.firstTime.reset() }
    let time = try statements.firstTime.step() ? statements.firstTime.optionalInteger(0) : nil
    if beginnings.count == Self.mostBeginnings { beginnings.removeAll(keepingCapacity: true) }
    beginnings[run] = .some(time)
    return time
  }

  /// Has what is known of the store forgotten where another program wrote to it since.
  mutating func forgetIfOthersWrote(_ statements: borrowing WriterStatements) throws(StoreError) {
    defer { statements.dataVersion.reset() }
    guard try statements.dataVersion.step(), statements.dataVersion.integer(0) != version else { return }
    version = statements.dataVersion.integer(0)
    given.removeAll(keepingCapacity: true)
    beginnings.removeAll(keepingCapacity: true)
  }

  /// A run's public id: what it holds, on which node, when it began and by which command, as far as that is known.
  mutating func name(_ run: Int64, _ statements: borrowing WriterStatements) throws(StoreError) {
    var digester = Digester()
    statements.describeRun.bind(.integer(run))
    guard try statements.describeRun.step() else {
      statements.describeRun.reset()
      return
    }
    digester.add(statements.describeRun.blob(0).span)
    digester.add(statements.describeRun.text(1))
    digester.add(try beginning(run, statements) ?? 0)
    if let typed = statements.describeRun.optionalInteger(2) {
      digester.add(typed)
      digester.add(statements.describeRun.text(3))
    }
    statements.describeRun.reset()
    // The same run twice, without a clock to tell them apart: numbered in the order they were read.
    var digest = digester.digest()
    let name = digest
    if let known = given[run], known.name == name, try isStill(known, run, statements.findName) { return }
    var before: Digest?
    // Behind one before it, if that is still called so: to ask for each number of many would take the square of their count.
    let others = numbered[name].map { [$0.last, $0.recent] } ?? []
    for other in others where other.run < run {
      let taken = other.digester.digest()
      guard try isTaken(taken, by: run, statements.findName) else { continue }
      (digester, digest) = (other.digester, taken)
      break
    }
    var same = 0
    while try isTaken(digest, by: run, statements.findName) {
      before = digest
      digester.add(1)
      digest = digester.digest()
      same += 1
    }
    if let last = numbered[name]?.last {
      numbered[name] = (last.run < run ? (run, digester) : last, (run, digester))
    } else if same > Self.fewSame {
      numbered[name] = ((run, digester), (run, digester))
    }
    if given.count == Self.mostGiven { given.removeAll(keepingCapacity: true) }
    given[run] = Given(name: name, before: before, digest: digest)
    try statements.renameRun.run(.integer(run), .blob(digest.bytes))
  }

  /// Whether a run that is called as it was still has the number that it was given: the one before it is taken, its own is not.
  private func isStill(_ known: Given, _ run: Int64, _ findName: borrowing Statement) throws(StoreError) -> Bool {
    if let before = known.before, try !isTaken(before, by: run, findName) { return false }
    return try !isTaken(known.digest, by: run, findName)
  }

  private func isTaken(
    _ digest: Digest, by run: Int64, _ findName: borrowing Statement
  ) throws(StoreError) -> Bool {
    findName.bind(.blob(digest.bytes), .integer(run))
    defer { findName.reset() }
    return try findName.step()
  }
}
