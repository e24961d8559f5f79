import KubelogScan
import TestSamples
import Testing

@testable import KubelogParse

/// Going over lines that nobody has to look at leaves the same behind as reading them.
@Suite struct SkimmerTests {
  private func expectSame(_ bytes: [UInt8], passing least: Int) throws {
    for chunk in [1 << 18, 1 << 12, 977] {
      let slow = try Reading(bytes, skims: false, chunk: chunk)
      #expect(slow.passed == 0)
      var fast = try Reading(bytes, skims: true, chunk: chunk)
      #expect(fast.passed >= (chunk > 1 << 12 ? least : 0), "of \(fast.lines) lines")
      fast.passed = 0
      #expect(fast.letters == slow.letters)
      #expect(fast.unknown == slow.unknown)
      let (left, right) = (fast.events, slow.events)
      #expect(left.count == right.count)
      if let place = zip(left, right).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset {
        #expect(left[place] == right[place])
      }
      #expect(fast == slow, "differs")
    }
  }

  // MARK: Journals

  /// Lines of klog that packs have as samples, and some of their like that nobody knows; without their headers' stamps.
  private static let sites: [String] = {
    let packs = (try? RulePack.builtIn())?.filter { $0.component == .klog || $0.component == .failure } ?? []
    let samples = packs.flatMap { pack in
      pack.rules.flatMap { ($0.hits ?? []).map(\.line) + ($0.misses ?? []) }
    }.filter { $0.bytes { KlogHeader($0, 0..<$0.count) } != nil }
    let known = samples.compactMap { sample in
      sample.firstIndex(of: "]").map { end in
        String(sample[..<end].split(separator: " ").last ?? "") + String(sample[end...])
      }
    }
    return known + [
      "kubelet.go:2456] \"SyncLoop (PLEG): event for pod\" pod=\"a/b\" event={\"ID\":\"5051d35d\",\"Data\":\"0f2b29\"}",
      "kubelet.go:2440] \"SyncLoop RECONCILE\" source=\"api\" pods=[\"kube-system/kube-proxy-7\"]",
      "kubelet_getters.go:187] \"Pod status updated\" pod=\"logging/fluent-bit-4\" status=\"Running\"",
      "operation_generator.go:882] UnmountVolume.TearDown succeeded for volume \"kubernetes.io/projected/51877c95\"",
      "scope.go:117] \"RemoveContainer\" containerID=\"423fc30ddabbe2ba51d9a86bdc750558774f7a89c6cb042d949e42629ead2ae7\"",
      "a_source_with_a_very_long_name_for_a_file_of_the_kubelet.go:1] \"RemoveContainer\" containerID=\"423fc\"",
      "x.go:1] short", "reconciler_common.go:245] \"operationExecutor.VerifyControllerAttachedVolume started\" err=<",
    ]
  }()

  private static let heads = [
    "Jan 03 %H:%M:%S cp-1 kubelet[2134]: ", "Jan 03 %H:%M:%S.%U cp-1 kubelet[2134]: ",
    "2026-01-03T%H:%M:%S+0000 cp-1 kubelet[2134]: ", "Sat 2026-01-03 %H:%M:%S UTC cp-1 kubelet[2134]: ",
  ]

  /// A journal of `lines` lines, each about as likely as in a real one to be nobody's.
  private static func journal(_ head: String, lines: Int, seed: UInt64) -> [UInt8] {
    var state = seed | 1
    func next(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(truncatingIfNeeded: state >> 33) % bound
    }
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
    func six(_ number: Int) -> String { String("00000\(number)".suffix(6)) }
    var (out, second) = ("", 0)
    for _ in 0..<lines {
      second += next(3)
      let (clock, micros) = ([second / 3600 % 24, second / 60 % 60, second % 60].map(two), six(next(1_000_000)))
      var line = head.replacing("%H", with: clock[0]).replacing("%M", with: clock[1]).replacing("%S", with: clock[2])
        .replacing("%U", with: micros)
      if next(50) == 0 { line = line.replacing("cp-1", with: "cp-2") }
      let site = next(3) == 0 ? sites[next(sites.count)] : sites[sites.count - 8 + next(8)]
      let letter = ["I", "I", "I", "I", "E", "W", "F"][next(7)]
      line += "\(letter)0103 \(clock.joined(separator: ":")).\(micros)    2134 \(site)"
      switch next(120) {
      case 0: line += "\u{1B}[0m"
      case 1: line += " é"
      case 2: line += "\r"
      case 3: line = String(line.prefix(next(line.count)))
      case 4: line += "\n                    [init] Using Kubernetes version: v1.31.0"
      case 5: line += "\nJan 03 \(clock.joined(separator: ":")) cp-1 systemd[1]: Started kubelet.service - kubelet."
      case 6: line += "\n{"
      case 7: line += "\n"
      case 8: line = line.replacing("2134 ", with: "99999999 ")
      case 9: line = line.replacing(":\(clock[1]):", with: ":7\(clock[1].last ?? "0"):")
      default: break
      }
      out += line + "\n"
    }
    return Array(out.utf8)
  }

