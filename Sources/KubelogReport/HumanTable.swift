import KubelogQuery

/// The titled columns of an answer as people read them: what the table and the Markdown form share.
///
/// The texts are as they came; each form makes them safe in its own way.
struct HumanTable {
  /// The heading of one column.
  struct Heading {
    var text: String
    var type: ColumnType
    /// The zones of its times: what is alike further down is not named again.
    var zones: [String]

    /// Digits line up at the right.
    var alignsRight: Bool { type == .integer || type == .number || type == .duration }
    /// Text may be cut; half a number or half a time would be another number or time.
    var isFlexible: Bool { type == .text || type == .json }
  }

  var headings: [Heading] = []
  var rows: [[String]]

  /// The columns of `table`, which go on below `earlier` where that is given.
  init(_ table: ResultTable, _ presentation: Presentation, below earlier: [Heading] = []) {
    rows = Array(repeating: [], count: table.rows.count)
    for (index, column) in table.columns.enumerated() {
      guard let title = column.title else { continue }
      let values = table.rows.map { index < $0.count ? $0[index] : .null }
      let flags = table.approximate(column)
      let zones = Self.zones(of: values, in: column, presentation)
      // An end that stands beside its beginning needs neither the day again nor the zone.
      let begins = column.name == "_until" ? table.moments(of: "time") : nil
      let namesZone = zones.count == 1 && begins == nil
      let isAsAbove = headings.count >= earlier.count || earlier[headings.count].zones == zones
      headings.append(
        Heading(text: namesZone ? title + " (" + zones[0] + ")" : title, type: column.type, zones: zones))
      for (row, value) in values.enumerated() {
        var text = Self.text(value, column.type, presentation.zone, namesZone: zones.count > 1 || !isAsAbove)
        if let begin = begins?[row].map({ localTime($0, presentation.zone) }), let end = text,
          end.prefix(Self.day) == begin.prefix(Self.day)
        {
          text = String(end.dropFirst(Self.day))
        }
        rows[row].append(text.map { flags[row] ? "≈" + $0 : $0 } ?? "-")
      }
    }
  }

  /// How much of a local time says the day: `2026-11-23 `.
  private static let day = 11

  /// The abbreviations over the times of a column; none for another column.
  ///
  /// One of them fits into the heading. Across a change to or from summer time there are two, and then only the cells
  /// can say which is meant.
  private static func zones(of values: [Value], in column: Column, _ presentation: Presentation) -> [String] {
    guard column.type == .time else { return [] }
    let names = Set(values.compactMap { $0.moment.map { presentation.zone.offset($0).name } })
    return names.isEmpty ? [presentation.zone.offset(presentation.now).name] : names.sorted()
  }

  private static func text(_ value: Value, _ type: ColumnType, _ zone: LocalZone, namesZone: Bool) -> String? {
    if type == .time, let time = value.moment {
      return localTime(time, zone) + (namesZone ? " " + zone.offset(time).name : "")
    }
    switch (type, value) {
    case (.duration, .integer(let seconds)): return humanDuration(Double(seconds))
    case (.duration, .real(let seconds)): return humanDuration(seconds)
    default: break
    }
    switch MachineText(value, type) {
    case .nothing: return nil
    case .literal(let text), .text(let text): return text
    case .document(let text): return words(text)
    }
  }

  /// A JSON array of plain words as people write a list; any other document as it is.
  static func words(_ document: String) -> String? {
    guard document.hasPrefix("["), document.hasSuffix("]"),
      !document.dropFirst().contains(where: { "[{\\".contains($0) })
    else { return document }
    let list = document.dropFirst().dropLast().filter { $0 != "\"" }
    return list.isEmpty ? nil : list
  }
}

extension ResultTable {
  /// For each row the moment in the column called `name`; nil without such a column.
  fileprivate func moments(of name: String) -> [Int64?]? {
    columns.firstIndex { $0.name == name }.map { index in rows.map { index < $0.count ? $0[index].moment : nil } }
  }

  /// For each row whether `column` is to be read as approximate: a time by `<name>_approximate`, else by `approximate`;
  /// `remaining_s` is as sure as the `expires_at` it is counted to.
  fileprivate func approximate(_ column: Column) -> [Bool] {
    let timeName: String? =
      switch column.type {
      case .time: column.name
      case .duration where column.name == "remaining_s": "expires_at"
      default: nil
      }
    guard let timeName,
      let flag = columns.firstIndex(where: { $0.name == timeName + "_approximate" })
        ?? columns.firstIndex(where: { $0.name == "approximate" })
    else { return Array(repeating: false, count: rows.count) }
    return rows.map { flag < $0.count && $0[flag] != .null && $0[flag] != .integer(0) }
  }
}
