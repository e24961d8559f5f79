internal import KubelogScan

/// One line with its envelopes off: where its own words begin, and what the envelopes told.
struct Record {
  /// The words of whoever wrote the line.
  var body: Range<Int>
  /// The time of the envelope.
  var time: EventTime?
  /// The host that the envelope names.
  var host: Range<Int>?
  /// Who wrote it: the syslog identifier.
  var identifier: Range<Int>?
  /// The process id in the envelope, 0 if none.
  var process = 0
}

/// The wrappers that a line can be in. Each has a file here, which reads one and tells what it says.
enum Envelope: CaseIterable {
  /// `Nov 23 14:36:16 cp3 kubelet[506]: …`
  case journalShort
  /// `Nov 23 14:36:08.328635 …`, `[2026-11-23 14:42:31.867871] …`, `00:00:05 …`
  case ts

  /// Takes this envelope off `record`; false, and nothing changed, where the line is not in it.
  func open(_ line: Bytes, _ record: inout Record, _ clock: inout SourceClock) -> Bool {
    switch self {
    case .journalShort: JournalShort.open(line, &record, &clock)
    case .ts: Ts.open(line, &record, &clock)
    }
  }
}

/// Takes envelopes off line by line; the one that fitted last is tried first.
struct EnvelopeOpener {
  private var expected: Envelope?

  /// What the line says without its envelopes.
  mutating func open(_ line: Bytes, _ clock: inout SourceClock) -> Record {
    var record = Record(body: 0..<line.count)
    guard line.count > 9 else { return record }
    if let expected, expected.open(line, &record, &clock) { return record }
    for envelope in Envelope.allCases where envelope != expected {
      if envelope.open(line, &record, &clock) {
        expected = envelope
        break
      }
    }
    return record
  }
}
