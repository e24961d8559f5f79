/// Marks, found by their names and by what they are of: a finding is asked of a few, however many there are.
///
/// Of one name and thing, dated ones come by their time, then the others by the order of the input.
struct Marks {
  /// What a mark is of: its node, its input, its cluster or its command.
  struct Thing {
    fileprivate enum Kind { case node, source, cluster, command }
    fileprivate enum Value: Comparable { case none, number(Int), text(String) }
    fileprivate var kind: Kind
    fileprivate var value: Value

    static func node(_ name: String?) -> Thing { Thing(kind: .node, value: name.map { .text($0) } ?? .none) }
    static func source(_ number: Int) -> Thing { Thing(kind: .source, value: .number(number)) }
    static func cluster(_ name: String?) -> Thing { Thing(kind: .cluster, value: name.map { .text($0) } ?? .none) }
    static func command(_ name: String?) -> Thing { Thing(kind: .command, value: name.map { .text($0) } ?? .none) }

    /// What `mark` is of.
    fileprivate static func of(_ mark: Mark, _ kind: Kind) -> Value {
      switch kind {
      case .node: node(mark.node).value
      case .source: source(mark.moment.source).value
      case .cluster: cluster(mark.cluster).value
      case .command: command(mark.command).value
      }
    }
  }

  /// By name, node and their order.
  private let all: [Mark]
  /// The places of all by name, input and order; by cluster and by command only of those that are looked for so.
  private let bySource, byCluster, byCommand: [Int32]

  /// The names of what is looked for by its cluster, and by its command.
  private static let namesByCluster: Set = ["success", "run", "network", "ready"]
  private static let namesByCommand: Set = ["success"]

  init(_ marks: consuming [Mark]) {
    var all = consume marks
    all.sort { Self.comesFirst($0, $1, .node) }
    let places = all.indices.map { Int32($0) }
    func sorted(_ places: [Int32], _ kind: Thing.Kind) -> [Int32] {
      places.sorted { Self.comesFirst(all[Int($0)], all[Int($1)], kind) }
    }
    bySource = sorted(places, .source)
    byCluster = sorted(places.filter { Self.namesByCluster.contains(all[Int($0)].mark) }, .cluster)
    byCommand = sorted(places.filter { Self.namesByCommand.contains(all[Int($0)].mark) }, .command)
    self.all = all
  }

  private static func comesFirst(_ left: Mark, _ right: Mark, _ kind: Thing.Kind) -> Bool {
    if left.mark != right.mark { return left.mark < right.mark }
    let (first, second) = (Thing.of(left, kind), Thing.of(right, kind))
    return first == second ? left.moment.comesFirst(right.moment) : first < second
  }

  /// The first mark called `name` of a thing, of which `holds` is true; dated ones before `time` are gone over unasked.
  func first(_ name: String, _ thing: Thing, from time: Int64? = nil, where holds: (Mark) -> Bool = { _ in true })
    -> Mark?
  {
    func isBefore(_ mark: Mark) -> Bool {
      if mark.mark != name { return mark.mark < name }
      let value = Thing.of(mark, thing.kind)
      if value != thing.value { return value < thing.value }
      guard let time, mark.moment.isDated else { return false }
      return mark.moment.time ?? 0 < time
    }
    let count = count(thing.kind)
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(mark(middle, thing.kind)) { low = middle + 1 } else { high = middle }
    }
    while low < count {
      let mark = mark(low, thing.kind)
      guard mark.mark == name, Thing.of(mark, thing.kind) == thing.value else { return nil }
      if holds(mark) { return mark }
      low += 1
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

  private func count(_ kind: Thing.Kind) -> Int {
    switch kind {
    case .node: all.count
    case .source: bySource.count
    case .cluster: byCluster.count
    case .command: byCommand.count
    }
  }

  private func mark(_ place: Int, _ kind: Thing.Kind) -> Mark {
    switch kind {
    case .node: all[place]
    case .source: all[Int(bySource[place])]
    case .cluster: all[Int(byCluster[place])]
    case .command: all[Int(byCommand[place])]
    }
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
