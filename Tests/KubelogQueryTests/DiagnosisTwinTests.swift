import KubelogParse
import TestSamples
import Testing

@testable import KubelogQuery

/// Marks and causes that are looked up are those that going over all of them finds.
@Suite struct DiagnosisTwinTests {
  private static let catalogue = [
    problem("cause", outranks: ["symptom"]), problem("symptom", outranks: ["effect"], benign: [.boot, .beforeInit]),
    problem("effect", severity: .warning, benign: [.beforeCNI], endedBy: ["ready", "lb.up"]),
    problem("wide", outranks: ["effect"], reach: .cluster, benign: [.beforeJoins]), problem("last", isLastResort: true),
  ]

  private static func problem(
    _ id: String, severity: Severity = .error, outranks: [String] = [], reach: Problem.Reach = .node,
    benign: [Problem.Benign] = [], endedBy: [String] = [], isLastResort: Bool = false
  ) -> Problem {
    Problem(
      id: id, title: id, cause: "c", remedy: ["r"], reference: "https://example.org", severity: severity,
      outranks: outranks,
      benignWhen: benign, endedBy: endedBy, reach: reach, isSaidOnce: false, isLastResort: isLastResort,
      isNextStep: false)
  }

  private static let nodes = [nil, "n1", "n2", "n3"], clusters = [nil, nil, "a", "b"], runs = [nil, nil, "r1", "r2"]
  private static let commands = ["init", "join", "upgrade-apply"]

  private func moment(_ dice: inout Dice, within minutes: Int) -> Moment {
    let isDated = dice.roll(4) > 0
    let time = isDated || dice.roll(2) == 0 ? Int64(dice.roll(minutes)) * 60_000_000 : nil
    return Moment(
      time: time, isDated: isDated, source: 1 + dice.roll(3), byte: dice.roll(1_000_000))
  }

  private func finding(_ dice: inout Dice, within minutes: Int) -> Finding {
    var finding = Finding(
      problem: dice.pick(Self.catalogue).id, moment: moment(&dice, within: minutes))
    finding.node = dice.pick(Self.nodes)
    finding.cluster = dice.pick(Self.clusters)
    finding.session = dice.pick(Self.runs)
    finding.command = finding.session == nil ? nil : dice.pick(Self.commands)
    finding.kind = dice.pick(["kubelet.x", "kubeadm.preflight.warning"])
    if let time = finding.moment.time, dice.roll(2) == 0 { finding.last = time + 60_000_000 }
    return finding
  }

  private func mark(_ dice: inout Dice, within minutes: Int) -> Mark {
    let name = dice.pick(["success", "run", "ready", "network", "log", "lb.up"])
    let isRun = name == "success" || name == "run"
    let moment = moment(&dice, within: minutes)
    let length = Int64(dice.roll(10)) * 60_000_000
    return Mark(
      mark: name, node: dice.pick(Self.nodes),
      cluster: dice.pick(Self.clusters),
      session: isRun ? dice.pick(Self.runs) : nil,
      command: isRun ? dice.pick(Self.commands) : nil,
      began: isRun ? moment.time.map { $0 - length } : nil, moment: moment)
  }

