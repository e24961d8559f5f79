import FoundationEssentials

/// One file under Fixtures/ that kubelog reads.
public struct FixtureInput: Sendable, CustomStringConvertible {
  /// Its path below Fixtures/.
  public let path: String
  /// What it holds.
  public let bytes: [UInt8]

  /// All of them, by path.
  public static let all: [FixtureInput] = {
    let root = String(#filePath.split(separator: "/Tests/TestSamples/")[0]) + "/Fixtures"
    return paths(below: root).sorted().compactMap { path in
      let name = path.split(separator: "/").last ?? ""
      guard name != "meta", name != "arrivals", !name.hasPrefix("expected."),
        let data = FileManager.default.contents(atPath: "\(root)/\(path)")
      else { return nil }
      return FixtureInput(path: path, bytes: Array(data))
    }
  }()

  /// Those that are text as it stands, neither packed nor UTF-16.
  public static var texts: [FixtureInput] { all.filter { String(validating: $0.bytes, as: UTF8.self) != nil } }

  /// The lines, without their ends.
  public var lines: [[UInt8]] { bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init) }

  /// Its path.
  public var description: String { path }

  private static func paths(below folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.flatMap { name -> [String] in
      let inner = paths(below: "\(folder)/\(name)")
      return inner.isEmpty ? [name] : inner.map { "\(name)/\($0)" }
    }
  }
}
