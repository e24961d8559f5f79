internal import KubelogScan

/// Reads one node of `kubectl describe node`, line by line.
///
/// Format: kubectl `pkg/describe/describe.go` describeNode (`pkg/kubectl/describe.go` before 1.14): headings in column 0
/// with a colon, what belongs to them indented. Pods and services are described in the same manner; only a node
/// has `Roles:` (`Role:` until 1.7) right below `Name:`.
struct NodeDescription {
  private let name: String
  private var section = Section.other
  private var roles: [String]?
  private var created: Int64?
  private var schedulable: Bool?
  /// The latest time it names: it was printed then or later.
  private(set) var bound: Int64?
  /// The sighting, once the condition Ready was read; told when the details that stand below it are known.
  private var sighting: (event: Event, observation: NodeObservation)?

  private enum Section { case lease, conditions, addresses, systemInfo, events, other }

  /// A description that begins with the line `Name:   w1`, whose name is `name`.
  init(_ name: String) { self.name = name }

  /// The name in `Name:               w1`, nil for any other line.
  static func name(_ line: Bytes, _ body: Range<Int>) -> Range<Int>? {
    guard line.has("Name:", at: body.lowerBound), body.count > 6, isBlank(line[body.lowerBound + 5]) else { return nil }
    let name = line.trimmed(body.lowerBound + 5..<body.upperBound)
    return NodeRow.isName(line, name) ? name : nil
  }

  /// Whether a line is `Roles:` below a name.
  static func isRoles(_ line: Bytes, _ body: Range<Int>) -> Bool {
    line.has("Roles:", at: body.lowerBound) || line.has("Role:", at: body.lowerBound)
  }

  /// Whether a line may belong to a description: indented, or a heading of its own.
  static func mayOwn(_ line: Bytes, _ body: Range<Int>) -> Bool {
    guard let first = body.first else { return false }
    if isBlank(line[first]) { return true }
    guard line[first] &- 0x41 < 26 else { return false }
    let end = line.end(
      of: { $0 == 0x20 || $0 == 0x28 || $0 == 0x29 || $0 == 0x2D || ($0 | 0x20) &- 0x61 < 26 }, from: first,
      to: body.upperBound)
    guard end < body.upperBound, line[end] == 0x3A else { return false }
    return end + 1 == body.upperBound || isBlank(line[end + 1])
  }

  /// Takes a line that may belong to it.
  mutating func take(_ line: Bytes, _ record: Record, _ run: inout AnswerRun, _ out: inout Output) {
    let body = line.trimmed(record.body)
    guard !body.isEmpty else { return }
    if isBlank(line[record.body.lowerBound]) {
      takeIndented(line, body, record, &run, &out)
      return
    }
    section = .other
    guard let colon = line.first(0x3A, in: body) else { return }
    let value = line.trimmed(colon + 1..<body.upperBound)
    switch line.text(body.lowerBound..<colon) {
    case "Roles", "Role":
      roles = NodeRow.roles(line.text(value))
    case "CreationTimestamp": created = line.mailStamp(value)
    case "Taints" where line.first("node.kubernetes.io/unschedulable:", in: value) != nil: schedulable = false
    case "Unschedulable": schedulable = line.text(value) == "false"
    case "Lease": section = .lease
    case "Conditions": section = .conditions
    case "Addresses": section = .addresses
    case "System Info": section = .systemInfo
    case "Capacity", "Allocatable": break
    case "Events":
      finish(&out)
      section = .events
    default: if sighting != nil { finish(&out) }
    }
  }

  /// Tells what is known of the node; nothing where its conditions were not read.
  mutating func finish(_ out: inout Output) {
    guard let (event, observation) = sighting else { return }
    sighting = nil
    var told = event
    told.observation = observation
    told.isTentative = event.isTentative || !out.isWhole
    told.severity = observation.severity
    told.message = observation.sentence
    told.attributes = observation.attributes + observation.details
    out.batch.events.append(told)
  }

  private mutating func takeIndented(
    _ line: Bytes, _ body: Range<Int>, _ record: Record, _ run: inout AnswerRun, _ out: inout Output
  ) {
    switch section {
    case .lease:
      guard line.has("RenewTime:", at: body.lowerBound) else { return }
      passBound(line.mailStamp(line.trimmed(body.lowerBound + 10..<body.upperBound)))
    case .conditions:
      guard let condition = NodeCondition(describing: name, line, body) else { return }
      passBound(condition.transition)
      passBound(condition.heartbeat)
      out.batch.events.append(condition.event(at: out.position, isWhole: out.isWhole))
      if condition.type == "Ready" { see(condition, line, body, record, &run, out) }
    case .addresses: takeDetail("InternalIP:", "internal_ip", line, body)
    case .systemInfo:
      takeDetail("Kernel Version:", "kernel_version", line, body)
      takeDetail("OS Image:", "os_image", line, body)
      takeDetail("Container Runtime Version:", "container_runtime", line, body)
      takeDetail("Kubelet Version:", "version", line, body)
    case .events:
      guard let row = EventRow(describing: line, body) else { return }
      out.batch.events.append(row.event(of: name, line, body, record, &run, out))
    case .other: break
    }
  }

  private mutating func passBound(_ moment: Int64?) {
    if let moment { bound = max(bound ?? moment, moment) }
  }

  private mutating func takeDetail(_ heading: StaticString, _ key: String, _ line: Bytes, _ body: Range<Int>) {
    guard line.has(heading, at: body.lowerBound) else { return }
    let value = line.text(line.trimmed(body.lowerBound + heading.utf8CodeUnitCount..<body.upperBound))
    guard !value.isEmpty, value != "<unknown>",
      sighting?.observation.details.contains(where: { $0.name == key }) == false
    else { return }
    sighting?.observation.details.append(.detail(key, value))
  }

  private mutating func see(
    _ condition: NodeCondition, _ line: Bytes, _ body: Range<Int>, _ record: Record, _ run: inout AnswerRun,
    _ out: Output
  ) {
    let time = record.time ?? out.clock.unstamped
    var age: (seconds: Int, span: Int)?
    if time.source <= .derived, let printed = time.microseconds, let created, printed >= created {
      age = (Int((printed - created) / 1_000_000), 1)
    }
    let seen = NodeObservation(
      node: name, status: condition.nodeStatus, schedulable: schedulable, observer: .snapshot,
      reason: condition.reason, age: age, roles: roles)
    let event = Event(
      identity: run.identity("node.observed", line, body, record, out, part: name), time: time, kind: "node.observed",
      severity: .info, node: name, message: "", attributes: [], position: out.position, secrets: [],
      observation: nil, isTentative: !out.isWhole)
    sighting = (event, seen)
  }
}
