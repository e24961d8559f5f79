internal import Glibc

/// The pages of a database as its last commit left them, read without SQLite: of a damaged one whatever is there.
///
/// The format is SQLite's, <https://www.sqlite.org/fileformat2.html>, sections 1.2 to 1.5 and 4.
struct PageFile: ~Copyable {
  /// Bytes of a page; where the head of the file is gone, those of kubelog's files that the pages look like.
  let pageSize: Int
  /// Bytes of a page that are in use.
  let usable: Int
  /// How many pages there are, numbered from 1.
  let count: Int
  /// `PRAGMA application_id` and `PRAGMA user_version`; nil where the head of the file is gone.
  let application: Int64?
  /// See ``application``.
  let version: Int?

  private let file: Int32
  private let log: Int32
  private let logged: [Int: Int]

  /// Bytes of a page of stores that were made by older versions.
  private static let olderPageSize = 4_096
  private static let magic = Array("SQLite format 3\0".utf8)

  /// Reads from `file` and from `log`, its WAL, -1 where there is none.
  init(file: Int32, log: Int32) {
    (self.file, self.log) = (file, log)
    let head = Self.read(file, at: 0, 100) ?? []
    let fromLog = Log.pageSize(log)
    var size = Self.likelyPageSize(file)
    if head.count == 100, head.prefix(16).elementsEqual(Self.magic) {
      let stated = Self.number(head, 16, 2) == 1 ? 65_536 : Self.number(head, 16, 2)
      if Self.isPageSize(stated) { size = stated } else if let fromLog { size = fromLog }
    } else if let fromLog {
      size = fromLog
    }
    pageSize = size
    let committed = Log.committed(log, pageSize: size)
    logged = committed.pages
    var status = stat()
    let inFile = fstat(file, &status) == 0 ? (Int(status.st_size) + size - 1) / size : 0
    count = min(committed.count ?? inFile, 1 << 31)
    // The first page may be newer in the log.
    let first = committed.pages[1].flatMap { Self.read(log, at: $0, size) } ?? head
    let isWhole = first.count >= 100 && first.prefix(16).elementsEqual(Self.magic)
    application = isWhole ? Int64(Self.number(first, 68, 4)) : nil
    version = isWhole ? Self.number(first, 60, 4) : nil
    usable = isWhole && Int(first[20]) < 64 ? size - Int(first[20]) : size
  }

  /// What pages of a file without its head have: where they begin half as far apart as those of kubelog's present files do,
  /// most places between look like beginnings as well.
  private static func likelyPageSize(_ file: Int32) -> Int {
    var (asked, begin) = (0, 0)
    for place in stride(from: olderPageSize, to: 512 * olderPageSize, by: Store.pageSize) {
      guard let head = read(file, at: place, 8) else { break }
      asked += 1
      // A table's or an index's page, leaf or inner, with at least one cell that lies in it.
      let (cells, content) = (number(head, 3, 2), number(head, 5, 2))
      if [2, 5, 10, 13].contains(head[0]), cells > 0, cells < olderPageSize / 2, content >= 8, content < olderPageSize {
        begin += 1
      }
    }
    return begin * 2 > asked ? olderPageSize : Store.pageSize
  }

  /// A page; nil where it is not wholly there.
  func page(_ number: Int) -> [UInt8]? {
    guard number >= 1, number <= count else { return nil }
    if let place = logged[number] { return Self.read(log, at: place, pageSize) }
    return Self.read(file, at: (number - 1) * pageSize, pageSize)
  }

  static func isPageSize(_ size: Int) -> Bool { size >= 512 && size <= 65_536 && size & (size - 1) == 0 }

  /// `size` bytes, highest first.
  static func number(_ bytes: [UInt8], _ start: Int, _ size: Int) -> Int {
    bytes[start..<start + size].reduce(0) { $0 << 8 | Int($1) }
  }

  /// `count` bytes; nil where there are fewer.
  static func read(_ file: Int32, at place: Int, _ count: Int) -> [UInt8]? {
    guard file >= 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    var got = 0
    while got < count {
      let read = bytes.withUnsafeMutableBytes { buffer in
        pread(file, buffer.baseAddress?.advanced(by: got), count - got, place + got)
      }
      if read < 0, errno == EINTR { continue }
      guard read > 0 else { return nil }
      got += read
    }
    return bytes
  }

  /// The write-ahead log beside a database.
  private enum Log {
    private static let headSize = 32
    private static let frameHeadSize = 24

    static func pageSize(_ log: Int32) -> Int? {
      guard let head = read(log, at: 0, headSize), number(head, 0, 4) | 1 == 0x377F_0683,
        isPageSize(number(head, 8, 4))
      else { return nil }
      return number(head, 8, 4)
    }

    /// Where the newest committed state of each page begins, and how many pages there are after the last commit.
    ///
    /// A frame counts if it is of the log's present round (its salts) and its checksum goes on from that of the frame before;
    /// one that does not is passed over, and what comes after it still counts.
    static func committed(_ log: Int32, pageSize: Int) -> (pages: [Int: Int], count: Int?) {
      var pages: [Int: Int] = [:]
      var count: Int?
      guard let head = read(log, at: 0, headSize) else { return (pages, count) }
      let isHeadWhole = Self.pageSize(log) != nil
      let isBig = isHeadWhole ? number(head, 0, 4) & 1 == 1 : false
      var salts = isHeadWhole ? Array(head[16..<24]) : nil
      var sum: (UInt32, UInt32)? =
        isHeadWhole ? (UInt32(number(head, 24, 4)), UInt32(number(head, 28, 4))) : nil
      var open: [Int: Int] = [:]
      var place = headSize
      while let frame = read(log, at: place, frameHeadSize + pageSize) {
        let here = place + frameHeadSize
        place += frameHeadSize + pageSize
        // Where the log's own head is gone its first frame tells which round it is.
        if salts == nil { salts = Array(frame[8..<16]) }
        let stated = (UInt32(number(frame, 16, 4)), UInt32(number(frame, 20, 4)))
        defer { sum = stated }
        guard Array(frame[8..<16]) == salts, let before = sum else { continue }
        var computed = add(frame[0..<8], to: before, isBig)
        computed = add(frame[frameHeadSize...], to: computed, isBig)
        guard computed == stated else { continue }
        open[number(frame, 0, 4)] = here
        let size = number(frame, 4, 4)
        if size > 0 {
          pages.merge(open) { _, new in new }
          open = [:]
          count = size
        }
      }
      return (pages, count)
    }

    private static func add(_ bytes: ArraySlice<UInt8>, to sum: (UInt32, UInt32), _ isBig: Bool) -> (UInt32, UInt32) {
      bytes.withUnsafeBytes { buffer in
        var (first, second) = sum
        for start in stride(from: 0, to: buffer.count - 7, by: 8) {
          let words = (
            buffer.loadUnaligned(fromByteOffset: start, as: UInt32.self),
            buffer.loadUnaligned(fromByteOffset: start + 4, as: UInt32.self)
          )
          first &+= (isBig ? UInt32(bigEndian: words.0) : UInt32(littleEndian: words.0)) &+ second
          second &+= (isBig ? UInt32(bigEndian: words.1) : UInt32(littleEndian: words.1)) &+ first
        }
        return (first, second)
      }
    }
  }
}
