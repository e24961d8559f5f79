import FoundationEssentials
import FuzzTargets
import TestSamples
import Testing

/// What libFuzzer drives for hours (Tests/Fuzz) holds for some damaged fixtures, the same each time, and for all that was
/// once found.
@Suite struct FuzzTests {
  @Test(arguments: FuzzTarget.allCases) func damagedFixturesHold(_ target: FuzzTarget) throws {
    let runner = try FuzzRunner(target)
    var random = Mutations(seed: target.rawValue)
    let inputs = FixtureInput.texts.filter { !$0.path.hasPrefix("fuzz/") }
    for _ in 0..<40 {
      let lines = inputs[random.next(inputs.count)].lines
      let start = random.next(lines.count)
      try runner.run(random.damaged(Array(lines[start..<min(start + 40, lines.count)])))
    }
  }

  /// An input that once broke something, or shows how inputs of its target look.
  struct Case: Sendable, CustomTestStringConvertible {
    var target: FuzzTarget
    var input: FixtureInput
    var testDescription: String { input.path }
  }

  /// Those below Fixtures/fuzz/, by target.
  static let cases: [Case] = FixtureInput.all.filter { $0.path.hasPrefix("fuzz/") }.compactMap { input in
    FuzzTarget(rawValue: String(input.path.split(separator: "/")[1])).map { Case(target: $0, input: input) }
  }

  @Test(arguments: cases) func whatWasFoundHolds(_ found: Case) throws {
    try FuzzRunner(found.target).run(found.input.bytes)
  }

  @Test func everyTargetHasACase() {
    #expect(Set(Self.cases.map(\.target)) == Set(FuzzTarget.allCases))
  }
}
