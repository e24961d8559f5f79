internal import KubelogScan

/// The head of a klog line in a journal, up to the name of its source file, as all lines of one process in one hour have
/// it but for minutes, seconds and klog's letter:
///
///     Jan 03 00:00:01 cp-1 kubelet[2134]: I0103 00:00:01.671950    2134
struct LineHead {
  /// A clock whose hour never changes: where its minutes begin and how many digits a fraction has.
  private struct Clock {
    var minutes: Int
    var fraction: Int
  }

  /// The length of the head in bytes.
  let length: Int
  /// The offset of klog's letter.
  let letter: Int
  /// The lowest byte that each place of it may have, and how much more than that it may be.
  let lowest, above: [UInt8]
  private let stamp: Clock
  private let own: Clock
  /// What the line said from which the head was learned.
  private let header: KlogHeader
  private let record: Record
  /// The microseconds of its hour then.
  private var lastOfHour: Int64 = 0

  private static let lengths = 24...longest
  /// The most bytes of a head.
  static let longest = 160

  /// The head of `line`, which says `header` and `record`; nil where the line does not begin with the stamp of a journal, or
  /// is too short or too long for that.
  ///
  /// Without an envelope (`isBare`) it begins with klog's letter.
  init?(_ line: Bytes, _ header: KlogHeader, _ record: Record, isBare: Bool = false) {
    (self.header, self.record) = (header, record)
    let length = header.file.lowerBound
    self.length = length
    guard Self.lengths.contains(length), let letter = Self.letter(line, before: header.file.lowerBound),
      isBare == (letter == 0), let own = Self.clock(line, letter + 5..<letter + 15),
      let clock = isBare ? own : Self.clock(line, 0..<min(letter, 32))
    else { return nil }
    self.letter = letter
    var (stamp, ownStamp) = (Clock(minutes: clock + 3, fraction: 0), Clock(minutes: own + 3, fraction: 0))
    var (lowest, above): ([UInt8], [UInt8]) = ([], Array(repeating: 0, count: length))
    line.append(0..<length, to: &lowest)
    func mayVary(_ clock: inout Clock) {
      let minutes = clock.minutes
      func digit(_ place: Int, upTo highest: UInt8) { (lowest[place], above[place]) = (0x30, highest) }
      for (offset, highest) in [(0, 5), (1, 9), (3, 5), (4, 9)] as [(Int, UInt8)] {
        digit(minutes + offset, upTo: highest)
      }
      guard line[minutes + 5] == 0x2E || line[minutes + 5] == 0x2C else { return }
      let end = line.end(of: isDigit, from: minutes + 6, to: length)
      for place in minutes + 6..<end { digit(place, upTo: 9) }
      clock.fraction = end - minutes - 6
    }
    mayVary(&stamp)
    mayVary(&ownStamp)
    (lowest[letter], above[letter]) = (0, .max)
    (self.lowest, self.above, self.stamp, self.own) = (lowest, above, stamp, ownStamp)
    lastOfHour = line.withUnsafeBufferPointer { Self.clock(UnsafeRawBufferPointer($0), 0, stamp).ofHour }
    let again = line.withUnsafeBufferPointer { bytes in
      read(
        UnsafeRawBufferPointer(bytes), at: 0, file: header.file.count, body: header.body.lowerBound, end: line.count)
    }
    guard again.header == header, again.record.time == record.time, again.record.body == record.body else { return nil }
  }

  /// What a line says that has this head, by its clocks alone; offsets are those within the line.
  func read(
    _ bytes: UnsafeRawBufferPointer, at start: Int, file: Int, body: Int, end: Int
  ) -> (header: KlogHeader, record: Record) {
    var (header, record) = (header, record)
    let now = Self.clock(bytes, start, own)
    header.letter = bytes[start + letter]
    (header.civil.minute, header.civil.second) = (now.minute, now.second)
    header.civil.microsecond = now.microsecond
    (header.file, header.body, header.ownLine) = (length..<length + file, body..<end, body..<end)
    record.body = letter..<end
    if letter > 0, let last = record.time?.microseconds {
      let moment = last - lastOfHour + Self.clock(bytes, start, stamp).ofHour
      record.time?.microseconds = moment
      record.time?.earliest? += moment - last
      record.time?.latest? += moment - last
    }
    return (header, record)
  }

  private static func clock(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ clock: Clock) -> Reading {
    func digit(_ place: Int) -> Int { Int(bytes[start + clock.minutes + place]) - 0x30 }
    var microsecond = 0
    for index in 0..<6 { microsecond = microsecond * 10 + (index < clock.fraction ? digit(6 + index) : 0) }
    return Reading(
      minute: digit(0) * 10 + digit(1), second: digit(3) * 10 + digit(4), microsecond: microsecond)
  }

  /// What a clock shows.
  private struct Reading {
    var minute: Int
    var second: Int
    var microsecond: Int

    /// Microseconds since the hour began.
    var ofHour: Int64 { Int64((minute * 60 + second) * 1_000_000 + microsecond) }
  }

  /// Where klog's letter stands: its stamp has 21 bytes, the process id that follows at least seven columns.
  private static func letter(_ line: Bytes, before file: Int) -> Int? {
    var place = file - 1
    while place > 0, line[place - 1] != 0x20 { place -= 1 }
    while place > 0, line[place - 1] == 0x20 { place -= 1 }
    place -= 21
    return place >= 0 ? place : nil
  }

  /// The first `hh:mm:ss` in `range`.
  private static func clock(_ line: Bytes, _ range: Range<Int>) -> Int? {
    range.first { start in
      start + 8 < line.count && line[start + 2] == 0x3A && line[start + 5] == 0x3A
        && [0, 1, 3, 4, 6, 7].allSatisfy { isDigit(line[start + $0]) }
    }
  }
}
