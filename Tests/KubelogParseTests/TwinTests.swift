import FoundationEssentials
import KubelogScan
import TestSamples
import Testing

@testable import KubelogParse

/// Dispatch, what is remembered of repeated lines and what is gone over find what asking every rule about every line finds.
@Suite struct TwinTests {
  // MARK: Samples

  /// Every sample of a component, pieces of them put together, and words that lead to rules put before others' words.
  private static func samples(_ component: RulePack.Component) throws -> [String] {
    let rules = try RulePack.builtIn().filter { $0.component == component }.flatMap(\.rules)
    let samples = rules.flatMap { ($0.hits ?? []).map(\.line) + ($0.misses ?? []) }
    let mixed = zip(samples, samples.dropFirst(7)).map { left, right in
      String(left.prefix(left.count * 2 / 3)) + String(right.suffix(right.count / 3))
    }
    let cut = samples.map { String($0.dropLast(max(1, $0.count / 5))) }
    return samples + mixed + cut
  }

  @Test(arguments: RulePack.Component.allCases) func samplesReadTheSame(_ component: RulePack.Component) throws {
    let packs = try RulePack.builtIn()
    let twin = SlowRules(packs)
    let (fast, slow) = (RuleCheck(packs), RuleCheck(packs, twin))
    let lines = try Self.samples(component)
    #expect(lines.count > 30)
    for line in lines + lines {
      let (left, right) = (fast.match(line, component), slow.match(line, component))
      #expect(left?.rule.id == right?.rule.id, "\(line)")
      #expect(left?.told == right?.told, "\(line)")
      #expect(left?.severity == right?.severity && left?.message == right?.message, "\(line)")
    }
    #expect(twin.refused == [])
  }

  // MARK: Inputs

  /// The first things that reading with all its short ways makes of an input and reading without any does not, or the other
  /// way round; empty where there are none.
  private static func differences(
    _ bytes: [UInt8], fast packs: [RulePack]? = nil, read: (Reading) -> Void = { _ in }
  ) throws -> [String] {
    let twin = SlowRules(try RulePack.builtIn())
    let slow = try Reading(bytes, skims: false, rules: twin)
    let fast = try Reading(bytes, skims: true, rules: packs.map(RuleSet.init))
    read(fast)
    var found = twin.refused.prefix(3).map { "fits and is not made: \($0)" }
    if let place = zip(fast.events, slow.events).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset {
      found.append("\(fast.events[place])\n  is not\n\(slow.events[place])")
    } else if fast.events.count != slow.events.count {
      let more = fast.events.count > slow.events.count ? fast.events : slow.events
      found.append(
        "\(fast.events.count) events and not \(slow.events.count): \(more[min(fast.events.count, slow.events.count)])")
    }
    if fast.sessions != slow.sessions || fast.runs != slow.runs { found.append("the sessions differ") }
    if fast.unknown != slow.unknown { found.append("the unknown lines differ") }
    if fast.letters != slow.letters || fast.format != slow.format || fast.lines != slow.lines {
      found.append(
        "\(fast.letters), \(fast.format), \(fast.lines) and not \(slow.letters), \(slow.format), \(slow.lines)")
    }
    return found
  }

  @Test(arguments: FixtureInput.all) func fixturesReadTheSame(_ input: FixtureInput) throws {
    #expect(try Self.differences(input.bytes) == [])
  }

  @Test(arguments: FixtureInput.all) func damagedFixturesReadTheSame(_ input: FixtureInput) throws {
    var damage = try Damage(seed: input.path)
    for round in 0..<3 {
      #expect(try Self.differences(damage.damaged(input.lines)) == [], "round \(round)")
    }
  }

  @Test(arguments: PrintedEntry.Form.allCases) func madeJournalsReadTheSame(_ form: PrintedEntry.Form) throws {
    var maker = try JournalMaker(seed: form.rawValue)
    let journal = maker.journal(form, bytes: 1 << 20)
    #expect(try Reading(journal, skims: false).events.count > 300)
    #expect(try Self.differences(journal) == [])
    var damage = try Damage(seed: form.rawValue)
    let lines = journal.prefix(1 << 18).split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    #expect(try Self.differences(damage.damaged(lines)) == [])
  }

