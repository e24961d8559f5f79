internal import KubelogParse

/// An event that shows a known problem, as `queries/problems.sql` tells it.
struct Finding: Equatable {
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
  /// How bad the line is.
  var severity: Severity = .error
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
  /// What was found in it.
  var values: [String: String] = [:]

  /// Whether kubeadm itself said it: then it is over only when kubeadm comes through.
  var isOfKubeadm: Bool { session != nil }
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
  /// The findings of an answer of `problems`.
  static func all(_ table: ResultTable) -> [Finding] {
    table.rows.compactMap { row in
      guard let problem = table.text("problem", row) else { return nil }
      var finding = Finding(problem: problem, moment: Moment(table, row))
      finding.node = table.text("node", row)
      finding.cluster = table.text("cluster", row)
      finding.session = table.text("session", row)
      finding.command = table.text("command", row)
      finding.kind = table.text("kind", row) ?? ""
      finding.severity = Severity.allCases.first { $0.name == table.text("severity", row) } ?? .error
      finding.last = table.integer("last_time", row)
      finding.count = table.integer("count", row).map(Int.init) ?? 1
      finding.path = table.text("path", row) ?? ""
      finding.line = table.integer("line", row).map(Int.init) ?? 0
      finding.text = table.text("message", row) ?? ""
      finding.values = JSONValues.texts(table.text("attributes", row) ?? "{}")
      if let key = table.text("certificate_key", row) { finding.values["certificate_key"] = key }
      return finding
    }
  }

  /// When it was said last, or at the latest.
  var end: Moment {
    var end = moment
    end.time = last ?? moment.time
    return end
  }
}

extension Mark {
  /// The marks of an answer of `problem-marks`.
  static func all(_ table: ResultTable) -> [Mark] {
    table.rows.compactMap { row in
      guard let mark = table.text("mark", row) else { return nil }
      return Mark(
        mark: mark, node: table.text("node", row), cluster: table.text("cluster", row),
        session: table.text("session", row), command: table.text("command", row),
        began: table.integer("began_at", row), moment: Moment(table, row))
    }
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
