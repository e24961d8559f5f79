internal import KubelogParse

/// Which problem explains another, by the catalogue and by where and when they are: a group is held against a few others, however
/// many nodes there are.
struct Causes {
  /// Places of groups that may explain others, in their order: all, those of a node, and those that reach whole clusters.
  private var all: [Int] = [], byNode: [String?: [Int]] = [:], wide: [Kind: [Int]] = [:]
  /// What a problem explains.
  private let symptoms: [String: Set<String>]

  /// All that decides what a group outranks.
  private struct Kind: Hashable {
    var problem: String
    var isError: Bool

    init(_ group: ProblemGroup) { (problem, isError) = (group.problem.id, group.severity == .error) }
  }

  init(_ groups: [ProblemGroup], _ catalogue: [Problem]) {
    symptoms = Dictionary(
      Set(groups.map(\.problem.id)).map { ($0, Problem.outranked(by: $0, catalogue)) },
      uniquingKeysWith: { first, _ in first })
    for (place, group) in groups.enumerated() where group.state != .benign {
      all.append(place)
      byNode[group.node, default: []].append(place)
      if group.problem.reach == .cluster { wide[Kind(group), default: []].append(place) }
    }
  }

  /// The problem that explains the group at `place`: of several the one that no other explains.
  func cause(of place: Int, _ groups: [ProblemGroup]) -> Problem? {
    func explains(_ other: Int) -> Bool {
      groups[other].problem.id != groups[place].problem.id && outranks(groups[other], groups[place])
        && groups[other].reaches(groups[place])
    }
    var near = all
    if let node = groups[place].node {
      // Of those that reach it from other nodes the first is as good as any.
      near = (byNode[node] ?? []) + (byNode[nil] ?? []) + wide.values.compactMap { $0.first(where: explains) }
      near.sort()
    }
    var kinds: Set<Kind> = []
    let fitting = near.filter { explains($0) && kinds.insert(Kind(groups[$0])).inserted }
    let first = fitting.first { cause in !fitting.contains { outranks(groups[$0], groups[cause]) } }
    return (first ?? fitting.first).map { groups[$0].problem }
  }

  private func outranks(_ cause: ProblemGroup, _ other: ProblemGroup) -> Bool {
    symptoms[cause.problem.id]?.contains(other.problem.id) == true
      || (other.problem.isLastResort && !cause.problem.isLastResort && cause.severity == .error)
  }
}
