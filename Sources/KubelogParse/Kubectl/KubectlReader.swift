internal import KubelogScan

/// Reads what kubectl prints as text about nodes: tables, watches, events, descriptions, signing requests, answers and
/// errors, with the dates that stand between.
struct KubectlReader {
  private var run = AnswerRun()
  private var table = NodeTable()
  private var description: NodeDescription?
  /// Whether the description goes on: its indented lines may be those of no one else.
  private(set) var isDescribing = false
  /// The line before, where it was `Name:   w1`: of a node if `Roles:` follows.
  private var described: (name: String, line: [UInt8])?
  private var names = NodeNames()
  /// The latest time that the descriptions so far name: what follows them was printed then or later.
  private var bound: Int64?

  /// What a line can be.
  enum Part {
    case date(CivilTime, zoneSeconds: Int?)
    case table(NodeTable.Part)
    case event(EventRow)
    case request(SigningRequestRow)
    case answer(NodeAnswer)
    case error(KubectlError)
    /// `node/cp1` of `-o name`.
    case name(Range<Int>)
    /// A line of a node's description.
    case description
  }

  /// The part that a line is, nil when it says nothing to this reader. To be asked once for each line, in their order.
  mutating func part(_ line: Bytes, _ record: Record) -> Part? {
    let body = line.trimmed(record.body)
    guard body.count > 4 else { return nil }
    if let part = descriptionPart(line, body, record) { return part }
    guard let part = ownPart(line, body) else {
      names.pass(line, body)
      // The heading of another table.
      if line[body.lowerBound] &- 0x41 < 26 { table.passHeading() }
      return nil
    }
    return part
  }

  private func ownPart(_ line: Bytes, _ body: Range<Int>) -> Part? {
    if let date = DateLine.read(line, body) { return .date(date.civil, zoneSeconds: date.zoneSeconds) }
    if line.has("node", at: body.lowerBound) {
      if let answer = NodeAnswer(line, body) { return .answer(answer) }
      if let name = NodeNames.name(line, body) { return .name(name) }
    }
    if let part = table.part(line, body) { return .table(part) }
    if let error = KubectlError(line, body) { return .error(error) }
    if let event = EventRow(line, body) { return .event(event) }
    return SigningRequestRow(line, body).map { .request($0) }
  }

  private mutating func descriptionPart(_ line: Bytes, _ body: Range<Int>, _ record: Record) -> Part? {
    if let name = NodeDescription.name(line, body), !isBlank(line[record.body.lowerBound]) {
      described = (line.text(name), body.map { line[$0] })
      return nil
    }
    if described != nil {
      if NodeDescription.isRoles(line, body) { return .description }
      described = nil
    }
    guard isDescribing else { return nil }
    isDescribing = NodeDescription.mayOwn(line, record.body)
    return isDescribing ? .description : nil
  }

  /// Takes the part that a line is.
  mutating func take(_ part: Part, _ line: Bytes, _ record: Record, _ out: inout Output) {
    let body = line.trimmed(record.body)
    if case .description = part {
      takeDescription(line, body, record, &out)
      return
    }
    finishDescription(&out)
    passBound(&out)
    if case .date(let civil, let zoneSeconds) = part {
      out.passDate(civil, zoneSeconds: zoneSeconds)
      table.passDate()
      return
    }
    run.pass(line, body, record, &out)
    if case .name(let name) = part {
      names.take(name, line, body, record, &run, &out)
      return
    }
    names.pass(line, body)
    switch part {
    case .table(let part): table.take(part, line, record, &run, &out)
    case .event(let row): out.batch.events.append(row.event(line, body, record, &run, out))
    case .request(let row): out.batch.events.append(row.event(line, body, record, &run, out))
    case .answer(let answer): out.batch.events.append(answer.event(line, body, record, &run, out))
    case .error(let error): out.batch.events.append(error.event(line, body, record, &run, out))
    case .date, .name, .description: break
    }
  }

  /// Something else begins in the stream.
  mutating func interrupted(_ out: inout Output) {
    finishDescription(&out)
    passBound(&out)
    run.tell(isOver: true, &out)
    table.reset()
    names = NodeNames()
  }

  /// Tells the store the lines so far.
  mutating func tell(_ out: inout Output) { run.tell(isOver: false, &out) }

  private mutating func takeDescription(_ line: Bytes, _ body: Range<Int>, _ record: Record, _ out: inout Output) {
    if let (name, first) = described {
      finishDescription(&out)
      described = nil
      run.pass(first.span, 0..<first.count, record, &out)
      description = NodeDescription(name)
      isDescribing = true
    }
    run.pass(line, body, record, &out)
    description?.take(line, record, &run, &out)
  }

  private mutating func finishDescription(_ out: inout Output) {
    description?.finish(&out)
    if let named = description?.bound { bound = max(bound ?? named, named) }
    description = nil
    isDescribing = false
  }

  private mutating func passBound(_ out: inout Output) {
    if let bound { out.clock.passBound(bound) }
    bound = nil
  }
}
