internal import KubelogScan

/// Output that somebody put into a script or a document: as comments, as a list of quoted lines.
///
///     # [upload-certs] Using certificate key:                                        notes kept as a shell script
///       - '[upgrade/versions] Cluster version: v1.20.4'                              a list of YAML
///         "[upgrade/versions] Cluster version: v1.20.4",                             a list of JSON
///
/// A mark is only believed once a tag of kubeadm's has followed it; from then on the lines that follow have it, too.
struct Pasted {
  private enum Mark { case comment, item, string }

  private var marks: Set<Mark> = []

  /// The words behind the mark; nil where there is none.
  mutating func words(_ line: Bytes, _ body: Range<Int>) -> [UInt8]? {
    let whole = line.trimmed(body)
    guard whole.count > 2 else { return nil }
    switch line[whole.lowerBound] {
    case 0x23 where line[whole.lowerBound + 1] == 0x20:  // #
      return open(.comment, line, whole.lowerBound + 2..<whole.upperBound)
    case 0x2D where line[whole.lowerBound + 1] == 0x20:  // -
      let words = line.trimmed(whole.lowerBound + 2..<whole.upperBound)
      return open(.item, line, Self.unquoted(line, words) ?? words)
    case 0x22:  // "
      return Self.unquoted(line, whole).flatMap { open(.string, line, $0) }
    default: return nil
    }
  }

  private mutating func open(_ mark: Mark, _ line: Bytes, _ words: Range<Int>) -> [UInt8]? {
    guard !words.isEmpty else { return nil }
    if !marks.contains(mark) {
      guard line[words.lowerBound] == 0x5B, Tag(line, words, inSession: false) != nil else { return nil }
      marks.insert(mark)
    }
    var text: [UInt8] = []
    text.reserveCapacity(words.count)
    let quote = words.lowerBound > 0 ? line[words.lowerBound - 1] : 0
    var index = words.lowerBound
    while index < words.upperBound {
      // YAML doubles a quote, JSON puts a backslash before it.
      let isEscape = quote == 0x27 ? line[index] == 0x27 : quote == 0x22 && line[index] == 0x5C
      if isEscape, index + 1 < words.upperBound {
        index += 1
        text.append(quote == 0x22 && (line[index] == 0x74 || line[index] == 0x6E) ? 0x20 : line[index])
      } else {
        text.append(line[index])
      }
      index += 1
    }
    return text
  }

  /// What stands between quotes, with or without a comma behind them.
  private static func unquoted(_ line: Bytes, _ range: Range<Int>) -> Range<Int>? {
    guard range.count > 2, line[range.lowerBound] == 0x22 || line[range.lowerBound] == 0x27 else { return nil }
    let end = line[range.upperBound - 1] == 0x2C ? range.upperBound - 1 : range.upperBound
    guard end - range.lowerBound > 1, line[end - 1] == line[range.lowerBound] else { return nil }
    return range.lowerBound + 1..<end - 1
  }
}
