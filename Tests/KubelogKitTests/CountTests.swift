import FoundationEssentials
import KubelogKit
import KubelogQuery
import TestSamples
import Testing

/// The number of events of a kind is the number of lines that a search with its pattern finds: nothing is missed, nothing
/// is invented, and what folds keeps its count.
@Suite struct CountTests {
  /// What is searched for. Crash loops and images that cannot be pulled are told in lines of many kinds, which here are all
  /// a pod's.
  private static let patterns: [(pattern: String, kinds: Set<String>)] =
    journalPatterns + [
      ("CrashLoopBackOff", ["kubelet.pod.crash-loop"]),
      ("(ImagePullBackOff|ErrImagePull)", ["kubelet.pod.image-pull-failed"]),
    ]

  private static let path =
    String(#filePath.split(separator: "/Tests/KubelogKitTests/")[0]) + "/Fixtures/journal/generated/input.journal.txt"

  private static let lines =
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self).split(separator: "\n") } ?? []

  @Test(arguments: patterns.indices)
  func eventsAreAsManyAsASearchFinds(_ index: Int) throws {
    let (text, kinds) = Self.patterns[index]
    let pattern = try Pattern(text)
    let found = Self.lines.filter { line in
      let bytes = Array(line.utf8)
      return pattern.match(bytes.span, in: 0..<bytes.count) == .matched
    }
    #expect(!found.isEmpty)
    let names = kinds.sorted().map { "'\($0)'" }.joined(separator: ", ")
    try withDesk { desk in
      _ = try desk.kubelog.ingest(Self.path)
      let counted = try Answers(path: desk.kubelog.storePath).rows(
        sql: "SELECT coalesce(sum(count), 0) AS n FROM events JOIN kinds ON kinds.id = kind WHERE name IN (\(names))")
      #expect(counted.rows.first.flatMap { counted.number("n", $0) } == Double(found.count))
    }
  }

  /// Every klog line is counted by its letter, and an event is as bad as its letter says.
  @Test func lettersAreKlogsOwn() throws {
    let letter = try Pattern(#"\]: (?<letter>[IWEF])\d{4} \d\d:\d\d:\d\d\.\d{6} "#)
    var letters: [String: Int] = [:]
    for line in Self.lines {
      let bytes = Array(line.utf8)
      guard letter.match(bytes.span, in: 0..<bytes.count) == .matched, let range = letter.range(of: 1) else { continue }
      letters[bytes.span.text(range), default: 0] += 1
    }
    try withDesk { desk in
      _ = try desk.kubelog.ingest(Self.path)
      let sources = try desk.kubelog.answer("sources")
      let row = try #require(sources.rows.first)
      for (name, column) in [("I", "klog_info"), ("W", "klog_warning"), ("E", "klog_error"), ("F", "klog_fatal")] {
        #expect(sources.number(column, row) == Double(letters[name] ?? 0))
      }
      var wrong: [String] = []
      try desk.kubelog.parse(Self.path) { found in
        let line = Array(Self.lines[found.event.position.line - 1].utf8)
        guard letter.match(line.span, in: 0..<line.count) == .matched, let range = letter.range(of: 1) else { return }
        let expected: Severity = ["I": .info, "W": .warning][line.span.text(range)] ?? .error
        if found.event.severity != expected { wrong.append(found.event.message) }
      }
      #expect(wrong.isEmpty)
      #expect(letters.values.reduce(0, +) > 100)
    }
  }
}
