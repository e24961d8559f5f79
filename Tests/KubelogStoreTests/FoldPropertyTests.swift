import KubelogParse
import KubelogScan
import TestSamples
import Testing

@testable import KubelogStore

/// However dated input is cut into files, in whatever form, order and overlap these are read, at once or one after the other:
/// the rows are the same, and their counts are those of the lines.
@Suite struct FoldPropertyTests {
  @Test(arguments: 1...24) func anyWayOfReadingGivesTheSameRows(_ seed: Int) async throws {
    var dice = Dice(seed: UInt64(seed))
    let plan = Plan(&dice)
    if let fault = try await plan.fault() {
      let least = try await plan.shrunk()
      Issue.record("seed \(seed): \(try await least.fault() ?? fault)\n\(least)")
    }
  }

  @Test(arguments: 1...6) func countsAreThoseOfTheLines(_ seed: Int) async throws {
    var dice = Dice(seed: UInt64(1_000 + seed))
    let plan = Plan(&dice)
    try await withStore { path in
      try await plan.read(into: path)
      let text = plan.entries.map { $0.text(.short) }.joined()
      for saying in Saying.all {
        let lines = text.split(separator: "\n").count { $0.contains(saying.needle) }
        let counted = try number(
          path, "SELECT coalesce(sum(count), 0) FROM events JOIN kinds ON kinds.id = kind WHERE name = '\(saying.kind)'"
        )
        #expect(counted == lines, "\(saying.kind)")
      }
      #expect(try number(path, "SELECT sum(count) FROM events") > number(path, "SELECT count(*) FROM events"))
    }
  }
}

/// What nodes say, and what of a line tells that it says it.
private struct Saying {
  var kind: String
  var needle: String
  var letter: Character
  /// From the source file on; for a program without klog all of the message, `%T` for its stamp.
  var words: String
  var identifier = "kubelet"

  static let all = [
    Saying(
      kind: "kubelet.node.not-found", needle: "Error getting node", letter: "E",
      words: #"kubelet.go:2412] "Error getting node" err="node \"cp1\" not found""#),
    Saying(
      kind: "kubelet.runtime.network-not-ready", needle: "network not ready", letter: "E",
      words: "kubelet.go:2862] \"Container runtime network not ready\" networkReady=\"NetworkReady=false "
        + "reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized\""),
    Saying(
      kind: "kubelet.lease.update-failed", needle: "Failed to update lease", letter: "E",
      words: #"controller.go:195] "Failed to update lease" err="context deadline exceeded""#),
    Saying(
      kind: "kubelet.node.registered", needle: "Successfully registered node", letter: "I",
      words: #"kubelet_node_status.go:74] "Successfully registered node" node="cp1""#),
    Saying(
      kind: "control-plane.leader.lock-unreachable", needle: "Error retrieving lease lock", letter: "E",
      words: #"leaderelection.go:448] "Error retrieving lease lock" err="context deadline exceeded""#,
      identifier: "kube-scheduler"),
    Saying(
      kind: "etcd.request.slow", needle: "apply request took too long", letter: "W",
      words:
        #"{"level":"warn","ts":"%T","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"2s"}"#,
      identifier: "etcd"),
  ]

  func entry(at time: Int, host: String, process: Int) -> PrintedEntry {
    if identifier == "etcd" {
      return PrintedEntry(
        time: time, host: host, identifier: identifier, process: process,
        message: words.replacing("%T", with: PrintedEntry.stamp(time)))
    }
    return PrintedEntry(
      time: time, host: host, identifier: identifier, process: process, letter: letter, klog: words)
  }
}

/// A journal, and a way of reading it in parts.
private struct Plan: CustomStringConvertible, Sendable {
  struct File: Sendable {
    /// Which of the entries it has, in order.
    var entries: [Int]
    var form: PrintedEntry.Form
    /// How many bytes are read at once, and how many events are written in one transaction.
    var chunk: Int
    var batch: Int
  }

  var entries: [PrintedEntry] = []
  var files: [File] = []
  /// Whether two files are read at the same time.
  var isConcurrent = false

  init(_ dice: inout Dice) {
    var time = 14 * 3_600_000_000 + dice.roll(60_000_000)
    for _ in 0..<20 + dice.roll(100) {
      // Often within a second, at times minutes apart.
      time += 1 + dice.roll(dice.pick([900, 400_000, 5_000_000, 5_000_000, 90_000_000]))
      let (host, process) = dice.pick([("cp1", 273), ("cp1", 273), ("cp1", 9412), ("cp2", 273)])
      entries.append(dice.pick(Saying.all).entry(at: time, host: host, process: process))
    }
    isConcurrent = dice.roll(3) == 0
    var (start, ranges) = (0, [Range<Int>]())
    while start < entries.count {
      let end = min(entries.count, start + 1 + dice.roll(entries.count / 2))
      // With some of what came before, and of what comes after.
      ranges.append(max(0, start - dice.roll(8))..<min(entries.count, end + dice.roll(8)))
      start = end
    }
    if dice.roll(2) == 0 { ranges.append(0..<entries.count) }
    if dice.roll(2) == 0 { ranges.append(dice.pick(ranges)) }
    for range in ranges.shuffled(using: &dice) {
      files.append(
        File(
          entries: Array(range), form: dice.pick(PrintedEntry.Form.allCases),
          chunk: dice.pick([200, 3_000, 1 << 16]), batch: dice.pick([1, 3, 50])))
    }
  }

  // MARK: Reading

  func read(into path: String) async throws {
    guard isConcurrent else {
      for index in files.indices { try read(index, into: path) }
      return
    }
    _ = try Store(writing: path, sealing: .fixed)
    for first in stride(from: 0, to: files.count, by: 2) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in first..<min(first + 2, files.count) { group.addTask { try read(index, into: path) } }
        try await group.waitForAll()
      }
    }
  }

  /// Reads a file as `ingest` does.
  private func read(_ index: Int, into path: String) throws {
    let file = files[index]
    try fold(
      file.entries.map { entries[$0].text(file.form) }.joined(), into: path, source: "/var/log/\(index).log",
      chunk: file.chunk, batch: file.batch, foldsRepeats: true)
  }

  /// The rows that come of reading all of it at once, without any folding on the way.
  private func whole() throws -> [String] {
    try withStore { path in
      let used = Set(files.flatMap(\.entries))
      try fold(
        entries.indices.filter(used.contains).map { entries[$0].text(.short) }.joined(), into: path, source: "whole",
        chunk: 1 << 20, batch: .max, foldsRepeats: false)
      return try rows(path, Self.asked)
    }
  }

  private static let asked = """
    SELECT kinds.name, events.node, time, last_time, count, occurrences, severity, digest, message, attributes
    FROM events JOIN kinds ON kinds.id = kind ORDER BY 1, 2, 3, 8
    """

  /// What is wrong with the rows that come of the plan, nil where nothing is.
  func fault() async throws -> String? {
    let found = try await withStore { path in
      try await read(into: path)
      return try rows(path, Self.asked)
    }
    let wrong = differences(try whole(), found)
    return wrong.isEmpty
      ? nil : "rows that should be (-) and are not, and others (+):\n" + wrong.joined(separator: "\n")
  }

  // MARK: Shrinking

  /// A plan with as few files and entries as still go wrong.
  func shrunk() async throws -> Plan {
    var least = self
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for candidate in least.smaller where try await candidate.fault() != nil {
        (least, isSmaller) = (candidate, true)
        break
      }
    }
    return least
  }