  @Test(arguments: 0..<400) func marksAreFound(_ seed: Int) {
    var dice = Dice(seed: UInt64(seed))
    let minutes = [4, 30, 400][seed % 3]
    let marks = (0..<(seed % 25)).map { _ in mark(&dice, within: minutes) }
    let (judge, twin) = (Judge(marks), PlainJudge(marks: marks))
    for _ in 0..<60 {
      let finding = finding(&dice, within: minutes)
      for problem in Self.catalogue {
        let (found, expected) = (judge.standing(of: finding, problem), twin.standing(of: finding, problem))
        #expect(found == expected, "\(finding) by \(marks)")
      }
      for node in Self.nodes {
        #expect(
          judge.logEnd(source: finding.moment.source, node: node)
            == twin.logEnd(source: finding.moment.source, node: node))
      }
    }
  }

  @Test(arguments: 0..<400) func causesAreFound(_ seed: Int) {
    var dice = Dice(seed: UInt64(seed))
    let states: [ProblemCase.State] = [.open, .open, .ended, .benign]
    let groups = (0..<(seed % 40)).map { _ in
      let finding = finding(&dice, within: 90)
      let key = ProblemGroup.Key(
        problem: finding.problem, node: finding.node, cluster: finding.cluster,
        state: dice.pick(states))
      var group = ProblemGroup(Self.catalogue.first { $0.id == finding.problem } ?? Self.catalogue[0], key)
      group.add(finding, .open)
      return group
    }
    let causes = Causes(groups, Self.catalogue)
    for place in groups.indices {
      #expect(causes.cause(of: place, groups)?.id == plainCause(of: groups[place], groups)?.id, "\(groups)")
    }
  }

  /// The problem that explains a group, all of them gone over.
  private func plainCause(of group: ProblemGroup, _ groups: [ProblemGroup]) -> Problem? {
    func outranks(_ cause: ProblemGroup, _ other: ProblemGroup) -> Bool {
      Problem.outranked(by: cause.problem.id, Self.catalogue).contains(other.problem.id)
        || (other.problem.isLastResort && !cause.problem.isLastResort && cause.severity == .error)
    }
    let fitting = groups.filter {
      $0.state != .benign && $0.problem.id != group.problem.id && outranks($0, group) && $0.reaches(group)
    }
    let first = fitting.first { cause in !fitting.contains { outranks($0, cause) } }
    return (first ?? fitting.first)?.problem
  }
}

/// Judges by going over all marks for each finding.
private struct PlainJudge {
  let marks: [Mark]

  private func called(_ names: String...) -> [Mark] {
    marks.filter { names.contains($0.mark) }.sorted { $0.moment.comesFirst($1.moment) }
  }

  func logEnd(source: Int, node: String?) -> Int64? {
    called("log").first { $0.moment.source == source && $0.node == node }?.moment.time
  }

  func standing(of finding: Finding, _ problem: Problem) -> Judge.Standing {
    if let benign = problem.benignWhen.first(where: { isNormal(finding, $0) }) { return .benign(benign) }
    let all = (["success"] + problem.endedBy).compactMap { name in called(name).first { ends($0, finding) } }
    let dated = all.filter(\.moment.isDated).min { $0.moment.time ?? 0 < $1.moment.time ?? 0 }
    return (dated ?? all.first).map { .ended(by: $0) } ?? .open
  }

  private func ends(_ mark: Mark, _ finding: Finding) -> Bool {
    guard mark.session == nil || mark.session != finding.session, mark.moment.isAfter(finding.end) else { return false }
    if mark.mark == "success", mark.command?.hasPrefix("upgrade") == true, finding.command != mark.command {
      return false
    }
    return isAt(mark, finding)
      || (mark.mark == "success" && finding.node == nil && finding.command == "init" && mark.command == "init")
  }

  private func isAt(_ mark: Mark, _ finding: Finding) -> Bool {
    guard mark.cluster == nil || finding.cluster == nil || mark.cluster == finding.cluster else { return false }
    return mark.node == finding.node
      || ((mark.node == nil || finding.node == nil) && mark.moment.source == finding.moment.source)
  }

  private func isNormal(_ finding: Finding, _ benign: Problem.Benign) -> Bool {
    switch benign {
    case .boot:
      guard finding.moment.isDated, let time = finding.moment.time, let node = finding.node else { return false }
      return called("success").contains { run in
        guard run.node == node, run.moment.isDated, let began = run.began, let end = run.moment.time else {
          return false
        }
        return began <= time && time <= end + Judge.bootTime
      }
    case .beforeCNI:
      return called("success", "run").contains { $0.cluster == finding.cluster }
        && !called("network", "ready").contains { $0.cluster == finding.cluster && finding.moment.isAfter($0.moment) }
    case .beforeInit:
      return called("success", "run").contains { run in
        guard isAt(run, finding) else { return false }
        if finding.moment.isDated, run.moment.isDated, let began = run.began { return began > finding.end.time ?? 0 }
        return run.moment.isAfter(finding.end)
      }
    case .beforeJoins:
      return called("success").contains {
        $0.command == "join" && $0.cluster == finding.cluster && $0.moment.isAfter(finding.end)
      }
    case .brief: return false
    }
  }
}
