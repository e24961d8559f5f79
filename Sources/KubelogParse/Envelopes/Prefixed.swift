internal import KubelogScan

/// The name of a machine or container before each line: Vagrant's `    m1: …` and `==> m1: …`, pdsh's `m1: …`, docker
/// compose's `m1  | …`, sealos' `192.168.0.2:22<TAB>…`.
///
/// Anything may stand before a colon, so that a name is only believed once something that surely is a log's followed it: a
/// tag of kubeadm's, a klog header, Vagrant's own `==>`. From then on every line that begins with it is in this envelope.
enum Prefixed {
  static func open(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool {
    guard let mark = Mark(line, record.body), let name = out.names.name(line, mark.name) else { return false }
    if !out.prefixes.contains(name) {
      guard mark.isSure || isSure(line, mark.body), !words.contains(line.text(mark.name).lowercased()) else {
        return false
      }
      guard out.prefixes.count < 256 else { return false }
      out.prefixes.insert(name)
    }
    if mark.isHost { record.host = name } else { record.lane = name }
    record.body = mark.body
    return true
  }

  /// What stands before colons and is no name.
  private static let words: Set<String> = [
    "error", "warning", "info", "fatal", "debug", "note", "stdout", "stderr", "output", "msg", "message", "stdin", "e",
    "w",
  ]

  private struct Mark {
    var name: Range<Int>
    var body: Range<Int>
    /// Whether the form alone says what it is.
    var isSure = false
    /// Whether the name is a machine's, not a container's.
    var isHost = true

    init?(_ line: Bytes, _ range: Range<Int>) {
      let end = range.upperBound
      var start = line.end(of: { $0 == 0x20 }, from: range.lowerBound, to: end)
      if line.has("==> ", at: start) {
        start += 4
        isSure = true
      }
      let word = line.end(
        of: { isTokenByte($0 | 0x20) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }, from: start, to: end)
      guard word > start, word - start <= 63, word < end else { return nil }
      name = start..<word
      if line[word] == 0x3A {
        if word + 1 == end {
          body = end..<end
        } else if line[word + 1] == 0x20 {
          body = word + 2..<end
        } else {
          // An address with its port and a tab.
          let port = line.end(of: isDigit, from: word + 1, to: end)
          guard port > word + 1, port < end, line[port] == 0x09 else { return nil }
          body = port + 1..<end
        }
        return
      }
      let bar = line.end(of: { $0 == 0x20 }, from: word, to: end)
      guard bar > word, bar < end, line[bar] == 0x7C, bar + 1 == end || line[bar + 1] == 0x20 else { return nil }
      (body, isHost) = (min(bar + 2, end)..<end, false)
    }
  }

  /// Whether the words after the name are kubeadm's or klog's.
  private static func isSure(_ line: Bytes, _ body: Range<Int>) -> Bool {
    let words = line.trimmed(body)
    guard !words.isEmpty else { return false }
    return Tag(line, words, inSession: false) != nil || KlogHeader(line, body) != nil
  }
}
