internal import KubelogScan

/// Reads the node tables of one stream: single answers, loops with a `date` between them, watches.
struct NodeTable {
  private var run: Run?
  private var startTime: EventTime?
  /// The columns after VERSION, by the last heading.
  private var columns: [String] = []
  /// The nodes since the last heading or date: a second row of a node means that somebody is watching.
  private var seen: Set<String> = []

  /// The JSON names of the columns that a table may have after VERSION.
  private static let details = [
    "INTERNAL-IP": "internal_ip", "EXTERNAL-IP": "external_ip", "OS-IMAGE": "os_image",
    "KERNEL-VERSION": "kernel_version", "CONTAINER-RUNTIME": "container_runtime",
  ]
  /// What `-o wide` prints since 1.11, for tables without a heading.
  private static let wide = ["INTERNAL-IP", "EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION", "CONTAINER-RUNTIME"]

  /// What a line can be in a table of nodes.
  enum Part {
    case date(CivilTime, zoneSeconds: Int?)
    case heading([String])
    case row(NodeRow)

    /// The part that `range` is, nil when it is none.
    init?(_ line: Bytes, _ range: Range<Int>) {
      if let date = DateLine.read(line, range) {
        self = .date(date.civil, zoneSeconds: date.zoneSeconds)
      } else if line.first("STATUS", in: range) != nil, let names = NodeRow.heading(line, range) {
        self = .heading(names)
      } else if let row = NodeRow(line, range) {
        self = .row(row)
      } else {
        return nil
      }
    }
  }

  /// Takes a part of a table.
  mutating func take(_ part: Part, _ line: Bytes, _ record: Record, _ out: inout Output) {
    let body = line.trimmed(record.body)
    switch part {
    case .date(let civil, let zoneSeconds):
      out.clock.passDate(civil, zoneSeconds: zoneSeconds)
      seen = []
    case .heading(let names):
      columns = names
      seen = []
      if moment(record, out) == nil { pass(line, body, &out) }
    case .row(let row):
      if moment(record, out) == nil { pass(line, body, &out) }
      out.batch.events.append(event(row, line, body, record, out))
    }
  }

  /// Something else begins in the stream.
  mutating func interrupted(_ out: inout Output) {
    tell(isOver: true, &out)
    run = nil
    columns = []
    seen = []
  }

  private mutating func pass(_ line: Bytes, _ body: Range<Int>, _ out: inout Output) {
    if run == nil {
      run = out.beginRun()
      startTime = out.clock.unstamped
    }
    run?.pass(line, body, isWhole: out.isWhole)
  }

  /// Tells the store the lines so far, and whether the table is over.
  mutating func tell(isOver: Bool, _ out: inout Output) {
    guard var told = run else { return }
    out.tell(&told, node: nil, time: startTime, isOver: isOver)
    run = told
  }

  private mutating func event(
    _ row: NodeRow, _ line: Bytes, _ body: Range<Int>, _ record: Record, _ out: Output
  ) -> Event {
    let name = line.text(row.name)
    let isWatch = row.change != nil || !seen.insert(name).inserted
    let roles = line.text(row.roles) == "<none>" ? [] : line.text(row.roles).split(separator: ",").map(String.init)
    var details = [Attribute("version", .text(line.text(row.version)))]
    for (cell, column) in zip(row.further, columns.isEmpty && row.further.count == 5 ? Self.wide : columns) {
      guard let key = Self.details[column] else { continue }
      let value = line.text(cell)
      if value != "<none>", value != "<unknown>" { details.append(Attribute(key, .text(value))) }
    }
    let age = Age(line, row.age).flatMap { $0.span > 0 ? ($0.seconds, $0.span) : nil }
    let observation = NodeObservation(
      node: name, status: row.status.rawValue, schedulable: row.schedulable,
      observer: isWatch ? .watch : .snapshot, reason: nil, age: age, details: details, roles: roles)
    var attributes = [
      Attribute("status", .text(row.status.rawValue)), Attribute("schedulable", .boolean(row.schedulable)),
      Attribute("roles", .list(roles)),
    ]
    if let age { attributes.append(Attribute("age_s", .integer(age.0))) }
    if let change = row.change { attributes.append(Attribute("change", .text(change.rawValue))) }
    attributes += details
    let kind = "node.observed"
    let status = row.schedulable ? row.status.rawValue : "\(row.status.rawValue), no pods scheduled"
    return Event(
      identity: identity(kind, row, line, body, record, out), time: record.time ?? out.clock.unstamped, kind: kind,
      severity: row.status == .ready ? .info : .warning, node: name, message: "\(name) is \(status)",
      attributes: attributes, position: out.position, secrets: [], observation: observation,
      isTentative: !out.isWhole)
  }

  /// When a line was printed, where a `date` or a stamped envelope says so; nil for lines known only by their run.
  private func moment(_ record: Record, _ out: Output) -> Int64? {
    let time = record.time ?? (out.clock.isLive ? nil : out.clock.unstamped)
    return time.flatMap { $0.source <= .derived ? $0.microseconds : nil }
  }

  private func identity(
    _ kind: String, _ row: NodeRow, _ line: Bytes, _ body: Range<Int>, _ record: Record, _ out: Output
  ) -> Identity {
    guard let moment = moment(record, out) else {
      return run?.identity(kind) ?? .dated(Digester().digest())
    }
    var digester = Digester()
    digester.add(kind)
    digester.add(moment)
    digester.add(line, in: body)
    return .dated(digester.digest())
  }
}
