internal import KubelogScan

/// One line with its envelopes off: where its own words begin, and what the envelopes told.
struct Record {
  /// The words of whoever wrote the line.
  var body: Range<Int>
  /// The time of the innermost envelope that has one.
  var time: EventTime?
  /// The host that an envelope names.
  var host: Name?
  /// Who wrote it: the syslog identifier or the unit.
  var identifier: Name?
  /// The process id in the envelope, 0 if none.
  var process = 0
  /// What else tells its lines from those beside it: a Terraform resource, a container.
  var lane: Name?
  /// Whether it is a part of a line, to be joined with what follows.
  var isPart = false

  /// What its lines belong together by; state of one stream never meets another's.
  var stream: Stream { Stream(host: host, identifier: identifier, lane: lane, process: process) }

  /// A record whose body fills a text of its own.
  func with(_ body: Range<Int>) -> Record {
    var record = self
    record.body = body
    return record
  }

  /// A record of words that are not in any envelope.
  init(body: Range<Int>) { self.body = body }

  /// A record of words in a stream that is known.
  init(body: Range<Int>, _ stream: Stream) {
    self.body = body
    (host, identifier, lane, process) = (stream.host, stream.identifier, stream.lane, stream.process)
  }

  /// A source, host, program and process whose lines belong together.
  struct Stream: Hashable, Comparable {
    var host: Name?
    var identifier: Name?
    var lane: Name?
    var process = 0

    /// In the order in which their names were first seen.
    static func < (left: Stream, right: Stream) -> Bool { left.order.lexicographicallyPrecedes(right.order) }

    private var order: [Int] {
      [host?.order ?? -1, identifier?.order ?? -1, lane?.order ?? -1, process]
    }
  }
}

/// The wrappers of one line that stand before its words. Each has a file here, which reads one and tells what it says;
/// no line is in two of them at once, so that the order in which they are tried does not matter.
enum Envelope: String, CaseIterable {
  /// `Nov 23 14:36:16 cp3 kubelet[506]: …`
  case journalShort = "journal-short"
  /// `2026-11-23T14:36:16+0000 cp3 kubelet[506]: …`
  case journalISO = "journal-short-iso"
  /// `Mon 2026-11-23 14:36:16 UTC cp3 kubelet[506]: …`
  case journalFull = "journal-short-full"
  /// `1795444415.669770 cp3 kubelet[506]: …`
  case journalUnix = "journal-short-unix"
  /// `[ 2941.390007] cp3 kubelet[506]: …`
  case journalMonotonic = "journal-short-monotonic"
  /// `<30>1 2026-11-23T14:36:16Z cp3 kubelet 506 - - …`, `<30>Nov 23 14:36:16 cp3 kubelet[506]: …`
  case syslog
  /// `2026-11-23T14:36:16.123456789Z stderr F …`
  case cri
  /// `2026-11-23T14:36:16.123456Z 01O …`
  case gitlab
  /// `Nov 23 14:36:08.328635 …`, `[2026-11-23 14:42:31.867871] …`, `00:00:05 …`, GitHub's `2026-11-23T14:36:16.1234567Z …`
  case ts
  /// `null_resource.master (remote-exec): …`
  case terraform
  /// `    m1: …`, `m1: …`, `m1 | …`
  case prefixed
  /// `> …`
  case quoted

  /// Takes this envelope off `record`; false, and nothing changed, where the line is not in it.
  func open(_ line: Bytes, _ record: inout Record, _ out: inout Output) -> Bool {
    switch self {
    case .journalShort: JournalText.openShort(line, &record, &out)
    case .journalISO: JournalText.openISO(line, &record, &out)
    case .journalFull: JournalText.openFull(line, &record, &out)
    case .journalUnix: JournalText.openUnix(line, &record, &out)
    case .journalMonotonic: JournalText.openMonotonic(line, &record, &out)
    case .syslog: Syslog.open(line, &record, &out)
    case .cri: CRI.open(line, &record, &out)
    case .gitlab: GitLab.open(line, &record, &out)
    case .ts: Ts.open(line, &record, &out)
    case .terraform: Terraform.open(line, &record, &out)
    case .prefixed: Prefixed.open(line, &record, &out)
    case .quoted: Quoted.open(line, &record)
    }
  }
}

