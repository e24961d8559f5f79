internal import KubelogScan

/// journalctl's text forms: a stamp, the host, who wrote the line, its words.
///
///     Nov 23 14:36:16 cp3 kubelet[506]: message                    short, short-precise
///     2026-11-23T14:36:16+0000 cp3 kubelet[506]: message           short-iso, short-iso-precise
///     Mon 2026-11-23 14:36:16 UTC cp3 kubelet.service[506]: …      short-full, with-unit
///     1795444415.669770 cp3 kubelet[506]: message                  short-unix
///     [ 2941.390007] cp3 kubelet[506]: message                     short-monotonic, short-delta
///
/// Format: systemd `src/shared/logs-show.c`, output_short. `--no-hostname` leaves the host out. rsyslog's files read the
/// same: the traditional form with a blank-padded day, the newer one as short-iso with a colon in the offset. So do lines
/// of a serial console (`[   45.123456] cloud-init[1023]: …`).
enum JournalText {
  static func openShort(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool {
    open(line, &record, &out, Stamp.yearless(line, at: record.body.lowerBound))
  }

  static func openISO(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool {
    open(line, &record, &out, Stamp.iso(line, at: record.body.lowerBound))
  }

  static func openFull(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool {
    open(line, &record, &out, Stamp.full(line, at: record.body.lowerBound))
  }

  static func openUnix(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool {
    open(line, &record, &out, Stamp.unix(line, at: record.body.lowerBound))
  }

  static func openMonotonic(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool {
    guard let stamp = Stamp.sinceBoot(line, at: record.body.lowerBound) else { return false }
    out.clock.bootStamp = nil
    guard open(line, &record, &out, stamp) else { return false }
    if case .sinceBoot(let moment) = stamp.moment { out.clock.bootStamp = moment }
    return true
  }

  private static func open(_ line: Bytes, _ record: inout Record, _ out: inout Output, _ stamp: Stamp?) -> Bool {
    guard let stamp, let tail = Tail(line, after: stamp.end, to: record.body.upperBound) else { return false }
    record.time = stamp.time(&out.clock) ?? record.time
    tail.tell(line, &record, &out)
    return true
  }

  /// What follows the stamp: ` cp3 kubelet[506]: `, ` cp3 kernel: `, ` kubelet[506]: `.
  struct Tail {
    var host: Range<Int>
    var identifier: Range<Int>
    var process = 0
    var body: Range<Int>

    init?(_ line: Bytes, after stamp: Int, to end: Int) {
      guard stamp + 1 < end, line[stamp] == 0x20 else { return nil }
      let start = stamp + 1
      let word = line.end(of: Self.isNameByte, from: start, to: end)
      guard word > start, word < end, Self.mayBegin(line[start]) else { return nil }
      if line[word] == 0x5B || line[word] == 0x3A {
        // Without a host, only a process id makes sure that it is a program's name.
        (host, identifier) = (start..<start, start..<word)
        guard line[word] == 0x5B else { return nil }
      } else {
        guard line[word] == 0x20 else { return nil }
        host = start..<word
        let name = word + 1
        let nameEnd = line.end(of: Self.isNameByte, from: name, to: end)
        guard nameEnd > name, nameEnd < end else { return nil }
        identifier = name..<nameEnd
      }
      var next = identifier.upperBound
      if line[next] == 0x5B {
        let digits = line.end(of: isDigit, from: next + 1, to: end)
        guard let number = line.decimal(next + 1..<digits), digits + 1 < end, line[digits] == 0x5D else { return nil }
        process = number
        next = digits + 1
      }
      guard line[next] == 0x3A, next + 1 == end || line[next + 1] == 0x20 else { return nil }
      body = min(next + 2, end)..<end
    }

    /// Neither hosts nor programs begin with a sign, but for `(systemd)`.
    private static func mayBegin(_ byte: UInt8) -> Bool {
      isDigit(byte) || (byte | 0x20) &- 0x61 < 26 || byte >= 0x80 || byte == 0x5F || byte == 0x28
    }

    private static func isNameByte(_ byte: UInt8) -> Bool { isWordByte(byte) && byte != 0x3A && byte != 0x5B }

    func tell(_ line: Bytes, _ record: inout Record, _ out: inout Output) {
      if let name = out.names.host(line, host) { record.host = name }
      record.identifier = out.names.name(line, identifier)
      record.process = process
      record.body = body
    }
  }
}
