internal import KubelogScan

/// One line of the normal screen while it is written: what is typed over, taken back and coloured.
///
/// A line that is longer than the terminal goes on in the next row; `readline` says so with a blank and a carriage return
/// behind the last column, from which the width is learned where nobody told it.
struct TypedLines {
  /// The terminal's width in columns, nil while it is not known.
  var width: Int?
  /// Whether a shell is being typed into.
  var isTyping = false
  private var rows: [[UInt32]] = [[]]
  private var row = 0
  private var column = 0
  private var lastPrinted: UInt32 = 0

  /// The longest line that is shown whole.
  private static let longest = LineSplitter.longestLine
  /// The furthest that cursors move, and the longest line that is changed in its middle.
  private static let edited = 1 << 14

  /// The line that was shown; the next begins.
  mutating func end() -> [UInt8] {
    var bytes: [UInt8] = []
    for row in rows {
      for scalar in row where scalar != 0 { bytes.append(scalar: scalar) }
    }
    (rows, row, column, isTyping) = ([[]], 0, 0, false)
    while bytes.last == 0x20 { bytes.removeLast() }
    return bytes
  }

  /// Does what the terminal would; false where that addresses the whole screen.
  mutating func apply(_ action: EscapeReader.Action) -> Bool {
    switch action {
    case .print(let scalar): put(scalar)
    case .tab: put(0x09)
    case .backspace:
      if column > 0 { column -= 1 } else if row > 0, let width { (row, column) = (row - 1, width - 1) }
    case .carriageReturn: carriageReturn()
    case .control(let final, let numbers): return control(final, numbers)
    case .mode: break
    }
    return true
  }

  private mutating func put(_ scalar: UInt32) {
    if let width, column >= width { nextRow() }
    lastPrinted = scalar
    guard column < Self.longest, row < 256 else { return }
    while rows[row].count < column { rows[row].append(0x20) }
    if column < rows[row].count { rows[row][column] = scalar } else { rows[row].append(scalar) }
    column += 1
    guard isWide(scalar) else { return }
    if column < rows[row].count { rows[row][column] = 0 } else { rows[row].append(0) }
    column += 1
  }

  private mutating func nextRow() {
    (row, column) = (row + 1, 0)
    if row == rows.count { rows.append([]) }
  }

  private mutating func carriageReturn() {
    if isTyping, width == nil, lastPrinted == 0x20, column > 20, column == rows[row].count {
      width = column - 1
      rows[row].removeLast()
      nextRow()
    }
    column = 0
  }

  private mutating func control(_ final: UInt8, _ numbers: [Int]) -> Bool {
    let first = numbers.first ?? 0
    let count = max(first, 1)
    switch final {
    case 0x41: row = max(row - count, 0)  // A
    case 0x43: column = max(column, min(column + count, Self.edited))  // C
    case 0x44: column = max(column - count, 0)  // D
    case 0x47: column = count - 1  // G
    case 0x4B: erase(first)  // K
    case 0x4A:  // J
      if first == 0 {
        erase(0)
        rows.removeLast(rows.count - row - 1)
      } else {
        (rows, row, column) = ([[]], 0, 0)
      }
    case 0x50:  // P
      guard rows[row].count <= Self.edited else { break }
      rows[row].removeSubrange(min(column, rows[row].count)..<min(column + count, rows[row].count))
    case 0x40:  // @
      guard column <= rows[row].count, count < 1000, rows[row].count + count <= Self.edited else { break }
      rows[row].insert(contentsOf: Array(repeating: 0x20, count: count), at: column)
    case 0x58:  // X
      for index in column..<column + count where index < rows[row].count { rows[row][index] = 0x20 }
    case 0x48, 0x66:  // H, f
      guard first <= 1, numbers.count < 2 || numbers[1] <= 1 else { return false }
      (row, column) = (0, 0)
    case 0x72: return numbers.count < 2  // r: whoever sets a scrolling region paints
    default: break
    }
    return true
  }

  private mutating func erase(_ what: Int) {
    switch what {
    case 0: if column < rows[row].count { rows[row].removeLast(rows[row].count - column) }
    case 1: for index in 0..<min(column + 1, rows[row].count) { rows[row][index] = 0x20 }
    default: rows[row] = []
    }
  }
}

/// Whether a character takes two columns (Unicode UAX 11: wide and full width, by blocks).
func isWide(_ scalar: UInt32) -> Bool {
  switch scalar {
  case 0..<0x1100: false
  case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
    0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
    true
  default: false
  }
}
