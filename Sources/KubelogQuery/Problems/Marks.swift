/// Marks, found by their names and by what they are of: a finding is asked of a few, however many there are.
///
/// Of one name and thing, dated ones come by their time, then the others by the order of the input.
struct Marks {
  /// What a mark is of: its node, its input, its cluster or its command.
  struct Thing {
    fileprivate enum Kind: CaseIterable {
      case node, source, cluster, command

      /// The names of the marks that are looked for so; nil for all.
      var names: Set<String>? {
        switch self {
        case .node, .source: nil
        case .cluster: ["success", "run", "network", "ready"]
        case .command: ["success"]
        }
      }

      /// What `mark` is of.
      func value(of mark: Mark) -> Value {
        switch self {
        case .node: Value(mark.node)
        case .source: .number(mark.moment.source)
        case .cluster: Value(mark.cluster)
        case .command: Value(mark.command)
        }
      }
    }

    fileprivate enum Value: Comparable {
      case none
      case number(Int)
      case text(String)

      init(_ text: String?) { self = text.map { .text($0) } ?? .none }
    }

    fileprivate var kind: Kind
    fileprivate var value: Value

    static func node(_ name: String?) -> Thing { Thing(kind: .node, value: Value(name)) }
    static func source(_ number: Int) -> Thing { Thing(kind: .source, value: .number(number)) }
    static func cluster(_ name: String?) -> Thing { Thing(kind: .cluster, value: Value(name)) }
    static func command(_ name: String?) -> Thing { Thing(kind: .command, value: Value(name)) }
  }

  private let all: [Mark]
  /// By kind of thing the places of the marks that are looked for so, by name, thing and order.
  private let places: [Thing.Kind: [Int32]]

  init(_ marks: [Mark]) {
    all = marks
    places = Dictionary(
      uniqueKeysWithValues: Thing.Kind.allCases.map { kind in
        let names = kind.names
        let places = marks.indices.filter { names?.contains(marks[$0].mark) ?? true }.map { Int32($0) }
        return (kind, places.sorted { Self.comesFirst(marks[Int($0)], marks[Int($1)], kind) })
      })
  }

  private static func comesFirst(_ left: Mark, _ right: Mark, _ kind: Thing.Kind) -> Bool {
    if left.mark != right.mark { return left.mark < right.mark }
    let (first, second) = (kind.value(of: left), kind.value(of: right))
    return first == second ? left.moment.comesFirst(right.moment) : first < second
  }

  /// The first mark called `name` of a thing, of which `holds` is true; dated ones before `time` are gone over unasked.
  func first(_ name: String, _ thing: Thing, from time: Int64? = nil, where holds: (Mark) -> Bool = { _ in true })
    -> Mark?
  {
    func isBefore(_ mark: Mark) -> Bool {
      if mark.mark != name { return mark.mark < name }
      let value = thing.kind.value(of: mark)
      if value != thing.value { return value < thing.value }
      guard let time, mark.moment.isDated else { return false }
      return mark.moment.time ?? 0 < time
    }
    let places = places[thing.kind] ?? []
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(all[Int(places[middle])]) { low = middle + 1 } else { high = middle }
    }
    for place in places[low...] {
      let mark = all[Int(place)]
      guard mark.mark == name, thing.kind.value(of: mark) == thing.value else { return nil }
      if holds(mark) { return mark }
    }
    return nil
  }

  /// Whether there is a mark called `name` of a thing that is surely not after `moment`.
  func has(_ name: String, _ thing: Thing, before moment: Moment) -> Bool {
    guard moment.isDated else { return first(name, thing) { moment.isAfter($0.moment) } != nil }
    // Of dated ones the first is asked only: they may be many.
    return first(name, thing).map { moment.isAfter($0.moment) } == true
      || first(name, thing, from: .max) { moment.isAfter($0.moment) } != nil
  }
}

extension Moment {
  /// Whether it stands before `other` among marks: by time; what has none behind, in the order of the input.
  func comesFirst(_ other: Moment) -> Bool {
    guard isDated == other.isDated else { return isDated }
    if isDated, time != other.time { return time ?? 0 < other.time ?? 0 }
    return (source, byte) < (other.source, other.byte)
  }
}
