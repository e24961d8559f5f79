internal import KubelogScan

/// Reads the node tables of one stream: single answers, loops with a `date` between them, watches.
struct NodeTable {
  /// The columns of the last heading.
  private var columns: NodeColumns?
  /// Whether rows still stand under that heading.
  private var isUnderHeading = false
  private var conditionColumns: NodeConditionColumns?
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
    case heading(NodeColumns)
    case row(NodeRow)
    case conditionHeading(NodeConditionColumns)
    case conditionRow
  }

  /// The part that `range` is, nil when it is none.
  func part(_ line: Bytes, _ range: Range<Int>) -> Part? {
    if line.first("STATUS", in: range) != nil, let names = NodeColumns(line, range) { return .heading(names) }
    if let row = NodeRow(line, range, under: isUnderHeading ? columns : nil) { return .row(row) }
    if let columns = conditionColumns, columns.read(line, range) != nil { return .conditionRow }
    return NodeConditionColumns(line, range).map { .conditionHeading($0) }
  }

  /// Takes a part of a table; the run has passed it.
  mutating func take(_ part: Part, _ line: Bytes, _ record: Record, _ run: inout AnswerRun, _ out: inout Output) {
    let body = line.trimmed(record.body)
    switch part {
    case .heading(let names):
      reset()
      (columns, isUnderHeading) = (names, true)
    case .conditionHeading(let names):
      reset()
      conditionColumns = names
    case .row(let row) where row.change == .deleted:
      out.batch.events.append(removal(of: line.text(row.name), line, body, record, &run, out))
    case .row(let row):
      out.batch.events.append(event(observation(row, line), row, line, body, record, &run, out))
    case .conditionRow:
      guard let read = conditionColumns?.read(line, body) else { return }
      let name = line.text(read.name)
      let seen = NodeObservation(
        node: name, status: read.status.rawValue, schedulable: nil, observer: observer(name, isWatch: false),
        reason: line.text(read.reason), age: nil,
        details: read.version.map { [.detail("version", line.text($0))] } ?? [], roles: nil)
      out.batch.events.append(event(seen, nil, line, body, record, &run, out))
    }
  }

  /// A date or something else than a table stands between: nobody watches across it.
  mutating func passDate() { seen = [] }

  /// Another heading follows: rows that are cut cannot be told from its rows any more.
  mutating func passHeading() {
    isUnderHeading = false
    conditionColumns = nil
  }

  /// Forgets the headings.
  mutating func reset() { self = NodeTable() }

  private mutating func observer(_ name: String, isWatch: Bool) -> NodeObservation.Observer {
    if seen.count > KubernetesObjects.mostSeen { seen = [] }
    return !seen.insert(name).inserted || isWatch ? .watch : .snapshot
  }

  private mutating func observation(_ row: NodeRow, _ line: Bytes) -> NodeObservation {
    let name = line.text(row.name)
    let roles = row.roles.map { NodeRow.roles(line.text($0)) }
    var details: [Attribute] = []
    if let version = row.version { details.append(.detail("version", line.text(version))) }
    let further = columns?.further ?? []
    for (cell, column) in zip(row.further, further.isEmpty && row.further.count == 5 ? Self.wide : further) {
      guard let key = Self.details[column] else { continue }
      let value = line.text(cell)
      if value != "<none>", value != "<unknown>" { details.append(.detail(key, value)) }
    }
    let age = row.age.flatMap { Age(line, $0) }.flatMap { $0.span > 0 ? ($0.seconds, $0.span) : nil }
    return NodeObservation(
      node: name, status: row.status.rawValue, schedulable: row.schedulable,
      observer: observer(name, isWatch: row.change != nil), reason: nil, age: age, details: details, roles: roles)
  }

  /// `DELETED   w1   Ready …` of `--output-watch-events`: the row shows the node as it was.
  private mutating func removal(
    of node: String, _ line: Bytes, _ body: Range<Int>, _ record: Record, _ run: inout AnswerRun, _ out: Output
  ) -> Event {
    seen.remove(node)
    return Event(
      identity: run.identity("node.removed", line, body, record, out), time: record.time ?? out.clock.unstamped,
      kind: "node.removed", severity: .info, node: node, message: "\(node) was removed",
      attributes: [Attribute("change", .text(NodeRow.Change.deleted.rawValue))], position: out.position, secrets: [],
      observation: nil, isTentative: !out.isWhole)
  }

  private func event(
    _ seen: NodeObservation, _ row: NodeRow?, _ line: Bytes, _ body: Range<Int>, _ record: Record,
    _ run: inout AnswerRun,
    _ out: Output
  ) -> Event {
    var attributes = seen.attributes
    if let change = row?.change { attributes.append(Attribute("change", .text(change.rawValue))) }
    return Event(
      identity: run.identity("node.observed", line, body, record, out), time: record.time ?? out.clock.unstamped,
      kind: "node.observed", severity: seen.severity, node: seen.node, message: seen.sentence,
      attributes: attributes + seen.details, position: out.position, secrets: [], observation: seen,
      isTentative: !out.isWhole)
  }
}

extension NodeObservation {
  /// What the event of a sighting has as attributes, its details apart.
  var attributes: [Attribute] {
    var found: [Attribute] = []
    if let status { found.append(Attribute("status", .text(status))) }
    if let schedulable { found.append(Attribute("schedulable", .boolean(schedulable))) }
    if let roles { found.append(Attribute("roles", .list(roles))) }
    if let age { found.append(Attribute("age_s", .integer(age.seconds))) }
    if let reason { found.append(Attribute("reason", .text(reason))) }
    return found
  }

  /// A node that is not known to be ready deserves a look.
  var severity: Severity { status == nil || status == "Ready" ? .info : .warning }

  /// What was seen, for people.
  var sentence: String {
    guard let status else { return "\(node) exists" }
    return schedulable == false ? "\(node) is \(status), no pods scheduled" : "\(node) is \(status)"
  }
}
