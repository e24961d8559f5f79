import Glibc
import KubelogScan

extension String {
  /// What `body` makes of the bytes of this text.
  func bytes<Result>(_ body: (Bytes) -> Result) -> Result {
    let all = Array(utf8)
    return body(all.span)
  }
}

extension [UInt8] {
  /// What `body` makes of these bytes.
  func bytes<Result>(_ body: (Bytes) -> Result) -> Result { body(span) }
}

/// A line as the splitter gave it.
struct SplitLine: Equatable {
  var text: String
  var line: Int
  var byte: Int
}

/// All lines of `input` when it comes in chunks of `size` bytes, and the splitter after its end.
func split(_ input: [UInt8], chunksOf size: Int = 1 << 16) -> (lines: [SplitLine], splitter: LineSplitter) {
  var splitter = LineSplitter()
  var found: [SplitLine] = []
  var start = 0
  while start < input.count {
    let end = min(start + size, input.count)
    splitter.feed(input.span.extracting(start..<end)) { line, position in
      found.append(SplitLine(text: line.text(0..<line.count), line: position.line, byte: position.byte))
    }
    start = end
  }
  splitter.finish { line, position in
    found.append(SplitLine(text: line.text(0..<line.count), line: position.line, byte: position.byte))
  }
  return (found, splitter)
}

/// Whether this machine knows zones by name.
let hasZoneinfo = access("/usr/share/zoneinfo/Europe/Berlin", R_OK) == 0
