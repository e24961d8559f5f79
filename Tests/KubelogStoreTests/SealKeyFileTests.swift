import FoundationEssentials
import Glibc
import Testing

@testable import KubelogStore

/// The file of the seal key: made once, private, refused when it is no key.
@Suite struct SealKeyFileTests {
  private func with<Result>(_ body: (_ path: String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.path + "/kubelog-key-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder + "/config/kubelog/seal.key")
  }

  private func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600) throws {
    try PrivateFile.makeFolders(of: path)
    try Data(bytes).write(to: URL(filePath: path))
    chmod(path, mode)
  }

  private func mode(_ path: String) -> UInt32 {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  private func refusal(_ path: String, making: Bool = false) -> SealError? {
    do throws(SealError) {
      _ = making ? try SealKeyFile(path: path).readOrMake() : try SealKeyFile(path: path).read()
      return nil
    } catch {
      return error
    }
  }

  @Test func itIsMadeWithFolderAndStays() throws {
    try with { path in
      #expect(try SealKeyFile(path: path).read() == nil)
      let made = try SealKeyFile(path: path).readOrMake()
      #expect(made.warning == nil)
      #expect(mode(path) == 0o600)
      #expect(mode(path + "/..") == 0 && mode(String(path.dropLast("/seal.key".count))) == 0o700)
      let bytes = try #require(FileManager.default.contents(atPath: path))
      #expect(bytes.count == 32 && Set(bytes).count > 8)
      #expect(try SealKeyFile(path: path).readOrMake().key.check == made.key.check)
      #expect(FileManager.default.contents(atPath: path) == bytes)
    }
  }

  @Test func manyAtOnceEndWithOneKey() async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/kubelog-key-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for round in 0..<20 {
      let path = "\(folder)/\(round)/seal.key"
      let checks = await withTaskGroup(of: [UInt8]?.self) { group in
        for _ in 0..<8 { group.addTask { try? SealKeyFile(path: path).readOrMake().key.check } }
        return await group.reduce(into: [[UInt8]?]()) { $0.append($1) }
      }
      #expect(checks.count == 8 && Set(checks).count == 1 && checks.first != .some(nil))
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(round)") == ["seal.key"])
    }
  }

  @Test(arguments: [0, 1, 31, 33, 64, 100_000])
  func whatHasNot32BytesIsRefusedAndLeftAlone(_ count: Int) throws {
    try with { path in
      try write(Array(repeating: 7, count: count), to: path)
      #expect(refusal(path) == .noKey(path: path))
      #expect(refusal(path, making: true) == .noKey(path: path))
      #expect(FileManager.default.contents(atPath: path)?.count == count)
      #expect(SealError.noKey(path: path).sentence.contains("\(path) is no seal key, which has 32 bytes"))
    }
  }

  @Test func whatIsNoFileIsRefusedAndNotWaitedFor() throws {
    try with { path in
      try PrivateFile.makeFolders(of: path)
      #expect(mkfifo(path, 0o600) == 0)
      #expect(refusal(path) == .noKey(path: path))
      unlink(path)
      #expect(mkdir(path, 0o700) == 0)
      #expect(refusal(path) == .noKey(path: path))
      #expect(refusal("/dev/zero") == .noKey(path: "/dev/zero"))
    }
  }

  @Test(arguments: [
    (0o600, false), (0o400, false), (0o640, true), (0o644, true), (0o604, true), (0o620, true), (0o660, true),
  ])
  func whereOthersMayReadItThatIsSaid(_ mode: Int, _ isSaid: Bool) throws {
    try with { path in
      try write(Array(1...32), to: path, mode: UInt32(mode))
      let found = try #require(try SealKeyFile(path: path).read())
      #expect(found.warning == (isSaid ? "others may read the seal key \(path): run chmod 600 \(path)" : nil))
      #expect(found.key.check == SealKey(Array(1...32))?.check, "and it is used")
    }
  }

  @Test func aLinkToAKeyElsewhereIsFollowed() throws {
    try with { path in
      try write(Array(1...32), to: path)
      #expect(symlink(path, path + ".link") == 0)
      #expect(try SealKeyFile(path: path + ".link").read()?.key.check == SealKey(Array(1...32))?.check)
    }
  }

  @Test func whereItCannotBeMadeThatIsSaid() {
    guard case .cannotCreate(let path, let reason)? = refusal("/proc/nowhere/seal.key", making: true) else {
      Issue.record("it was made")
      return
    }
    #expect(path == "/proc/nowhere/seal.key" && !reason.isEmpty)
    #expect(SealError.cannotCreate(path: path, reason: reason).sentence.contains("KUBELOG_SEAL_KEY_FILE"))
  }
}
