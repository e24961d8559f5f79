import FoundationEssentials
import Glibc
import KubelogKit
import TestSamples
import Testing

/// One folder under Fixtures/: inputs, what is said about them, and what must come out of them.
///
/// `meta` has a line a fact: `shows`, `made`, `now`, `year`, `input: NAME --node N --at T`. Without `input` lines every
/// file called `input…` is one. Times of files never come from the checkout: all were modified at ``modified``.
struct FixtureCase: Sendable, CustomTestStringConvertible {
  let name: String
  let folder: String
  let facts: [String: String]
  let inputs: [(file: String, options: IngestOptions)]

  /// The modification time that every input is given.
  static let modified = "2026-11-23T21:00:00Z"

  /// `Fixtures/` beside `Tests/`.
  static let root = String(#filePath.split(separator: "/Tests/FixtureTests/")[0]) + "/Fixtures"

  /// All cases, by path.
  static let all: [FixtureCase] = {
    let paths = FileManager.default.enumerated(atPath: root).filter { $0.hasSuffix("/meta") }
    return paths.sorted().map { FixtureCase(String($0.dropLast(5))) }
  }()

  var testDescription: String { name }

  private init(_ name: String) {
    self.name = name
    folder = "\(Self.root)/\(name)"
    var facts: [String: String] = [:]
    var inputs: [(String, IngestOptions)] = []
    for line in FileManager.default.text(atPath: "\(folder)/meta").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
      let value = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
      if parts[0] == "input" { inputs.append(Self.input(value)) } else { facts[parts[0]] = value }
    }
    if inputs.isEmpty {
      inputs = FileManager.default.enumerated(atPath: folder).filter { $0.hasPrefix("input") }.sorted().map {
        ($0, IngestOptions())
      }
    }
    self.facts = facts
    self.inputs = inputs.map { file, options in
      var options = options
      options.year = facts["year"].flatMap { Int($0) }
      return (file, options)
    }
  }

  static func input(_ text: String) -> (String, IngestOptions) {
    let words = text.split(separator: " ").map(String.init)
    var options = IngestOptions()
    for (flag, value) in zip(words.dropFirst(), words.dropFirst(2)) {
      if flag == "--node" { options.node = value }
      if flag == "--at" { options.at = microseconds(value) }
    }
    return (words[0], options)
  }

  /// Runs `body` with a kubelog on a store of its own and a copy of the inputs, all of it gone afterwards.
  func withStore(
    modified: Int64? = microseconds(modified),
    _ body: (Kubelog, _ inputs: [(path: String, options: IngestOptions)]) throws -> Void
  ) throws {
    let place = try FileManager.default.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let copies = try inputs.map { file, options in
      let path = "\(place)/\(file)"
      try FileManager.default.copyItem(atPath: "\(folder)/\(file)", toPath: path)
      let seconds = (modified ?? 0) / 1_000_000
      var times = [timeval(tv_sec: Int(seconds), tv_usec: 0), timeval(tv_sec: Int(seconds), tv_usec: 0)]
      utimes(path, &times)
      return (path, options)
    }
    let now = facts["now"].flatMap { microseconds($0) } ?? 0
    try body(Kubelog(storePath: "\(place)/kubelog.db", now: now, zone: .utc, sealing: .fixed), copies)
  }

  /// Whether its `meta` names a query: `queries: all`, or their names.
  func asks(_ query: String) -> Bool {
    let names = facts["queries"]?.split(separator: " ") ?? []
    return names.contains("all") || names.contains { $0 == query }
  }

  /// The answers that a case may expect, by the name of their file.
  static let answers: [(file: String, query: String, format: OutputFormat)] = [
    ("expected.timeline.ndjson", "timeline", .ndjson), ("expected.secrets.json", "secrets", .json),
    ("expected.sessions.json", "sessions", .json), ("expected.phases.json", "phases", .json),
    ("expected.nodes.json", "nodes", .json), ("expected.transitions.json", "node-transitions", .json),
  ]

  /// An answer as text, with the inputs' folder taken out of their paths.
  static func answer(_ query: String, _ format: OutputFormat, _ kubelog: Kubelog) throws -> String {
    let folder = kubelog.storePath.dropLast("kubelog.db".count)
    return Renderer(Presentation(format: format)).render(try kubelog.answer(query)).replacing(folder, with: "")
  }

  /// The events of the inputs as `kubelog parse` prints them.
  func events(_ kubelog: Kubelog, _ inputs: [(path: String, options: IngestOptions)]) throws -> String {
    let renderer = Renderer(Presentation(format: .ndjson))
    let folder = kubelog.storePath.dropLast("kubelog.db".count)
    var text = ""
    for (path, options) in inputs {
      try kubelog.parse(path, options) { text += renderer.render($0.table).replacing(folder, with: "") }
    }
    return text
  }
}

extension FileManager {
  /// The paths below `path`, relative to it.
  func enumerated(atPath path: String) -> [String] {
    guard let names = try? contentsOfDirectory(atPath: path) else { return [] }
    return names.flatMap { name -> [String] in
      var isFolder = false
      guard fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder) else { return [] }
      return isFolder ? enumerated(atPath: "\(path)/\(name)").map { "\(name)/\($0)" } : [name]
    }
  }

  /// The text of a file, "" where there is none.
  func text(atPath path: String) -> String { contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? "" }

  /// A new folder of one's own.
  func makeTemporaryFolder() throws -> String {
    var template = Array("/tmp/kubelog-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
