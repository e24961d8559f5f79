/// An event that shows a known problem, as `queries/findings.sql` tells it.
struct Finding: Equatable {
  /// The event's number in the store.
  var id: Int64 = 0
  /// The problem's id.
  var problem: String
  var node: String?
  var cluster: String?
  /// The run of kubeadm that it stands in, nil for a line of a log.
  var session: String?
  /// That run's command.
  var command: String?
  /// The kind of the event.
  var kind = ""
  /// When; of an undated one the bound that its file gives, nil where there is none.
  var moment: Moment
  /// When it was said last within its row, microseconds since 1970 UTC.
  var last: Int64?
  /// How often it was said.
  var count = 1
  var path = ""
  var line = 0
  /// The line's words, secrets masked.
  var text = ""
  /// What was found in it, a JSON object.
  var attributes = ""
  /// The id of the certificate key that was typed into its run.
  var certificateKey: String?
}

/// Where in time and in the input something stands.
struct Moment: Equatable {
  /// Microseconds since 1970 UTC; where it is not dated, at the latest then.
  var time: Int64?
  /// Whether the time is known, not only bounded.
  var isDated: Bool
  /// The input, numbered in the order in which they were read first.
  var source = 0
  /// Where in the input.
  var byte = 0

  /// Whether it is surely not before `other`: by time where both have one, else by the order of the input.
  func isAfter(_ other: Moment) -> Bool {
    if isDated, other.isDated { return (time ?? 0) >= (other.time ?? 0) }
    if source == other.source { return byte > other.byte }
    if isDated, let time, let bound = other.time { return time > bound }
    return !isDated && !other.isDated && source > other.source
  }
}

/// Something that ends problems or makes them normal, as `queries/problem-marks.sql` tells it.
struct Mark: Equatable {
  /// `success` and `run` of kubeadm, `ready` for a node, `network` for a CNI, `log` for the end of a log, or a kind.
  var mark: String
  var node: String?
  var cluster: String?
  var session: String?
  var command: String?
  /// When it began, microseconds since 1970 UTC; nil for what has no length.
  var began: Int64?
  /// When it was over.
  var moment: Moment
}

extension Finding {
  /// When it was said last, or at the latest.
  var end: Moment {
    var end = moment
    end.time = last ?? moment.time
    return end
  }

  /// What was found in it, as texts.
  var values: [String: String] {
    var values = JSONValues.texts(attributes)
    if let certificateKey { values["certificate_key"] = certificateKey }
    return values
  }
}

/// Reads the rows of `queries/findings.sql`.
struct FindingReader {
  private let id, problem, node, cluster, session, command, kind, time, last, isDated, source, byte, count: Int?
  private let path, line, text, attributes, certificateKey: Int?

  init(_ columns: [Column]) {
    func place(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }
    (id, problem, node, cluster) = (place("_id"), place("problem"), place("node"), place("cluster"))
    (session, command, kind) = (place("session"), place("command"), place("kind"))
    (time, last, isDated) = (place("time"), place("last_time"), place("is_dated"))
    (source, byte, count) = (place("source"), place("byte"), place("count"))
    (path, line, text, attributes) = (place("path"), place("line"), place("message"), place("attributes"))
    certificateKey = place("certificate_key")
  }

  /// The finding that a row tells of.
  func finding(_ row: [Value]) -> Finding {
    func text(_ index: Int?) -> String? {
      guard let index, case .text(let text) = row[index] else { return nil }
      return text
    }
    func integer(_ index: Int?) -> Int64? {
      guard let index, case .integer(let number) = row[index] else { return nil }
      return number
    }
    let time = integer(time)
    var finding = Finding(
      id: integer(id) ?? 0, problem: text(problem) ?? "",
      moment: Moment(
        time: time, isDated: integer(isDated) == 1 && time != nil, source: Int(integer(source) ?? 0),
        byte: Int(integer(byte) ?? 0)))
    (finding.node, finding.cluster) = (text(node), text(cluster))
    (finding.session, finding.command) = (text(session), text(command))
    finding.kind = text(kind) ?? ""
    (finding.last, finding.count) = (integer(last), Int(integer(count) ?? 1))
    (finding.path, finding.line, finding.text) = (text(path) ?? "", Int(integer(line) ?? 0), text(self.text) ?? "")
    (finding.attributes, finding.certificateKey) = (text(attributes) ?? "", text(certificateKey))
    return finding
  }
}

extension Mark {
  /// The mark of a row of `problem-marks`, whose columns `table` has; nil where it has none.
  init?(_ table: ResultTable, _ row: [Value]) {
    guard let mark = table.text("mark", row) else { return nil }
    self.init(
      mark: mark, node: table.text("node", row), cluster: table.text("cluster", row),
      session: table.text("session", row), command: table.text("command", row),
      began: table.integer("began_at", row), moment: Moment(table, row))
  }
}

extension Moment {
  fileprivate init(_ table: ResultTable, _ row: [Value]) {
    time = table.integer("time", row)
    isDated = table.integer("is_dated", row) == 1 && time != nil
    source = table.integer("source", row).map(Int.init) ?? 0
    byte = table.integer("byte", row).map(Int.init) ?? 0
  }
}
