/// The indexes of a damaged store, as far as the way to their pages is whole: a second copy of some columns.
struct PageIndexes {
  private var roots: [String: Int] = [:]

  /// Finds them by the schema, which begins on the first page.
  init(_ pages: borrowing PageFile) {
    var found: [String: Int] = [:]
    Self.walk(1, pages) { record in
      guard record.cells.count == 5, case .text("index") = record.cells[0], case .text(let name) = record.cells[1],
        case .integer(let root) = record.cells[3]
      else { return }
      found[name] = Int(truncatingIfNeeded: root)
    }
    roots = found
  }

  /// The entries of an index that can be read: its columns, then the number of the row.
  func entries(of name: String, _ pages: borrowing PageFile) -> [[Statement.Cell]] {
    var entries: [[Statement.Cell]] = []
    if let root = roots[name] { Self.walk(root, pages) { entries.append($0.cells) } }
    return entries
  }

  /// How many they are.
  func count(of name: String, _ pages: borrowing PageFile) -> Int {
    var count = 0
    if let root = roots[name] { Self.walk(root, pages) { _ in count += 1 } }
    return count
  }

  private static func walk(_ root: Int, _ pages: borrowing PageFile, _ take: (PageRecord) -> Void) {
    var (seen, waiting): (Set<Int>, [Int]) = ([], [root])
    while let number = waiting.popLast() {
      guard seen.insert(number).inserted, let page = PageRecords(number, of: pages) else { continue }
      page.records.forEach(take)
      waiting += page.children
    }
  }

  /// The pages that list free ones: section 1.5 of the format.
  static func freeTrunks(_ pages: borrowing PageFile) -> Set<Int> {
    var trunks: Set<Int> = []
    guard pages.application != nil, let first = pages.page(1) else { return trunks }
    var next = PageFile.number(first, 32, 4)
    while next > 0, trunks.insert(next).inserted, let page = pages.page(next) { next = PageFile.number(page, 0, 4) }
    return trunks
  }
}