  @Test func aWordThatIsMissingIsSeen() throws {
    var maker = try JournalMaker(seed: "missing")
    let journal = maker.journal(.short, bytes: 1 << 18)
    var packs = try RulePack.builtIn()
    let place = try #require(packs.firstIndex { $0.pack == "kubelet" })
    let row = try #require(packs[place].rules.firstIndex { $0.id == "kubelet-network-not-ready" })
    packs[place].rules[row].messages?.removeAll()
    #expect(try Self.differences(journal, fast: packs) != [])
  }

  /// Any other files: those that `KUBELOG_TWIN_FILES` names, a line each.
  @Test(.enabled(if: !TwinFiles.all.isEmpty), arguments: TwinFiles.all) func namedFilesReadTheSame(_ path: String)
    throws
  {
    let data = try #require(FileManager.default.contents(atPath: path), "there is no file \(path)")
    let found = try Self.differences(Array(data)) { fast in
      print("\(path): \(fast.lines) lines, \(fast.passed) gone over, \(fast.events.count) events, \(fast.format)")
    }
    #expect(found == [])
  }
}

/// Files outside of the project that are to be read.
private enum TwinFiles {
  static let all =
    (ProcessInfo.processInfo.environment["KUBELOG_TWIN_FILES"] ?? "").split(separator: "\n").map(String.init)
}

// MARK: - What is read

/// Journals of nodes on which everything that rules know happens all the time.
struct JournalMaker {
  /// Where lines of klog come from, from the source file on; with the letter of each.
  private var klog: [(letter: Character, words: String)] = []
  private var others: [(identifier: String, message: String)] = []
  private var dice: Dice

