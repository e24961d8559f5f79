internal import KubelogParse

/// Finds which stored run a run of a source is.
struct KnownRuns {
  /// A stored run that a run of the source may be.
  struct Run {
    var id: Int64
    var lineCount: Int
    /// Whether it has all the lines that are known of the run, so that more of these can still be its own.
    var mayGoOn: Bool
  }

  /// Stored runs that a run of this source was found to be; each can be only one of them.
  private(set) var claimed: Set<Int64> = []
  /// Up to which id all stored runs with a beginning are runs of this source.
  private var claimedUpTo: [Beginning: Int64] = [:]

  /// What stored runs are found by: their first line, and their node or that nothing names it. Of those without a node it is
  /// known once for all nodes: to go over them for each would take the product of both.
  private struct Beginning: Hashable {
    enum Place: Hashable { case of(String?), unnamed }

    var line: Int64
    var place: Place
  }

  /// How many stored runs are looked at that a run went beyond, for the longest of them, when ``passes`` is used up.
  private static let mostPassed = 256
  /// How many more may be for all runs of the source together: some seconds, so that of thousands that print the same and are
  /// open at once the one that goes on finds its own behind them, and hostile input does not take the square.
  private var passes = 4_000_000
  /// How far two trusted times of one run's beginning may lie apart, where they state no bound: typed by a person.
  private static let looseTolerance: Int64 = 120_000_000
  private static let tolerance: Int64 = 2_000_000

  /// From now on the stored run is the source's.
  mutating func claim(_ id: Int64) { claimed.insert(id) }

  /// The stored run that one is of which `lines` are known, its first `count` ones chained: the first that has all of
  /// them, else the longest that it went beyond. Node, command and time must not speak against it.
  ///
  /// Asked anew whenever more lines came. Of thousands that are all the same the first that is not yet taken decides, and
  /// those before it are not asked again.
  mutating func find(
    like lines: [Int64], count: Int, node: String?, typed: Typing?, time: EventTime?, _ findRuns: borrowing Statement
  ) throws(StoreError) -> Run? {
    guard let first = lines.first else { return nil }
    let (own, unnamed) = (
      Beginning(line: first, place: .of(node)), Beginning(line: first, place: .unnamed)
    )
    var (before, unnamedBefore) = (claimedUpTo[own] ?? 0, claimedUpTo[unnamed] ?? 0)
    var (isBefore, isUnnamedBefore, passed, longest) = (true, true, 0, nil as Run?)
    findRuns.bind(.integer(first), node.map { .text($0) } ?? .null, .integer(before), .integer(unnamedBefore))
    defer {
      findRuns.reset()
      if before > 0 { claimedUpTo[own] = before }
      if unnamedBefore > 0 { claimedUpTo[unnamed] = unnamedBefore }
    }
    while passed < Self.mostPassed || passes > 0, try findRuns.step() {
      let id = findRuns.integer(0)
      let known = findRuns.text(1)
      if claimed.contains(id) {
        if isBefore { before = id }
        if known.isEmpty, isUnnamedBefore { unnamedBefore = id }
        continue
      }
      // One without a node may get this one later.
      isBefore = false
      if known.isEmpty { isUnnamedBefore = false }
      guard known.isEmpty || node == nil || known == node,
        Self.agree(typed, findRuns.optionalInteger(7), host: findRuns.text(8)),
        Self.agree(
          time, findRuns.optionalInteger(2), findRuns.optionalInteger(3),
          isArrival: findRuns.optionalInteger(6) == Int64(TimeSource.arrival.rawValue)),
        Self.agree(lines, Self.chain(findRuns.blob(5)))
      else { continue }
      let lineCount = Int(findRuns.integer(4))
      if lineCount >= count { return Run(id: id, lineCount: lineCount, mayGoOn: true) }
      if lineCount > longest?.lineCount ?? 0 { longest = Run(id: id, lineCount: lineCount, mayGoOn: false) }
      passed += 1
      if passed > Self.mostPassed { passes -= 1 }
    }
    return longest
  }

  /// Whether one of two runs is a beginning of the other, as far as both are known.
  private static func agree(_ lines: [Int64], _ chain: [Int64]) -> Bool {
    let common = min(chain.count, lines.count)
    return common > 0 && chain[common - 1] == lines[common - 1]
  }

  /// Whether two runs can be of one command; what was not seen of either agrees with all.
  private static func agree(_ new: Typing?, _ command: Int64?, host: String) -> Bool {
    guard let new, let command else { return true }
    return new.command == command && (host.isEmpty || new.host == nil || new.host == host)
  }

  /// Whether two trusted times can be the same moment; a time that is only a bound agrees with all.
  ///
  /// Of two arrivals each is late by its bound at most: what came more than that after the other was said later.
  private static func agree(_ new: EventTime?, _ time: Int64?, _ uncertainty: Int64?, isArrival: Bool) -> Bool {
    guard let new, new.source <= .given, let moment = new.microseconds, let time else { return true }
    if isArrival, new.source == .arrival, let late = new.uncertainty, let other = uncertainty {
      return abs(moment - time) <= max(late, other)
    }
    let slack = [slack(of: new), uncertainty].reduce(tolerance) { $0 + ($1 ?? looseTolerance) }
    return abs(moment - time) <= slack
  }

  /// How far a run's beginning may be off; nil where it is what a person said, or stood near it.
  static func slack(of time: EventTime) -> Int64? { time.isOpen ? nil : time.uncertainty }

  private static func chain(_ bytes: [UInt8]) -> [Int64] {
    stride(from: 0, to: bytes.count - 7, by: 8).map { start in
      Int64(bitPattern: bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) })
    }
  }

  static func bytes(_ chain: [Int64]) -> [UInt8] {
    chain.flatMap { line in
      (0..<8).map { UInt8(truncatingIfNeeded: UInt64(bitPattern: line) >> (56 - 8 * $0)) }
    }
  }
}
