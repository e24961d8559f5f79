import FoundationEssentials
import KubelogKit
import Testing

@Suite struct RedactionTests {
  /// What a run prints of files with these contents, each by itself.
  private func redact(_ texts: [String], learning: Bool = true) throws -> [String] {
    let place = FileManager.default.temporaryDirectory.path + "/kubelog-redaction-\(UInt64.random(in: 0..<(.max)))"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: place) }
    let paths = try texts.enumerated().map { number, text in
      let path = "\(place)/\(number)"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return path
    }
    var redaction = Redaction(hosts: true)
    if learning { for path in paths { redaction.learn(path) } }
    return try paths.map { path in
      var out: [UInt8] = []
      try redaction.redact(path) { bytes in if let bytes { for index in 0..<bytes.count { out.append(bytes[index]) } } }
      return String(decoding: out, as: UTF8.self)
    }
  }

  /// A name that the second file tells is masked in the first, and both say the same.
  @Test func filesAreLearnedFromBeforeTheFirstIsGiven() throws {
    let out = try redact(["cp1 10.1.2.3 is up\n", "Marking the node cp1 as control-plane, 10.1.2.3"])
    let words = out[0].split(separator: " ")
    #expect(words[0].hasPrefix("host-x") && words[1].hasPrefix("240."))
    #expect(out[1] == "Marking the node \(words[0]) as control-plane, \(words[1])")
  }

  /// What cannot be read twice: from the line on that names it, also in the files after it.
  @Test func aStreamIsMaskedFromWhereANameIsSure() throws {
    let out = try redact(["cp1 is up\nnode=\"cp1\" and cp1\n", "cp1\n"], learning: false)
    #expect(out[0].hasPrefix("cp1 is up\nnode=\"host-x"))
    #expect(out[0].ranges(of: "cp1").count == 1 && out[1].hasPrefix("host-x"))
  }

  @Test func secretsAreMaskedBesideHosts() throws {
    let out = try redact(["kubeadm join lb.lab.corp:6443 --token abcdef.0123456789abcdef --x\n"])
    #expect(out[0].contains(":6443 --token abcdef.<redacted-") && !out[0].contains("0123456789abcdef"))
    #expect(!out[0].contains("lab.corp"))
  }

  @Test func aMissingFileIsToldOnce() {
    var redaction = Redaction(hosts: true)
    redaction.learn("/nonexistent")
    #expect(throws: Input.Failure.missing("/nonexistent")) { try redaction.redact("/nonexistent") { _ in } }
  }
}
