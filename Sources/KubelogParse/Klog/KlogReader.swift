internal import KubelogScan

/// Reads the lines of programs that log by klog: whole ones, the JSON format, and those that go over several lines, of
/// which each stream has its own.
struct KlogReader {
  /// A klog line that was begun, with all that is known of it.
  private struct Held {
    /// Its parts; places in the line that is made of it.
    var header: KlogHeader
    var record: Record
    var time: EventTime
    /// Where it began.
    var position: LinePosition
    var block: KlogBlock
  }

  private var held: [Record.Stream: Held] = [:]
  /// A buffer for lines that are made anew, used again and again.
  private var text: [UInt8] = []

  /// The most blocks that may be open at once.
  private static let mostBlocks = 256

  /// Whether a block is open, so that lines have to be offered to ``takeFurther(_:_:_:_:_:)``.
  var isOpen: Bool { !held.isEmpty }

  // MARK: Lines

  /// Takes a line with a header; what it says is told, or kept until its last line came.
  mutating func take(
    _ line: Bytes, _ header: KlogHeader, _ record: Record, _ time: EventTime, _ rules: RuleSet,
    _ events: inout RuleEvents, _ out: inout Output
  ) {
    if KlogBlock.opens(line, header.body), held.count < Self.mostBlocks {
      var header = header
      header.ownLine = header.body.lowerBound..<line.trimmed(header.body).upperBound - 1
      let block = KlogBlock(line, header.body, keeping: rules.mayMatch(klog: header, line))
      held[record.stream] = Held(
        header: header, record: record, time: time, position: out.position, block: block)
    } else if let match = rules.match(klog: header, line) {
      events.emit(match, line, record, header, time, &out)
    } else {
      out.unknown.count(line, header, at: out.position)
    }
  }

  /// Offers a line to the open block of its stream. True where it was one of the block's; if not, what the line broke
  /// off is told first.
  mutating func takeFurther(
    _ line: Bytes, _ record: Record, _ rules: RuleSet, _ events: inout RuleEvents, _ out: inout Output
  ) -> Bool {
    guard let index = held.index(forKey: record.stream) else { return false }
    switch held.values[index].block.take(line, record.body) {
    case .more: return true
    case .over:
      held.remove(at: index)
      return true
    case .whole(let whole):
      let begun = held.values[index]
      // One that grew too long is told as far as it went; its other lines are still to be passed over.
      if !begun.block.isOverfull { held.remove(at: index) }
      tell(begun, whole, isWhole: out.isWhole, rules, &events, &out)
      return true
    case .notBlock:
      var begun = held.remove(at: index).value
      // Its own lines were whole, whatever this one is.
      if begun.block.isWanted { tell(begun, begun.block.finish(), isWhole: true, rules, &events, &out) }
      return false
    }
  }

  /// Takes a line of the JSON format, read as the text that it stands for; false where it is none.
  mutating func takeJSON(
    _ line: Bytes, _ record: Record, _ rules: RuleSet, _ events: inout RuleEvents, _ out: inout Output
  ) -> Bool {
    guard let entry = KlogJSON(line, record.body) else { return false }
    let time = EventTime(entry.moment, .stamped, uncertainty: 0)
    // Where it is not told whether an entry is an error, the order in which a rule finds more is that of the text.
    let asError = entry.mayBeError ? match(entry, line, record, errFirst: true, rules) : nil
    let printed = match(entry, line, record, errFirst: false, rules)
    if let asError, asError.found.attributes.count > printed?.found.attributes.count ?? -1 {
      _ = entry.write(line, process: record.process, errFirst: true, into: &text)
      events.emit(asError.found, text.span, record, asError.header, time, &out)
    } else if let printed {
      events.emit(printed.found, text.span, record, printed.header, time, &out)
    }
    return true
  }

  /// The input is over: what is open is told as far as it goes, in the order it began.
  mutating func finish(_ rules: RuleSet, _ events: inout RuleEvents, _ out: inout Output) {
    for var begun in held.values.filter(\.block.isWanted).sorted(by: { $0.position.line < $1.position.line }) {
      tell(begun, begun.block.finish(), isWhole: false, rules, &events, &out)
    }
    held = [:]
  }

  // MARK: Telling

  /// Tells what a line says that is whole only now, at the place where it began.
  private func tell(
    _ begun: Held, _ line: [UInt8], isWhole: Bool, _ rules: RuleSet, _ events: inout RuleEvents, _ out: inout Output
  ) {
    var header = begun.header
    header.body = header.body.lowerBound..<line.count
    guard let match = rules.match(klog: header, line.span) else { return }
    let (position, wasWhole) = (out.position, out.isWhole)
    (out.position, out.isWhole) = (begun.position, isWhole)
    events.emit(match, line.span, begun.record, header, begun.time, &out)
    (out.position, out.isWhole) = (position, wasWhole)
  }

  private mutating func match(
    _ entry: KlogJSON, _ line: Bytes, _ record: Record, errFirst: Bool, _ rules: RuleSet
  ) -> (found: RuleSet.Match, header: KlogHeader)? {
    guard let header = entry.write(line, process: record.process, errFirst: errFirst, into: &text),
      let found = rules.match(klog: header, text.span)
    else { return nil }
    return (found, header)
  }
}