  /// Plans without some of it.
  private var smaller: [Plan] {
    var plans: [Plan] = []
    func add(_ change: (inout Plan) -> Void) {
      var plan = self
      change(&plan)
      plan.files.removeAll { $0.entries.isEmpty }
      plans.append(plan)
    }
    if isConcurrent { add { $0.isConcurrent = false } }
    for index in files.indices where files.count > 1 { add { $0.files.remove(at: index) } }
    let used = Set(files.flatMap(\.entries)).sorted()
    var step = used.count / 2
    while step > 0 {
      for start in stride(from: 0, to: used.count, by: step) {
        let gone = Set(used[start..<min(start + step, used.count)])
        guard gone.count < used.count else { continue }
        add { plan in
          for index in plan.files.indices { plan.files[index].entries.removeAll(where: gone.contains) }
        }
      }
      step /= 2
    }
    return plans
  }

  var description: String {
    let texts = files.enumerated().map { number, file in
      "file \(number + 1), \(file.form.rawValue), \(file.chunk) bytes at once, \(file.batch) events at once:\n"
        + file.entries.map { entries[$0].text(.precise) }.joined()
    }
    return (isConcurrent ? "two at once\n" : "") + texts.joined()
  }
}

/// Reads a text as `ingest` reads a file: goes over what tells nothing, folds what is said again, and commits after so many
/// events.
private func fold(
  _ text: String, into path: String, source: String, chunk: Int, batch: Int, foldsRepeats: Bool
) throws {
  var parser = try Parser(SourceOptions(clock: recorded(), foldsRepeats: foldsRepeats))
  var lines = LineSplitter()
  let writer = try Writer(store: path, source: source, cluster: nil, sealing: .fixed)
  let bytes = Array(text.utf8)
  var (start, pending) = (0, 0)
  while start < bytes.count {
    let piece = bytes.span.extracting(start..<min(start + chunk, bytes.count))
    let isPlain = isPlain(piece)
    parser.expect(piece, isPlain: isPlain, holdsPart: lines.holdsPartialLine)
    lines.feed(
      piece, isPlain: isPlain, passOver: { parser.passOver($0, from: $1, isASCII: $2) }, { parser.take($0, at: $1) })
    let found = parser.drain(isQuiet: false)
    try writer.write(found)
    pending += found.events.count
    if pending >= batch {
      try writer.commit()
      pending = 0
    }
    start += chunk
  }
  lines.finish { parser.take($0, at: $1, isWhole: false) }
  parser.finish()
  try writer.write(parser.drain())
  try writer.finish(
    format: parser.format, bytes: lines.bytes, lines: lines.lines, truncatedLines: lines.truncatedLines,
    badUTF8Lines: lines.badUTF8Lines)
}
