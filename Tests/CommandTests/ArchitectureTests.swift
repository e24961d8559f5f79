import FoundationEssentials
import Testing

/// The rooms import to the left only, and none of them full Foundation: README.md's table, as a test.
@Suite struct ArchitectureTests {
  private static let allowed: [String: Set<String>] = [
    "KubelogScan": ["CPCRE2", "CSigns", "CZlib", "Glibc"],
    "KubelogParse": ["KubelogScan", "CYaml", "FoundationEssentials"],
    "KubelogStore": ["KubelogParse", "KubelogScan", "CSQLite3", "Crypto", "Glibc"],
    "KubelogQuery": ["KubelogStore", "KubelogParse", "KubelogScan"],
    "KubelogReport": ["KubelogQuery"],
    "KubelogLive": ["KubelogScan", "CProcess", "Glibc"],
    "KubelogKit": [
      "KubelogScan", "KubelogParse", "KubelogStore", "KubelogQuery", "KubelogReport", "KubelogLive",
    ],
    "kubelog": ["KubelogKit", "ArgumentParser", "CStartup"],
    // The tool that embeds texts at build; it is not part of the program.
    "EmbedText": ["FoundationEssentials", "Glibc"],
  ]

  @Test func importsPointLeft() throws {
    let root = String(#filePath.split(separator: "/Tests/CommandTests/")[0]) + "/Sources"
    var seen: Set<String> = []
    for (path, text) in files(below: root) where path.hasSuffix(".swift") {
      let room = String(path.split(separator: "/")[0])
      let allowed = try #require(Self.allowed[room], "no rule for Sources/\(room)")
      seen.insert(room)
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place < 3, place + 1 < words.count,
          words[..<place].allSatisfy({ ["public", "internal", "private", "@_exported", "@testable"].contains($0) })
        else { continue }
        #expect(allowed.contains(String(words[place + 1])), "Sources/\(path): \(line)")
      }
    }
    #expect(seen == Set(Self.allowed.keys))
  }

  private func files(below root: String, _ prefix: String = "") -> [(path: String, text: String)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(prefix)")) ?? []
    return names.flatMap { name -> [(path: String, text: String)] in
      let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
      var isFolder = false
      guard FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder) else { return [] }
      if isFolder { return files(below: root, path) }
      let data = FileManager.default.contents(atPath: "\(root)/\(path)")
      return [(path, data.map { String(decoding: $0, as: UTF8.self) } ?? "")]
    }
  }
}
