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

  /// But for one input: it says the same three times over in three forms, and of one nobody tells the node. That one may be
  /// taken for what the store has of another: README.md says under "How sure it is" what it goes by.
  @Test(arguments: FixtureInput.texts.filter { $0.path != "fuzz/envelope-prefixed/three-forms" })
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
