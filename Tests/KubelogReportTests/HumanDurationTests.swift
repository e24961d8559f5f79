import KubelogReport
import Testing

@Suite struct HumanDurationTests {
  @Test(
    arguments: [
      (0, "0s"), (-0.0, "0s"), (0.04, "0s"), (-0.04, "0s"), (0.05, "0.1s"), (1, "1s"), (48.2, "48.2s"), (8.25, "8.3s"),
      (59.94, "59.9s"), (59.97, "1m"), (60, "1m"), (252.9, "4m 12s"), (3599.9, "59m 59s"),
      (3600, "1h"), (6720, "1h 52m"), (83100, "23h 5m"), (86399, "23h 59m"),
      (86400, "1d"), (183_600, "2d 3h"), (8 * 86400 - 1, "7d 23h"), (8 * 86400 + 7200, "8d"),
      (364 * 86400 + 86399, "364d"), (729 * 86400, "729d"), (730 * 86400, "2y"), (3649 * 86400, "9y 364d"),
      (3650 * 86400, "10y"), (-48.2, "-48.2s"), (-6720, "-1h 52m"), (1e300, "31709791y 359d"),
      (.infinity, "-"), (.nan, "-"),
    ] as [(Double, String)])
  func asPeopleSayIt(seconds: Double, expected: String) {
    #expect(humanDuration(seconds) == expected)
  }
}
