internal import KubelogScan

/// Cuts a YAML document in block style that comes line by line into its parts, and holds no more than two of them: the
/// element of `items` that is being read, and what stands outside of `items`.
///
/// Format: kubectl and kubeadm `-o yaml` by sigs.k8s.io/yaml: names at column 0, the elements of a list by `- ` under
/// their name without indentation; other writers indent them.
struct YAMLFrame {
  private var root: DocumentPart
  private var item: DocumentPart?
  private var isInItems: Bool
  /// The column of the dashes of `items`, nil before the first.
  private var dash: Int?
  /// What stands last at column 0 may go on in elements at column 0.
  private var takesDashes = false

  /// A frame before the first line of a document; `isList` where that is a list without a name.
  init(at position: LinePosition, isList: Bool) {
    root = DocumentPart(at: position, isItem: false)
    isInItems = isList
  }

  /// Takes the next line; appends what became whole before it to `parts`. False where it is no part of the document.
  mutating func take(
    _ line: Bytes, _ range: Range<Int>, at position: LinePosition, into parts: inout [DocumentPart]
  ) -> Bool {
    let range = range.lowerBound..<line.trimmed(range).upperBound
    let start = line.end(of: { $0 == 0x20 }, from: range.lowerBound, to: range.upperBound)
    guard start < range.upperBound else { return true }
    let indent = start - range.lowerBound
    if isInItems, isDash(line, start, range.upperBound), indent == dash ?? indent {
      dash = indent
      endItem(isWhole: true, into: &parts)
      item = DocumentPart(at: position, isItem: true)
    } else if indent == 0, line[start] == 0x23 {
      // A comment; `# kubeadm init` is root at his prompt.
      guard line.first("kube", in: range) == nil else { return false }
    } else if indent == 0 {
      guard takesDashes && isDash(line, start, range.upperBound) || isName(line, range) else { return false }
      if line[start] != 0x2D { takeName(line, range, into: &parts) }
    } else {
      guard !isInItems || item != nil && indent > (dash ?? 0) else { return false }
    }
    if item == nil {
      root.addLine(line, range)
    } else {
      item?.addLine(line, range)
    }
    return true
  }

  /// The document is over; `isWhole` where its end was seen.
  mutating func finish(isWhole: Bool, into parts: inout [DocumentPart]) {
    endItem(isWhole: isWhole, into: &parts)
    root.isWhole = isWhole
    parts.append(root)
  }

  private mutating func endItem(isWhole: Bool, into parts: inout [DocumentPart]) {
    guard var part = item.take() else { return }
    part.isWhole = isWhole
    parts.append(part)
  }

  private mutating func takeName(_ line: Bytes, _ range: Range<Int>, into parts: inout [DocumentPart]) {
    endItem(isWhole: true, into: &parts)
    takesDashes = line[range.upperBound - 1] == 0x3A
    isInItems = line.fills(range, "items:")
    dash = nil
  }

  private func isDash(_ line: Bytes, _ index: Int, _ limit: Int) -> Bool {
    line[index] == 0x2D && (index + 1 == limit || line[index + 1] == 0x20)
  }

  /// `name:` or `name: value`, with a name as Kubernetes gives them; `error:` is what a tool says after its document.
  private func isName(_ line: Bytes, _ range: Range<Int>) -> Bool {
    let end = line.end(of: { isDigit($0) || ($0 | 0x20) &- 0x61 < 26 }, from: range.lowerBound, to: range.upperBound)
    guard end > range.lowerBound, end < range.upperBound, line[end] == 0x3A, line[range.lowerBound] & 0x20 != 0,
      !line.fills(range.lowerBound..<end, "error")
    else { return false }
    return end + 1 == range.upperBound || line[end + 1] == 0x20
  }
}
