internal import KubelogScan

/// Gives runs their public ids.
struct RunNames {
  /// The last name that was given to one of many runs that are all the same, by the name of the first.
  private var lastNames: [Digest: (run: Int64, digester: Digester)] = [:]
  /// From how many runs on that are all the same the last one's number is remembered.
  private static let fewSame = 16

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
    digester.add(statements.describeRun.optionalInteger(2) ?? 0)
    if let typed = statements.describeRun.optionalInteger(3) {
      digester.add(typed)
      digester.add(statements.describeRun.text(4))
    }
    statements.describeRun.reset()
    // The same run twice, without a clock to tell them apart: numbered in the order they were read.
    var digest = digester.digest()
    let name = digest
    // Behind the last one, if that is still called so: to ask for each number of many would take the square of their count.
    if let last = lastNames[name], last.run < run, try isTaken(last.digester.digest(), by: run, statements.findName) {
      digester = last.digester
      digest = digester.digest()
    }
    var same = 0
    while try isTaken(digest, by: run, statements.findName) {
      digester.add(1)
      digest = digester.digest()
      same += 1
    }
    if lastNames[name].map({ $0.run < run }) ?? (same > Self.fewSame) { lastNames[name] = (run, digester) }
    try statements.renameRun.run(.integer(run), .blob(digest.bytes))
  }

  private func isTaken(
    _ digest: Digest, by run: Int64, _ findName: borrowing Statement
  ) throws(StoreError) -> Bool {
    findName.bind(.blob(digest.bytes), .integer(run))
    defer { findName.reset() }
    return try findName.step()
  }
}
