import CAllocations
import KubelogScan
import TestSamples
import Testing

@testable import KubelogParse

/// A line that nobody keeps leaves nothing behind and needs nothing: of twice as many lines none asks for memory more often.
///
/// `swift test -c release -Xswiftc -enable-testing --filter AllocationTests` asks this also of lines that are read.
@Suite struct AllocationTests {
  /// How often memory is asked for while a parser goes through `lines` further lines.
  private func allocations(_ form: PrintedEntry.Form, lines: Int, skims: Bool) throws -> Int {
    let text = { (range: Range<Int>) in
      Array(range.map { Self.entry($0).text(form) }.joined().utf8)
    }
    let clock = ClockOptions(year: 2026, zone: .utc, modified: present, liveness: .recorded, now: present)
    var parser = try Parser(SourceOptions(clock: clock))
    parser.skims = skims
    var splitter = LineSplitter()
    var passed = 0
    func read(_ bytes: [UInt8]) {
      let (piece, isPlain) = (bytes.span, isPlain(bytes.span))
      parser.expect(piece, isPlain: isPlain, holdsPart: splitter.holdsPartialLine)
      splitter.feed(piece, isPlain: isPlain) { chunk, start, isASCII in
        let over = parser.passOver(chunk, from: start, isASCII: isASCII)
        passed += over.lines
        return over
      } _: {
        parser.take($0, at: $1)
      }
    }
    // What is learned is learned.
    read(text(0..<200))
    let more = text(200..<200 + lines)
    passed = 0
    let before = CAllocations.allocations()
    read(more)
    let count = Int(CAllocations.allocations() - before)
    #expect(parser.drain().isEmpty)
    #expect(skims ? passed > lines / 2 : passed == 0)
    return count
  }

  /// What kubelets say all day.
  private static func entry(_ number: Int) -> PrintedEntry {
    let words = [
      #"kubelet.go:2456] "SyncLoop (PLEG): event for pod" pod="shop/web-1" event={"ID":"5051d35d","Type":"ContainerDied"}"#,
      #"kubelet_getters.go:187] "Pod status updated" pod="logging/fluent-bit-4" status="Running""#,
      #"operation_generator.go:882] UnmountVolume.TearDown succeeded for volume "kubernetes.io/projected/51877c95""#,
      #"scope.go:117] "RemoveContainer" containerID="423fc30ddabbe2ba51d9a86bdc750558774f7a89""#,
    ]
    return PrintedEntry(
      time: 14 * 3_600_000_000 + number * 10_007, host: "cp1", identifier: "kubelet", process: 273, letter: "I",
      klog: words[number % words.count])
  }

  private func expectNone(_ form: PrintedEntry.Form, skims: Bool) throws {
    let once = try allocations(form, lines: 1_000, skims: skims)
    let twice = try allocations(form, lines: 2_000, skims: skims)
    #expect(twice == once)
  }

  @Test(arguments: [.short, .precise, .iso, .json] as [PrintedEntry.Form])
  func linesThatAreGoneOverTakeNoMemory(_ form: PrintedEntry.Form) throws { try expectNone(form, skims: true) }

  /// Only where the compiler optimizes: else what is generic takes memory for its own values.
  @Test(.enabled(if: isOptimized), arguments: PrintedEntry.Form.allCases)
  func linesThatAreReadTakeNoMemory(_ form: PrintedEntry.Form) throws { try expectNone(form, skims: false) }

  @Test func countingCounts() {
    let before = CAllocations.allocations()
    var bytes: [UInt8] = []
    for number in 0..<100 { bytes.append(UInt8(number)) }
    #expect(CAllocations.allocations() > before)
    #expect(bytes.count == 100)
  }
}

#if DEBUG
  private let isOptimized = false
#else
  private let isOptimized = true
#endif
