import FoundationEssentials
import Glibc
import KubelogKit
import TestSamples

/// The recorded day of a cluster of six nodes: `Fixtures/recorded-cluster/`, fed as it happened.
///
/// `arrivals` says which files there are, what is said about each, and when each piece of it came in; what has no pieces
/// is read as a file. No clock but that of the recording is asked.
struct RecordedCluster {
  /// One file, and how it came.
  struct Source {
    var file: String
    var options: IngestOptions
    /// When each piece arrived, microseconds since 1970 UTC, and its bytes.
    var pieces: [(arrival: Int64, bytes: Int)]
  }

  static let folder = FixtureCase.root + "/recorded-cluster"
  /// After everything that was recorded.
  static let now = "2026-11-23T14:55:00Z"

  static let sources: [Source] = {
    var sources: [Source] = []
    for line in FileManager.default.text(atPath: "\(folder)/arrivals").split(separator: "\n")
    where !line.hasPrefix("#") {
      let words = line.split(separator: " ").map(String.init)
      if line.hasPrefix("  ") {
        sources[sources.count - 1].pieces.append((microseconds(words[0]) ?? 0, Int(words[1]) ?? 0))
      } else {
        let (file, options) = FixtureCase.input(String(line))
        sources.append(Source(file: file, options: options, pieces: []))
      }
    }
    return sources
  }()

  /// A kubelog that was fed all of it, in the order of `arrivals` or backward; its folder is gone afterwards.
  static func withStore(isBackward: Bool = false, _ body: (Kubelog) throws -> Void) throws {
    let place = try FileManager.default.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let kubelog = Kubelog(
      storePath: "\(place)/kubelog.db", now: microseconds(now) ?? 0, zone: .utc, sealing: .fixed)
    for source in isBackward ? sources.reversed() : sources { try feed(source, to: kubelog, in: place) }
    try body(kubelog)
  }

  private static func feed(_ source: Source, to kubelog: Kubelog, in place: String) throws {
    var options = source.options
    options.year = 2026
    guard let first = source.pieces.first else {
      let path = "\(place)/\(source.file)"
      try FileManager.default.copyItem(atPath: "\(folder)/\(source.file)", toPath: path)
      let modified = [timeval](
        repeating: timeval(tv_sec: Int((microseconds(now) ?? 0) / 1_000_000), tv_usec: 0), count: 2)
      utimes(path, modified)
      _ = try kubelog.ingest(path, options)
      return
    }
    let clock = ClockOptions(year: 2026, zone: .utc, at: options.at, liveness: .live, now: first.arrival)
    var parser = try Parser(SourceOptions(node: options.node, clock: clock))
    let writer = try Writer(store: kubelog.storePath, source: source.file, cluster: nil, sealing: .fixed)
    var lines = LineSplitter()
    var rest = Array(FileManager.default.contents(atPath: "\(folder)/\(source.file)") ?? Data())[...]
    for piece in source.pieces {
      let bytes = Array(rest.prefix(piece.bytes))
      rest = rest.dropFirst(piece.bytes)
      parser.received(bytes: bytes.count, endsInLine: bytes.last != 0x0A, at: piece.arrival)
      parser.expect(bytes.span, isPlain: false, holdsPart: lines.holdsPartialLine)
      lines.feed(bytes.span) { parser.take($0, at: $1) }
      try writer.write(parser.drain())
    }
    lines.finish { parser.take($0, at: $1, isWhole: false) }
    parser.finish()
    try writer.write(parser.drain())
    try writer.finish(
      format: parser.format, bytes: lines.bytes, lines: lines.lines, truncatedLines: 0, badUTF8Lines: 0)
  }
}