  @Test(arguments: heads, [1, 2, 3] as [UInt64]) func madeJournalsReadTheSame(_ head: String, _ seed: UInt64) throws {
    try expectSame(Self.journal(head, lines: 4_000, seed: seed), passing: 300)
  }

  /// The same lines as entries in JSON.
  private static func entries(_ journal: [UInt8], isSpaced: Bool) -> [UInt8] {
    let (comma, colon) = isSpaced ? (", ", ": ") : (",", ":")
    var (out, number) = ("", 1_767_398_400_000_000 as Int64)
    for line in String(decoding: journal, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
      let message = String(line.drop { $0 != "]" }.dropFirst(3))
      number += 1_234_567
      var fields = [
        ("__CURSOR", "s=ed31;i=\(number)"), ("__REALTIME_TIMESTAMP", "\(number)"), ("SYSLOG_IDENTIFIER", "kubelet"),
        ("MESSAGE", message), ("_PID", "2134"), ("_HOSTNAME", line.contains("cp-2") ? "cp-2" : "cp-1"),
      ]
      switch number % 97 {
      case 0: fields.swapAt(2, 3)
      case 1: fields[2].1 = "kube-apiserver"
      case 2: fields.append(("MESSAGE", "I0103 00:00:00.000000    2134 kubelet.go:1] x"))
      case 3: fields[3].1 += "\nand more\u{1B}[0m"
      case 4: fields[3].1 += "\\"
      default: break
      }
      let object = fields.map { jsonText($0.0) + colon + jsonText($0.1) }.joined(separator: comma)
      out += "{" + object + (number % 97 == 5 ? "" : "}") + "\n"
    }
    return Array(out.utf8)
  }

  @Test(arguments: [true, false], [4, 5] as [UInt64]) func madeEntriesReadTheSame(_ isSpaced: Bool, _ seed: UInt64)
    throws
  {
    let journal = Self.journal(Self.heads[0], lines: 4_000, seed: seed)
    try expectSame(Self.entries(journal, isSpaced: isSpaced), passing: 300)
  }

  /// The same lines as entries in the export form.
  private static func exports(_ journal: [UInt8]) -> [UInt8] {
    var (out, number) = ([] as [UInt8], 1_767_398_400_000_000 as Int64)
    for line in String(decoding: journal, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
      let message = String(line.drop { $0 != "]" }.dropFirst(3))
      number += 1_234_567
      var fields = [
        "__CURSOR=s=ed31;i=\(number)", "__REALTIME_TIMESTAMP=\(number)", "SYSLOG_IDENTIFIER=kubelet",
        "_PID=2134", "_HOSTNAME=\(line.contains("cp-2") ? "cp-2" : "cp-1")", "MESSAGE=\(message)",
      ]
      switch number % 97 {
      case 0: fields.swapAt(3, 5)
      case 1: fields[2] = "SYSLOG_IDENTIFIER=kube-apiserver"
      case 2: fields.append("MESSAGE=I0103 00:00:00.000000    2134 kubelet.go:1] x")
      case 3: fields[5] += "\u{1B}[0m"
      case 4: fields[4] += "\r"
      case 5: fields[5] = "no field"
      case 6: fields.append("")
      case 7: fields.append("_TRANSPORT=stdout")
      case 8:
        let length = withUnsafeBytes(of: UInt64(message.utf8.count).littleEndian, Array.init)
        out += Array(fields[..<5].joined(separator: "\n").utf8) + Array("\nMESSAGE\n".utf8) + length
        out += Array("\(message)\n\n".utf8)
        continue
      default: break
      }
      out += Array((fields.joined(separator: "\n") + (number % 97 == 9 ? "\n" : "\n\n")).utf8)
    }
    return out
  }

  @Test(arguments: [6, 7, 8] as [UInt64]) func madeExportsReadTheSame(_ seed: UInt64) throws {
    let journal = Self.journal(Self.heads[0], lines: 4_000, seed: seed)
    try expectSame(Self.exports(journal), passing: 300)
  }

  @Test(arguments: FixtureInput.all) func fixturesReadTheSame(_ input: FixtureInput) throws {
    let bytes = Array(input.lines.joined(separator: [0x0A]))
    // Twice: what was learned from the first time is gone over the second.
    try expectSame(bytes + [0x0A] + bytes, passing: 0)
  }

  @Test(arguments: heads) func damagedJournalsReadTheSame(_ head: String) throws {
    let text = String(decoding: Self.journal(head, lines: 1_500, seed: 7), as: UTF8.self)
    var random = Mutations(seed: head)
    for _ in 0..<3 {
      let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
      try expectSame(random.damaged(lines), passing: 0)
    }
  }
}
