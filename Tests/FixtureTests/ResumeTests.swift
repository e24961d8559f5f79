import FoundationEssentials
import Glibc
import KubelogKit
import TestSamples
import Testing

/// A log that is followed, with the reader stopped and started again after every line, ends in the store as if it had been
/// read at once.
@Suite struct ResumeTests {
  /// Read at every line: what is begun in one line and over in another is of every kind here.
  private static let thorough: Set<String> = [
    "journal/kubelet-1.22", "kubeadm/init-1.31", "kubeadm/token-commands", "kubectl/loop-no-headers",
    "terminal/whole-install",
    "envelopes/ansible@yaml", "envelopes/journal-short@korean",
  ]

  @Test(arguments: FixtureCase.all.filter { !$0.name.hasSuffix("/gzip") })
  func stoppedAgainAndAgain(_ fixture: FixtureCase) throws {
    let isThorough = Self.thorough.contains(fixture.name)
    try fixture.withStore { kubelog, inputs in
      for (path, options) in inputs {
        var options = options
        options.isLive = false
        let text = try #require(FileManager.default.contents(atPath: path))
        let (whole, piecewise) = (store(kubelog, "whole"), store(kubelog, "piecewise"))
        _ = try whole.ingest(path, options)
        for end in stops(text, most: isThorough ? 1_000 : 4) {
          try write(text[..<end], path)
          _ = try piecewise.follow([path], options) { $0 }
        }
        let (a, b) = (try dump(ofStore: whole.storePath), try dump(ofStore: piecewise.storePath))
        let isSame = a == b
        #expect(isSame, "\(path)\n\(difference(a, b))")
        for kubelog in [whole, piecewise] { try FileManager.default.removeItem(atPath: kubelog.storePath) }
      }
    }
  }

  /// The first lines that only one of two dumps has.
  private func difference(_ whole: [String], _ piecewise: [String]) -> String {
    let missing = Set(whole).subtracting(piecewise).sorted().prefix(3)
    let added = Set(piecewise).subtracting(whole).sorted().prefix(3)
    return (missing.map { "- \($0)" } + added.map { "+ \($0)" }).joined(separator: "\n")
  }

  private func store(_ kubelog: Kubelog, _ name: String) -> Kubelog {
    var other = kubelog
    other.storePath += "." + name
    other.isZoneGiven = true
    return other
  }

  @Test func casesAreThere() { #expect(Self.thorough.isSubset(of: FixtureCase.all.map(\.name))) }

  /// Offsets after lines, about as many as `most`, the end of the text among them.
  private func stops(_ text: Data, most: Int) -> [Int] {
    let ends = text.indices.filter { text[$0] == 0x0A }.map { $0 + 1 }
    let step = max(1, ends.count / most)
    return stride(from: 0, to: ends.count, by: step).map { ends[$0] } + [text.count]
  }

  private func write(_ text: Data, _ path: String) throws {
    let old = text.isEmpty ? Data() : text
    let file = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
    defer { close(file) }
    var sent = 0
    while sent < old.count {
      sent += old[(old.startIndex + sent)...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    }
    let seconds = Int((microseconds(FixtureCase.modified) ?? 0) / 1_000_000)
    var times = [timeval(tv_sec: seconds, tv_usec: 0), timeval(tv_sec: seconds, tv_usec: 0)]
    utimes(path, &times)
  }
}
