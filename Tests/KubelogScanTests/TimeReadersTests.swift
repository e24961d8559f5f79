import KubelogScan
import Testing

@Suite struct TimeReadersTests {
  struct Stamp: Sendable, CustomTestStringConvertible {
    var text: String
    var zone: Int?
    var microsecond = 0
    var digits = 0
    /// What is left behind the stamp.
    var rest = ""
    var testDescription: String { text }
  }

  @Test(
    arguments: [
      Stamp(text: "2026-11-23T14:09:38.847794Z", zone: 0, microsecond: 847_794, digits: 6),
      Stamp(text: "2026-11-23T14:09:38+09:00", zone: 32_400),
      Stamp(text: "2026-11-23T14:09:38+0900 cp3", zone: 32_400, rest: " cp3"),
      Stamp(text: "2026-11-23T14:09:38-03:30", zone: -12_600),
      Stamp(text: "2026-11-23T14:09:38-0000", zone: 0),
      Stamp(text: "2026-11-23 14:09:38", zone: nil),
      Stamp(text: "2026-11-23 14:09:38 UTC", zone: nil, rest: " UTC"),
      Stamp(text: "2026-11-23T14:09:38,5+00:00", zone: 0, microsecond: 500_000, digits: 1),
      Stamp(text: "2026-11-23T14:09:38.847794123Z", zone: 0, microsecond: 847_794, digits: 9),
      Stamp(text: "2026-11-23T14:09:38.Z", zone: nil, rest: ".Z"),
      Stamp(text: "2026-11-23T14:09:38+9", zone: nil, rest: "+9"),
      Stamp(text: "2026-11-23T14:09:38+09:6x", zone: nil, rest: "+09:6x"),
      Stamp(text: "2026-11-23T14:09:38+24:00", zone: nil, rest: "+24:00"),
      Stamp(text: "2026-11-23T14:09:38-host", zone: nil, rest: "-host"),
    ])
  func isoStamps(_ stamp: Stamp) throws {
    let found = try #require("> \(stamp.text)".bytes { $0.isoStamp(at: 2) })
    #expect(
      found.civil
        == CivilTime(
          year: 2026, month: 11, day: 23, hour: 14, minute: 9, second: 38, microsecond: stamp.microsecond))
    #expect(found.zoneSeconds == stamp.zone)
    #expect(found.digits == stamp.digits)
    #expect(String(decoding: Array("> \(stamp.text)".utf8)[found.end...], as: UTF8.self) == stamp.rest)
  }

  @Test(
    arguments: [
      "", "2026-11-23", "2026-11-23T14:09", "2026-11-23T14:09:3", "2026-11-23_14:09:38", "2026-13-23T14:09:38Z",
      "2026-11-32T14:09:38Z", "2026-00-23T14:09:38Z", "2026-11-23T24:09:38Z", "2026-11-23T14:60:38Z",
      "2026-11-23T14:09:61Z", "2026/11/23T14:09:38Z", "26-11-23T14:09:38Z", "202a-11-23T14:09:38Z",
      "2026-11-23T14.09.38Z",
    ])
  func noIsoStamps(text: String) {
    #expect(text.bytes { $0.isoStamp(at: 0) == nil })
    #expect(text.bytes { $0.isoStamp(at: -1) == nil })
  }

  @Test(
    arguments: [
      ("00:00:00", 0, 0, 8), ("23:59:60", 86_400, 0, 8), ("14:36:08.1", 52_568, 100_000, 10),
      ("14:36:08,000001 x", 52_568, 1, 15), ("14:36:08.1234567", 52_568, 123_456, 16), ("14:36:08.", 52_568, 0, 8),
      ("14:36:08. x", 52_568, 0, 8), ("14:36:081", 52_568, 0, 8),
    ])
  func clocks(text: String, seconds: Int, microsecond: Int, end: Int) throws {
    let clock = try #require(text.bytes { $0.clock(at: 0) })
    #expect((clock.hour * 60 + clock.minute) * 60 + clock.second == seconds)
    #expect(clock.microsecond == microsecond)
    #expect(clock.end == end)
  }

  @Test(arguments: ["", "1:02:03", "24:00:00", "00:60:00", "00:00:61", "00:00:0", "00.00.00", "00:00", "aa:00:00"])
  func noClocks(text: String) {
    #expect(text.bytes { $0.clock(at: 0) == nil })
  }

  @Test(
    arguments: [
      ("0s", 0), ("4m0s", 240), ("1h0m0s", 3600), ("2h3m4.5s", 7384.5), ("515.21134ms", 0.51521134),
      ("666.947\u{B5}s", 0.000666947), ("666.947\u{3BC}s", 0.000666947), ("2us", 2e-6), ("15ns", 1.5e-8),
      ("3m1.104514415s", 181.104514415), ("48h", 172_800), ("90m", 5400), (".5s", 0.5),
    ])
  func goDurations(text: String, seconds: Double) throws {
    let found = try #require("x\(text)x".bytes { $0.goDuration(1..<$0.count - 1) })
    #expect(abs(found - seconds) <= 1e-12 * max(1, seconds))
  }

  @Test(
    arguments: [
      "", "s", "5", "5x", "-1s", "+1s", "1h 2m", "1.2.3s", ".s", "4m0", "1d", "4M", "ms", "1s ", " 1s", "1\u{FFFD}s",
      "4m0s.",
    ])
  func noGoDurations(text: String) {
    #expect(text.bytes { $0.goDuration(0..<$0.count) == nil })
  }

  @Test func englishMonths() {
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let found = names.map { name in " \(name)".bytes { $0.englishMonth(at: 1) } }
    #expect(found == Array(1...12))
    for name in ["jan", "Okt", "No", "", "Mär"] { #expect(name.bytes { $0.englishMonth(at: 0) } == nil) }
    #expect("Jan".bytes { $0.englishMonth(at: 1) } == nil)
    #expect("Jan".bytes { $0.englishMonth(at: -1) } == nil)
  }
}
