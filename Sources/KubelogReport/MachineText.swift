import KubelogQuery

/// A value as programs read it; JSON and CSV differ only in how they quote these.
///
/// SQLite may hold a value of another type than the column says (`--sql` with an expression): then the value wins, and a
/// number stays a number.
enum MachineText {
  /// Nothing is known.
  case nothing
  /// A number, `true` or `false`.
  case literal(String)
  /// Text of any content.
  case text(String)
  /// One JSON document.
  case document(String)

  init(_ value: Value, _ type: ColumnType) {
    switch (type, value) {
    case (_, .null): self = .nothing
    case (.time, .integer), (.time, .real): self = value.moment.map { .text(rfc3339($0)) } ?? .nothing
    case (.boolean, .integer(let flag)): self = .literal(flag == 0 ? "false" : "true")
    case (_, .integer(let number)): self = .literal(String(number))
    case (.duration, .real(let seconds)): self = Self.number(wholeMicroseconds(seconds))
    case (_, .real(let number)): self = Self.number(number)
    case (.json, .text(let document)):
      self = document.utf8.allSatisfy { $0 <= 0x20 } ? .nothing : .document(document)
    case (_, .text(let text)): self = .text(text)
    }
  }

  private static func number(_ number: Double) -> Self {
    numberText(number).map { .literal($0) } ?? .nothing
  }
}

extension Value {
  /// The microseconds since 1970 of a value in a time column; an average of times comes as a real number.
  var moment: Int64? {
    switch self {
    case .integer(let microseconds): microseconds
    case .real(let microseconds): Int64(exactly: microseconds.rounded())
    case .null, .text: nil
    }
  }
}

/// The shortest text that reads back as `number`, without `.0`; nil for NaN and the infinities, which JSON lacks.
func numberText(_ number: Double) -> String? {
  guard number.isFinite else { return nil }
  return Int64(exactly: number).map { String($0) } ?? number.description
}

/// `seconds` without the noise that sums of fractions leave (0.1 + 0.2); times here are no finer than a microsecond.
private func wholeMicroseconds(_ seconds: Double) -> Double {
  // Beyond 2^53 microseconds a Double has no fraction left to tidy.
  guard seconds.magnitude < 9e9 else { return seconds }
  return (seconds * 1e6).rounded() / 1e6
}

extension [Column] {
  /// A row with its columns; one that is too short is filled with nulls rather than losing keys.
  func fields(of row: [Value]) -> [(column: Column, text: MachineText)] {
    enumerated().filter { !$0.element.isCompanion }.map { index, column in
      (column, MachineText(index < row.count ? row[index] : .null, column.type))
    }
  }
}

extension Column {
  /// A column that only tells how another is to be shown (`≈`), or that is for people (`_took`) or for kubelog itself
  /// (`_cluster`): other programs never see it.
  var isCompanion: Bool {
    name.hasPrefix("_")
      || title == nil && type == .boolean && (name == "approximate" || name.hasSuffix("_approximate"))
  }
}