  /// Lines that nobody has to know, as a kubelet writes most.
  private static let noise: [(letter: Character, words: String)] = [
    (
      "I",
      #"kubelet.go:2456] "SyncLoop (PLEG): event for pod" pod="shop/web-1" event={"ID":"5051d35d","Type":"ContainerStarted"}"#
    ),
    ("I", #"kubelet.go:2440] "SyncLoop RECONCILE" source="api" pods=["kube-system/kube-proxy-7"]"#),
    ("I", #"kubelet_getters.go:187] "Pod status updated" pod="logging/fluent-bit-4" status="Running""#),
    (
      "I",
      #"operation_generator.go:882] UnmountVolume.TearDown succeeded for volume "kubernetes.io/projected/51877c95""#
    ),
    ("I", #"scope.go:117] "RemoveContainer" containerID="423fc30ddabbe2ba51d9a86bdc750558774f7a89""#),
    ("E", #"log.go:32] "DeleteContainer returned error" containerID={"Type":"containerd"} err="not found""#),
    ("I", #"prober.go:107] "Probe failed" probeType="Liveness" pod="shop/web-1" probeResult="failure" output="EOF""#),
    (
      "I",
      #"pod_startup_latency_tracker.go:104] "Observed pod startup duration" pod="shop/web-1" podStartSLOduration=1.5"#
    ),
  ]

  init(seed: String) throws {
    dice = Dice(seed: seed)
    for pack in try RulePack.builtIn() where pack.component != .typed {
      for sample in pack.rules.flatMap({ ($0.hits ?? []).map(\.line) + ($0.misses ?? []) }) {
        guard sample.bytes({ KlogHeader($0, 0..<$0.count) }) == nil else {
          let words = sample.drop { $0 != "]" }
          let file = sample[..<words.startIndex].split(separator: " ").last ?? ""
          klog.append((sample.first ?? "I", String(file) + words))
          continue
        }
        switch pack.component {
        case .etcd: others.append(("etcd", sample))
        case .logrus: others.append(("containerd", sample))
        case .balancer: others.append(("haproxy", sample))
        case .systemd: others.append(("systemd", sample))
        default: others.append(("cloud-init", sample))
        }
      }
    }
  }

  /// The next entry, some time after `time`.
  private mutating func entry(after time: Int) -> PrintedEntry {
    let next = time + dice.roll(40_000)
    let host = dice.roll(10) == 0 ? "cp-2" : "cp-1"
    if dice.roll(8) == 0 {
      let (identifier, message) = dice.pick(others)
      return PrintedEntry(time: next, host: host, identifier: identifier, process: 1, message: message)
    }
    var (letter, words) = dice.roll(3) == 0 ? dice.pick(klog) : dice.pick(Self.noise)
    if dice.roll(10) == 0 { letter = dice.pick(["I", "W", "E", "F"]) }
    let identifier = dice.roll(12) == 0 ? "kube-apiserver" : "kubelet"
    return PrintedEntry(time: next, host: host, identifier: identifier, process: 2134, letter: letter, klog: words)
  }

  /// About so many bytes of a journal; no more than a day.
  mutating func journal(_ form: PrintedEntry.Form, bytes: Int) -> [UInt8] {
    var (out, time) = ([UInt8](), 0)
    while out.count < bytes {
      let entry = entry(after: time)
      time = entry.time
      out += Array(entry.text(form).utf8)
    }
    return out
  }
}

/// Damage that makes lines what others are, or nearly: the same for the same seed.
struct Damage {
  private var dice: Dice
  /// Words that lead to rules, and names of source files.
  private let words: [[UInt8]]

  init(seed: String) throws {
    dice = Dice(seed: seed)
    words = try RulePack.builtIn().flatMap(\.rules).flatMap { rule in
      [rule.messages, rule.sources, rule.contains, rule.needs].flatMap { $0 ?? [] }.map { Array($0.utf8) }
    }
  }

  /// A stretch of `lines` with a third of them damaged.
  mutating func damaged(_ lines: [[UInt8]]) -> [UInt8] {
    let start = dice.roll(lines.count - 400)
    var kept = Array(lines[start..<min(start + 400, lines.count)])
    for _ in 0..<kept.count / 3 + 2 {
      let place = dice.roll(kept.count)
      if dice.roll(12) == 0 {
        kept.swapAt(place, dice.roll(kept.count))
      } else if dice.roll(12) == 0 {
        kept.insert(kept[dice.roll(kept.count)], at: place)
      } else {
        kept[place] = damaged(kept[place])
      }
    }
    return Array(kept.joined(separator: [0x0A]))
  }

  private mutating func damaged(_ line: [UInt8]) -> [UInt8] {
    guard !line.isEmpty else { return dice.pick(words) }
    var line = line
    let column = dice.roll(line.count)
    // Where klog's words begin, as far as a line has any.
    let bracket = line.indices.first { line[$0] == 0x5D && $0 + 2 < line.count && line[$0 + 1] == 0x20 }
    switch dice.roll(12) {
    case 0: line[column] ^= 1 << UInt8(dice.roll(8))
    case 1: line[column] = UInt8(dice.roll(256))
    case 2: line.insert(dice.pick([0x22, 0x5C, 0x5D, 0x20, 0x3A, 0x09, 0x0D, 0x1B, 0x7B, 0xC3, 0x00]), at: column)
    case 3: line = Array(line.prefix(column))
    case 4: line = Array(line.dropFirst(column))
    case 5: line.remove(at: column)
    // Words of another rule: before its own, instead of its own, within.
    case 6: if let bracket { line.insert(contentsOf: dice.pick(words), at: bracket + 2) }
    case 7:
      let word = dice.pick(words)
      if let bracket { line.replaceSubrange(bracket + 2..<min(bracket + 2 + word.count, line.count), with: word) }
    case 8: line.insert(contentsOf: dice.pick(words), at: column)
    // Another source file, another letter, a head that is none.
    case 9:
      if let bracket, let blank = line[..<bracket].lastIndex(of: 0x20) {
        line.replaceSubrange(blank + 1..<bracket, with: Array("node_lifecycle_controller.go:7".utf8))
      }
    case 10:
      if let bracket, let letter = line[..<bracket].lastIndex(where: { [0x49, 0x57, 0x45, 0x46].contains($0) }) {
        line[letter] = dice.pick([0x49, 0x57, 0x45, 0x46, 0x44])
      }
    default: if let bracket { line.insert(contentsOf: Array("\"Unhandled Error\" err=\"".utf8), at: bracket + 2) }
    }
    return line
  }
}