/// Takes envelopes off line by line, nested as they come; the ones that fitted the last line are tried first.
struct EnvelopeOpener {
  /// The only envelope that is looked for (`--as`), nil for all.
  var only: Envelope?
  /// Whether none is looked for.
  var isOff = false
  /// What was around the last line, the outermost first.
  private var expected: [Envelope] = []
  /// How often each was opened.
  private(set) var counts: [Int] = Array(repeating: 0, count: Envelope.allCases.count)

  /// How many were around the last line.
  private var depth = 0

  /// The only envelope that was around the last line; nil where there was none or several.
  var single: Envelope? { depth == 1 ? expected[0] : nil }

  /// So many more lines were in the envelope of the last.
  mutating func pass(_ lines: Int, in envelope: Envelope) {
    // Mostly the one that it was.
    if envelope != counted.envelope { counted = (envelope, envelope.number) }
    counts[counted.number] += lines
  }

  private var counted = (envelope: Envelope.journalShort, number: Envelope.journalShort.number)

  /// No sane log is wrapped more often.
  private static let deepest = 6

  /// Takes off what can be taken off.
  mutating func open(_ line: Bytes, _ record: inout Record, _ out: inout Output) {
    depth = 0
    while depth < Self.deepest, let envelope = openNext(depth, line, &record, &out) {
      pass(1, in: envelope)
      if depth == expected.count {
        expected.append(envelope)
      } else if expected[depth] != envelope {
        expect(envelope, depth)
      }
      depth += 1
    }
  }

  private mutating func expect(_ envelope: Envelope, _ depth: Int) {
    expected[depth] = envelope
    expected.removeLast(expected.count - depth - 1)
  }

  private func openNext(_ depth: Int, _ line: Bytes, _ record: inout Record, _ out: inout Output) -> Envelope? {
    guard record.body.count > 1, !isOff else { return nil }
    if let only {
      return depth == 0 && only.open(line, &record, &out) ? only : nil
    }
    let candidates = Envelope.candidates(line, record.body, inJournal: record.identifier != nil)
    guard !candidates.isEmpty else { return nil }
    if depth < expected.count, candidates.contains(expected[depth]), expected[depth].open(line, &record, &out) {
      return expected[depth]
    }
    return candidates.first { $0.open(line, &record, &out) }
  }
}

extension Envelope {
  /// Its place among all.
  var number: Int { Self.numbers[self] ?? 0 }

  private static let numbers = Dictionary(uniqueKeysWithValues: zip(allCases, 0...))
  private static let none: [Envelope] = []
  private static let digits: [Envelope] = [.journalISO, .journalUnix, .journalShort, .ts, .cri, .gitlab, .prefixed]
  private static let brackets: [Envelope] = [.journalMonotonic, .ts]
  private static let levels: [Envelope] = [.ts]
  private static let words: [Envelope] = [.journalShort, .journalFull, .ts, .terraform, .prefixed]
  private static let innerWords: [Envelope] = [.journalShort, .journalFull, .ts]
  private static let blanks: [Envelope] = [.journalShort, .prefixed]
  private static let arrows: [Envelope] = [.prefixed]
  private static let syslogs: [Envelope] = [.syslog]
  private static let quotes: [Envelope] = [.quoted]

  /// The envelopes that a line may be in, by its first bytes. A klog header is in none: what a CI job puts before each
  /// line only begins like one.
  static func candidates(_ line: Bytes, _ body: Range<Int>, inJournal: Bool) -> [Envelope] {
    let (first, second) = (line[body.lowerBound], line[body.lowerBound + 1])
    switch first {
    case 0x49 where isDigit(second), 0x57 where isDigit(second), 0x45 where isDigit(second), 0x46 where isDigit(second):
      return body.count > 18 && line[body.lowerBound + 18] == 0x5D ? levels : none
    case 0x5B: return isDigit(second) || second == 0x20 || second &- 0x41 < 26 ? brackets : none
    case 0x7B: return none
    case 0x3C: return isDigit(second) ? syslogs : none
    case 0x3E: return second == 0x20 ? quotes : none
    case 0x3D: return arrows
    case 0x20, 0x09: return inJournal ? none : blanks
    case _ where isDigit(first): return digits
    case _ where first >= 0x80 || first &- 0x41 < 26: return inJournal ? innerWords : words
    case _ where first &- 0x61 < 26: return inJournal ? none : words
    default: return none
    }
  }
}
