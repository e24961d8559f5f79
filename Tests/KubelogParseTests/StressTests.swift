import KubelogScan
import TestSamples
import Testing

@testable import KubelogParse

/// Input that nobody's program wrote: reading it ends, keeps secrets, and takes nothing for a secret that is none.
@Suite struct StressTests {
  @Test(arguments: FixtureInput.all) func damagedFixturesAreRead(_ input: FixtureInput) throws {
    var random = Mutations(seed: input.path)
    for _ in 0..<4 {
      try check(read(random.damaged(input.lines)))
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: Hostile.all) func hostileInputIsRead(_ input: Hostile) throws {
    try check(read(Array(input.text.utf8)))
  }

  private func check(_ parsed: Parsed) throws {
    let shown = parsed.shown
    for secret in parsed.secrets where secret.kind != .certificate {
      #expect(!shown.contains(secret.value), "a secret is shown")
      let isWhole = secret.kind == .bootstrapToken ? isBootstrapToken(secret.value) : isCertificateKey(secret.value)
      #expect(isWhole, "'\(secret.value)' is no \(secret.kind.rawValue)")
    }
  }

  private func read(_ bytes: [UInt8]) throws -> Parsed {
    let clock = ClockOptions(year: 2026, zone: .utc, modified: present, liveness: .recorded, now: present)
    var parser = try Parser(SourceOptions(clock: clock))
    var (lines, parsed) = (LineSplitter(), Parsed())
    var start = 0
    while start < bytes.count {
      let end = min(start + 1 << 16, bytes.count)
      let chunk = bytes.span.extracting(start..<end)
      parser.expect(chunk, isPlain: false, holdsPart: lines.holdsPartialLine)
      lines.feed(chunk) { parser.take($0, at: $1) }
      parsed.add(parser.drain())
      start = end
    }
    lines.finish { parser.take($0, at: $1, isWhole: false) }
    parser.finish()
    parsed.add(parser.drain())
    return parsed
  }
}

/// The same damage for the same seed, on every machine.
struct Mutations {
  private var state: UInt64

  init(seed: String) {
    state = seed.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } | 1
  }

  mutating func next(_ bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(truncatingIfNeeded: state >> 33) % max(bound, 1)
  }

  /// A stretch of `lines` with a tenth of them changed.
  mutating func damaged(_ lines: [[UInt8]]) -> [UInt8] {
    let start = next(lines.count - 300)
    var kept = Array(lines[start..<min(start + 300, lines.count)])
    for _ in 0..<kept.count / 10 + 2 { damageOne(&kept) }
    return Array(kept.joined(separator: [0x0A]))
  }

  private mutating func damageOne(_ lines: inout [[UInt8]]) {
    guard !lines.isEmpty else { return }
    let (place, other) = (next(lines.count), next(lines.count))
    let column = next(lines[place].count)
    switch next(9) {
    case 0: if !lines[place].isEmpty { lines[place][column] = UInt8(next(256)) }
    case 1: lines[place] = Array(lines[place].prefix(column))
    case 2: lines[place] = Array(lines[place].dropFirst(column))
    case 3: lines.swapAt(place, other)
    case 4: lines.insert(lines[other], at: place)
    // With a blank between: a secret that is glued to a word is no longer one to a reader.
    case 5: lines[place] += [0x20] + lines[other]
    case 6:
      lines[place].insert(
        contentsOf: Array("\u{1B}[\(next(200))\(["X", "P", "@", "H", "J", "C", "m"][next(7)])".utf8), at: column)
    case 7:
      lines[place].insert(
        contentsOf: [[0x22], [0x5C], [0x1B], [0x7B], [0x0D], [0xFF], [0x00], [0x09]][next(8)], at: column)
    default: lines.remove(at: place)
    }
  }
}

/// Texts that make a careless reader trap, hang or eat memory.
struct Hostile: Sendable, CustomTestStringConvertible {
  var name: String
  var text: String
  var testDescription: String { name }

  private init(_ name: String, _ text: String) { (self.name, self.text) = (name, text) }

  private static func many(_ text: String, _ count: Int = 40_000) -> String { String(repeating: text, count: count) }

  /// Each far larger than what any program writes.
  static let all = [
    Hostile("a stamp in brackets that ends with its line", "[Mon Nov 23 14:42:31.123456\n"),
    Hostile("erased behind the end of a painted row", "\u{1B}[?1049h\u{1B}[10G\u{1B}[3Xx\n\u{1B}[?1049l\n"),
    Hostile("an age of a million years", "999999y   Normal   NodeReady   node/cp1   Node cp1 is ready\n"),
    Hostile("questions on one line", "[reset]" + many(" [y/N]: [reset]") + "\n"),
    Hostile("documents on one line", many("{\"kind\":\"Node\"}") + "\n"),
    Hostile("nested results of Ansible", "ok: [m1] => " + many("{\"a\":") + "1" + many("}") + "\n"),
    Hostile("nested lists in a journal", "{\"_PID\":\"1\",\"MESSAGE\":" + many("[") + many("]") + "}\n"),
    Hostile("nested lists in a document", "{\"apiVersion\":\"v1\",\"kind\":" + many("[") + "\n" + many("[\n", 2_000)),
    Hostile("nested YAML", "apiVersion: v1\nitems: " + many("[", 20_000) + "\n"),
    Hostile("blanks put into a line", many("\u{1B}[999@x", 10_000) + "\n"),
    Hostile("characters taken out of a line", many("x", 60_000) + "\r" + many("\u{1B}[P", 20_000) + "\n"),
    Hostile("cursors far away", many("\u{1B}[9999Cx", 10_000) + "\n" + many("\u{1B}[9999;9999Hx", 10_000) + "\n"),
    Hostile(
      "sequences that never end", many("\u{1B}]0;title", 10_000) + "\n" + many("\u{1B}[1;", 10_000) + "\n[init]\n"),
    Hostile("join commands without a token", "x " + many("kubeadm join a:1 ", 10_000) + "\n"),
    Hostile(
      "one join command with many pins",
      "kubeadm join a:1 " + many("--discovery-token-ca-cert-hash \(caHash) ", 2_000) + "\n"),
    Hostile("many tags", "[init] Using Kubernetes version: v1.31.0\n" + (0..<20_000).map { "[t\($0)] x\n" }.joined()),
    Hostile("many nodes", (0..<20_000).map { "n\($0)   Ready   <none>   1d   v1.31.0\n" }.joined()),
    Hostile("many streams", (0..<5_000).map { "null_resource.a\($0) (remote-exec): [init] x\n" }.joined()),
    Hostile(
      "blocks that open and close",
      "E1123 14:36:16.123456     506 kubelet.go:74] \"x\" err=<\n" + many(" > a=<\n", 20_000)),
    Hostile(
      "quotes and brackets", "E1123 14:36:16.123456     506 kubelet.go:74] \"x\" " + many("a={\"b\\", 10_000) + "\n"),
    Hostile(
      "a list whose head grows",
      "{\"apiVersion\":\"v1\",\"kind\":\"NodeList\",\"metadata\":\"" + many("x", 100_000)
        + "\",\"items\":[" + many("{},", 2_000) + "{}]}\n"),
    Hostile("a journal's field of nearly a megabyte", "__CURSOR=s\nMESSAGE\n\u{F8}\u{FF}\u{0F}\n" + many("x\n", 2_000)),
  ]
}
