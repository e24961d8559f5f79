import TestSamples
import Testing

@testable import KubelogStore

/// What is promised of reading twice, held on every input under Fixtures/.
@Suite struct FixtureIdentityTests {
  @Test(arguments: FixtureInput.texts) func sameFileAgainChangesNothing(_ input: FixtureInput) throws {
    try withStore { path in
      let text = String(decoding: input.bytes, as: UTF8.self)
      try ingest(text, into: path)
      let before = try dump(path)
      let again = try ingest(text, into: path)
      let difference = differences(before, try dump(path))
      #expect(difference == [])
      #expect(again.newEvents == 0)
    }
  }

  /// Not of what the fuzzer is given: a cut between the parts that a container runtime made of one line leaves what its first
  /// part alone seemed to say, and forms that change from line to line are read by what came before.
  @Test(arguments: FixtureInput.texts.filter { !$0.path.hasPrefix("fuzz/") })
  func beginningThenWholeIsTheWhole(_ input: FixtureInput) throws {
    let text = String(decoding: input.bytes, as: UTF8.self)
    let alone = try withStore { path in
      try ingest(text, into: path)
      return try facts(path)
    }
    let lines = lineCount(text)
    for cut in stride(from: 3, to: lines, by: max(10, lines / 3)) {
      try withStore { path in
        try ingest(first(cut, of: text), into: path)
        try ingest(text, into: path)
        let difference = differences(alone, try facts(path))
        #expect(difference == [], "cut after line \(cut)")
      }
    }
  }
}
