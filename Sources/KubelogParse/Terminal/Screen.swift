internal import KubelogScan

/// A terminal's screen that a program paints on, as `watch` does by way of ncurses: only what changed is written, wherever
/// it stands.
///
/// A painting is over when the cursor is parked in the last row, when the first row is written again, or when the program
/// gives the screen back.
struct Screen {
  private var rows: [[UInt32]] = []
  private var row = 0
  private var column = 0
  private var lastRow = 0
  private var lastPrinted: UInt32 = 0x20
  /// Whether anything was painted since the screen was last given.
  private var isPainted = false
  /// Whether a row below the first was.
  private var isPaintedBelow = false

  private static let most = (rows: 500, columns: 1000)

  /// Does what the terminal would; the screen, where a painting was over before this.
  mutating func apply(_ action: EscapeReader.Action) -> [[UInt8]]? {
    switch action {
    case .print(let scalar): put(scalar)
    case .tab: column = min((column / 8 + 1) * 8, Self.most.columns)
    case .backspace: column = max(column - 1, 0)
    case .carriageReturn: column = 0
    case .control(let final, let numbers): return control(final, numbers)
    case .mode: break
    }
    return nil
  }

  /// A line feed.
  mutating func feedLine(isReturned: Bool) {
    row = min(row + 1, Self.most.rows - 1)
    if isReturned { column = 0 }
  }

  /// The rows as they stand, where they show something that is read; nothing where nothing changed.
  mutating func frame() -> [[UInt8]] {
    guard isPainted else { return [] }
    (isPainted, isPaintedBelow) = (false, false)
    var lines: [[UInt8]] = rows.map { row in
      var bytes: [UInt8] = []
      for scalar in row where scalar != 0 { bytes.append(scalar: scalar) }
      while bytes.last == 0x20 { bytes.removeLast() }
      return bytes
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    let head = lines.prefix(4)
    let isTable = head.contains { $0.starts(with: "Every ".utf8) || $0.starts(with: "NAME ".utf8) }
    return isTable ? lines : []
  }

  private mutating func put(_ scalar: UInt32) {
    guard column < Self.most.columns else { return }
    grow(to: row)
    while rows[row].count < column { rows[row].append(0x20) }
    if column < rows[row].count { rows[row][column] = scalar } else { rows[row].append(scalar) }
    column += 1
    if isWide(scalar) {
      if column < rows[row].count { rows[row][column] = 0 } else { rows[row].append(0) }
      column += 1
    }
    lastPrinted = scalar
    isPainted = true
    if row > 0 { isPaintedBelow = true }
  }

  private mutating func grow(to row: Int) {
    while rows.count <= row { rows.append([]) }
  }

  /// Moves to another row; coming back to the first one after painting others ends a painting.
  private mutating func move(row to: Int, column: Int? = nil) -> [[UInt8]]? {
    let next = min(max(to, 0), Self.most.rows - 1)
    let isParked = lastRow > 0 && next >= lastRow && isPainted
    let isAgain = next == 0 && row > 0 && isPaintedBelow
    row = next
    if let column { self.column = min(max(column, 0), Self.most.columns) }
    return isParked || isAgain ? frame() : nil
  }

  private mutating func control(_ final: UInt8, _ numbers: [Int]) -> [[UInt8]]? {
    let first = numbers.first ?? 0
    let count = max(first, 1)
    if [0x4A, 0x4B, 0x58, 0x50, 0x40, 0x4C, 0x4D].contains(final) {
      isPainted = true
      if row > 0 { isPaintedBelow = true }
    }
    switch final {
    case 0x41: return move(row: row - count)  // A
    case 0x42: return move(row: row + count)  // B
    case 0x43: column = min(column + count, Self.most.columns)  // C
    case 0x44: column = max(column - count, 0)  // D
    case 0x47, 0x60: column = count - 1  // G, `
    case 0x64: return move(row: count - 1)  // d
    case 0x48, 0x66: return move(row: count - 1, column: (numbers.count > 1 ? max(numbers[1], 1) : 1) - 1)  // H, f
    case 0x72:  // r
      if numbers.count > 1 { lastRow = min(numbers[1], Self.most.rows) - 1 }
      (row, column) = (0, 0)
    case 0x4A: eraseScreen(first)  // J
    case 0x4B: eraseLine(first)  // K
    case 0x58:  // X
      grow(to: row)
      let end = min(column + count, rows[row].count)
      if column < end { rows[row].replaceSubrange(column..<end, with: repeatElement(0x20, count: end - column)) }
    case 0x50:  // P
      grow(to: row)
      rows[row].removeSubrange(min(column, rows[row].count)..<min(column + count, rows[row].count))
    case 0x40:  // @
      grow(to: row)
      guard column <= rows[row].count, rows[row].count < Self.most.columns else { break }
      rows[row].insert(contentsOf: Array(repeating: 0x20, count: min(count, Self.most.columns)), at: column)
    case 0x62: for _ in 0..<min(count, Self.most.columns) { put(lastPrinted) }  // b
    case 0x4C:  // L
      grow(to: row)
      rows.insert(contentsOf: Array(repeating: [], count: min(count, 100)), at: row)
      if rows.count > Self.most.rows { rows.removeLast(rows.count - Self.most.rows) }
    case 0x4D: if row < rows.count { rows.removeSubrange(row..<min(row + count, rows.count)) }  // M
    default: break
    }
    return nil
  }

  private mutating func eraseLine(_ what: Int) {
    grow(to: row)
    switch what {
    case 0: if column < rows[row].count { rows[row].removeLast(rows[row].count - column) }
    case 1: for index in 0..<min(column + 1, rows[row].count) { rows[row][index] = 0x20 }
    default: rows[row] = []
    }
  }

  private mutating func eraseScreen(_ what: Int) {
    switch what {
    case 0:
      eraseLine(0)
      if row + 1 < rows.count { rows.removeLast(rows.count - row - 1) }
    case 1:
      eraseLine(1)
      for index in 0..<min(row, rows.count) { rows[index] = [] }
    default: rows = []
    }
  }
}
