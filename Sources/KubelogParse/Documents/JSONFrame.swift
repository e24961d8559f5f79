internal import KubelogScan

/// Cuts a JSON or KYAML text that comes line by line into its parts, and holds no more than one of them.
///
/// Every token is looked at: the first that does not fit shows that the text is none, or is over.
struct JSONFrame {
  private enum Next { case name, colon, value, separator }

  private var next = Next.value
  /// The open brackets, true for a list.
  private var open: [Bool] = []
  /// A text goes on in the next line, after a backslash at the end of this one (KYAML).
  private var isInText = false
  /// The last name of the outermost object is `items`.
  private var isAtItems = false
  /// The list of `items` is open.
  private var isInItems = false
  private var root: DocumentPart
  private var item: DocumentPart?
  private var copied = 0

  /// The deepest nesting of a text; no program writes a deeper one.
  private static let deepest = 1000

  /// A frame before the first byte of a text that begins at `position`.
  init(at position: LinePosition) { root = DocumentPart(at: position, isItem: false) }

  /// The outermost object is closed.
  var isDone: Bool { open.isEmpty && next == .separator }

  /// What there is of the part outside of `items`: which kind of list it is.
  var head: [UInt8] { root.text }

  /// Takes the bytes of `range`, up to the end of the outermost object; appends what became whole to `parts`.
  ///
  /// The place behind what was taken; nil where a byte does not fit.
  mutating func take(
    _ line: Bytes, _ range: Range<Int>, at position: LinePosition, into parts: inout [DocumentPart]
  ) -> Int? {
    var index = range.lowerBound
    copied = index
    if isInText {
      guard let end = endOfText(line, from: index, to: range.upperBound) else { return nil }
      index = end
    }
    while index < range.upperBound, !isDone {
      let byte = line[index]
      switch byte {
      case 0x20, 0x09, 0x0D: index += 1
      case 0x22:
        guard let end = quoted(line, index, to: range.upperBound) else { return nil }
        index = end
      case 0x7B, 0x5B:
        guard opens(line, index, isList: byte == 0x5B, position) else { return nil }
        index += 1
      case 0x7D, 0x5D:
        guard closes(line, index, isList: byte == 0x5D, into: &parts) else { return nil }
        index += 1
      case 0x2C:
        guard next == .separator, let isList = open.last else { return nil }
        next = isList ? .value : .name
        index += 1
      case 0x3A:
        guard next == .colon else { return nil }
        next = .value
        index += 1
      case 0x23 where next != .colon: index = range.upperBound
      default:
        guard let end = bare(line, index, to: range.upperBound) else { return nil }
        index = end
      }
    }
    copy(line, to: index)
    if item == nil { root.endLine() } else { item?.endLine() }
    return index
  }

  /// The part outside of `items` as far as it came, where the text ends too early.
  func cut() -> DocumentPart {
    var part = root
    part.isWhole = false
    return part
  }

  // MARK: Tokens

  private mutating func quoted(_ line: Bytes, _ index: Int, to limit: Int) -> Int? {
    switch next {
    case .name:
      guard let end = line.jsonTextEnd(from: index + 1, to: limit) else { return nil }
      named(line, index + 1..<end)
      return end + 1
    case .value: return endOfText(line, from: index + 1, to: limit)
    case .colon, .separator: return nil
    }
  }

  /// The place behind a text that began before `index`, or the line's end where it goes on in the next line.
  private mutating func endOfText(_ line: Bytes, from index: Int, to limit: Int) -> Int? {
    if let end = line.jsonTextEnd(from: index, to: limit) {
      isInText = false
      next = .separator
      return end + 1
    }
    let kept = line.trimmed(index..<limit).upperBound
    var before = kept
    while before > index, line[before - 1] == 0x5C { before -= 1 }
    isInText = (kept - before) & 1 == 1
    return isInText ? kept : nil
  }

  private mutating func named(_ line: Bytes, _ name: Range<Int>) {
    if open.count == 1 { isAtItems = line.fills(name, "items") }
    next = .colon
  }

  private mutating func bare(_ line: Bytes, _ index: Int, to limit: Int) -> Int? {
    let end = line.end(of: isBareJSONByte, from: index, to: limit)
    guard end > index else { return nil }
    switch next {
    case .name:
      guard end < limit, line[end] == 0x3A else { return nil }
      named(line, index..<end)
    case .value:
      guard Document(plain: line, index..<end) != nil else { return nil }
      next = .separator
    case .colon, .separator: return nil
    }
    return end
  }

  private mutating func opens(_ line: Bytes, _ index: Int, isList: Bool, _ position: LinePosition) -> Bool {
    guard next == .value, open.count < 1 << 10, !isList || !open.isEmpty else { return false }
    if isInItems, open.count == 2, !isList {
      copy(line, to: index)
      item = DocumentPart(at: position, isItem: true)
    }
    if isList, open.count == 1, isAtItems { isInItems = true }
    guard open.count < Self.deepest else { return false }
    open.append(isList)
    next = isList ? .value : .name
    return true
  }

  private mutating func closes(_ line: Bytes, _ index: Int, isList: Bool, into parts: inout [DocumentPart]) -> Bool {
    guard next == .separator || next == (isList ? .value : .name), open.last == isList else { return false }
    open.removeLast()
    next = .separator
    if let done = item, open.count == 2 {
      item = nil
      parts.append(filled(done, line, to: index + 1))
    } else if open.count == 1 {
      isInItems = false
    } else if open.isEmpty {
      parts.append(filled(root, line, to: index + 1))
    }
    return true
  }

  // MARK: Copies

  private mutating func filled(_ part: DocumentPart, _ line: Bytes, to end: Int) -> DocumentPart {
    var part = part
    part.add(line, copied..<end)
    copied = end
    return part
  }

  private mutating func copy(_ line: Bytes, to end: Int) {
    if item == nil { root.add(line, copied..<end) } else { item?.add(line, copied..<end) }
    copied = end
  }
}
