/// A row or an entry of an index, as a page holds it.
struct PageRecord {
  /// The number of the row; nil in an index and in a table without such numbers.
  var row: Int64?
  var cells: [Statement.Cell]
}

/// What a page of a database is, and the records in it that can be read.
struct PageRecords {
  enum Kind: UInt8 {
    case indexInterior = 2
    case tableInterior = 5
    case indexLeaf = 10
    case tableLeaf = 13
  }

  var kind: Kind
  var records: [PageRecord] = []
  /// Pages below it, in order.
  var children: [Int] = []
  /// Pages that records go on in.
  var overflow: [Int] = []
  /// Whether something in it could not be read.
  var isDamaged = false

  /// The longest record that is believed, bytes.
  private static let longest = 64 << 20

  /// The records of page `number`; nil where it is no page of records.
  init?(_ number: Int, of file: borrowing PageFile) {
    guard let page = file.page(number) else { return nil }
    let start = number == 1 ? 100 : 0
    guard let kind = Kind(rawValue: page[start]) else { return nil }
    self.kind = kind
    let isInterior = kind == .indexInterior || kind == .tableInterior
    let count = PageFile.number(page, start + 3, 2)
    let pointers = start + (isInterior ? 12 : 8)
    guard pointers + 2 * count <= file.usable else { return nil }
    for index in 0..<count {
      let place = PageFile.number(page, pointers + 2 * index, 2)
      guard place >= pointers + 2 * count, place < file.usable else {
        isDamaged = true
        continue
      }
      if !read(page, place, file) { isDamaged = true }
    }
    if isInterior { children.append(PageFile.number(page, start + 8, 4)) }
  }

  /// Reads the cell at `place`; false where it makes no sense.
  private mutating func read(_ page: [UInt8], _ place: Int, _ file: borrowing PageFile) -> Bool {
    var place = place
    if kind == .indexInterior || kind == .tableInterior {
      guard place + 4 <= file.usable else { return false }
      children.append(PageFile.number(page, place, 4))
      place += 4
      if kind == .tableInterior { return true }
    }
    guard let size = Self.varint(page, &place, file.usable), size >= 0, size <= Self.longest else { return false }
    var row: Int64?
    if kind == .tableLeaf {
      row = Self.varint(page, &place, file.usable)
      guard row != nil else { return false }
    }
    guard let payload = payload(Int(size), page, place, file), let cells = Self.cells(payload) else { return false }
    records.append(PageRecord(row: row, cells: cells))
    return true
  }

  /// The bytes of a record, from the page and the pages that it goes on in.
  private mutating func payload(_ size: Int, _ page: [UInt8], _ place: Int, _ file: borrowing PageFile) -> [UInt8]? {
    let usable = file.usable
    let most = kind == .tableLeaf ? usable - 35 : (usable - 12) * 64 / 255 - 23
    if size <= most { return place + size <= usable ? Array(page[place..<place + size]) : nil }
    let least = (usable - 12) * 32 / 255 - 23
    let rest = least + (size - least) % (usable - 4)
    let here = rest <= most ? rest : least
    guard place + here + 4 <= usable else { return nil }
    var bytes = Array(page[place..<place + here])
    bytes.reserveCapacity(size)
    var next = PageFile.number(page, place + here, 4)
    var chain: [Int] = []
    while bytes.count < size {
      guard let more = file.page(next), chain.count <= size / (usable - 4) else { return nil }
      chain.append(next)
      bytes += more[4..<min(usable, 4 + size - bytes.count)]
      next = PageFile.number(more, 0, 4)
    }
    overflow += chain
    return bytes
  }

  /// The values of a record: section 2.1 of the format.
  private static func cells(_ payload: [UInt8]) -> [Statement.Cell]? {
    var place = 0
    guard let head = varint(payload, &place, payload.count), head >= place, head <= payload.count else { return nil }
    var value = Int(head)
    var cells: [Statement.Cell] = []
    while place < head {
      guard let type = varint(payload, &place, Int(head)), let cell = cell(type, payload, &value) else { return nil }
      cells.append(cell)
    }
    return value == payload.count ? cells : nil
  }

  private static func cell(_ type: Int64, _ payload: [UInt8], _ place: inout Int) -> Statement.Cell? {
    func take(_ size: Int) -> ArraySlice<UInt8>? {
      guard size <= payload.count - place else { return nil }
      defer { place += size }
      return payload[place..<place + size]
    }
    switch type {
    case 0: return .null
    case 1...6:
      guard let bytes = take([1, 2, 3, 4, 6, 8][Int(type) - 1]), let first = bytes.first else { return nil }
      return .integer(bytes.reduce(first & 0x80 == 0 ? 0 : -1) { $0 << 8 | Int64($1) })
    case 8: return .integer(0)
    case 9: return .integer(1)
    case 12...:
      guard type / 2 - 6 <= Int64(longest), let bytes = take(Int(type / 2 - 6)) else { return nil }
      if type & 1 == 0 { return .blob(Array(bytes)) }
      // What holds no text any more was overwritten.
      guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else { return nil }
      return .text(text)
    // 7 is a real number, which no table of kubelog's has; 10 and 11 are nobody's.
    default: return nil
    }
  }

  /// A number of one to nine bytes, seven bits each; nil where it goes beyond `end`.
  static func varint(_ bytes: [UInt8], _ place: inout Int, _ end: Int) -> Int64? {
    var value: UInt64 = 0
    for index in 0..<9 {
      guard place < end else { return nil }
      let byte = bytes[place]
      place += 1
      if index == 8 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
      value = value << 7 | UInt64(byte & 0x7F)
      if byte & 0x80 == 0 { return Int64(bitPattern: value) }
    }
    return nil
  }
}
