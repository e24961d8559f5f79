import KubelogKit
import Testing
import TestSamples

/// One test for each fault that was found in using it, so that it stays mended.
@Suite struct RegressionTests {
  @Test func expiredKeyIsWhatLimitsTheJoin() throws {
    try withDesk { desk in
      try watch(initLog, at: begin, into: desk.kubelog)
      let answer = try desk.at(begin + 3 * hour).join(.controlPlane)
      #expect(!answer.isValid)
      #expect(answer.limitedBy == "certificate-key")
    }
  }
}
