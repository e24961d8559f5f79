import Glibc
import KubelogParse
import KubelogScan
import TestSamples
import Testing

@testable import KubelogStore

/// Where a store may lie: what is behind a path, and which file systems work.
@Suite struct StorePlaceTests {
  private func place(_ path: String) throws(StoreError) -> StorePlace { try StorePlace(path) { _ in nil } }

  private func sentence(_ path: String) -> String {
    refusal { () throws(StoreError) in _ = try place(path) }?.sentence ?? ""
  }

  // MARK: Links

  @Test func aFolderMayBeALink() throws {
    try withStore { path in
      try makeFolder(of: path)
      try #require(symlink(StorePlace.folder(of: path), StorePlace.folder(of: path) + ".link") == 0)
      defer { unlink(StorePlace.folder(of: path) + ".link") }
      let linked = StorePlace.folder(of: path) + ".link/kubelog.db"
      try ingest(initLog, into: linked)
      #expect(access(path, F_OK) == 0)
      #expect(try number(linked, "SELECT count(*) FROM events") > 0)
    }
  }

  @Test func aLinkOfOnesOwnToAFileIsFollowed() throws {
    try withStore { path in
      try ingest(initLog, into: path)
      try #require(symlink("kubelog.db", path + ".link") == 0)
      try ingest(joinLog, into: path + ".link")
      #expect(try dump(path + ".link") == dump(path))
      #expect(access(path + ".link-wal", F_OK) != 0, "its log lies beside the file itself")
    }
  }

  @Test func aLinkThatLeadsNowhereIsRefusedAndMakesNothing() throws {
    try withStore { path in
      try makeFolder(of: path)
      try #require(symlink("elsewhere.db", path) == 0)
      let error = refusal { () throws(StoreError) in _ = try Store(writing: path) }
      #expect(error == .cannotOpen(path: path, reason: "it is a symbolic link that leads nowhere"))
      #expect(error?.exitStatus == 74)
      #expect(access(StorePlace.folder(of: path) + "/elsewhere.db", F_OK) != 0)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can make a link another's"))
  func aLinkOfAnotherUsersIsRefused() throws {
    try withStore { path in
      try ingest(initLog, into: path)
      try #require(symlink("kubelog.db", path + ".link") == 0)
      try #require(lchown(path + ".link", 65_534, 65_534) == 0)
      let error = refusal { () throws(StoreError) in _ = try Store(reading: path + ".link") }
      #expect(error == .cannotOpen(path: path + ".link", reason: "it is a symbolic link of another user's"))
    }
  }

  @Test(arguments: ["-wal", "-shm", "-journal"])
  func aLinkBesideTheStoreIsNotWrittenThrough(part: String) throws {
    try withStore { path in
      try ingest(initLog, into: path)
      unlink(path + part)
      try #require(symlink("victim", path + part) == 0)
      let error = refusal { () throws(StoreError) in _ = try Store(writing: path) }
      #expect(error == .cannotOpen(path: path, reason: "beside it, \(path)\(part) is a symbolic link"))
      #expect(access(StorePlace.folder(of: path) + "/victim", F_OK) != 0)
    }
  }

  // MARK: What is no file

  @Test func whatIsNoFileIsCalledWhatItIs() throws {
    try withStore { path in
      try makeFolder(of: path)
      try #require(mkfifo(path, 0o600) == 0)
      #expect(sentence(path) == "the store at \(path) cannot be opened (it is a pipe): choose another with --db")
      #expect(sentence(StorePlace.folder(of: path)).contains("it is a folder"))
      #expect(sentence(StorePlace.folder(of: path) + "/").contains("it is a folder"))
    }
    #expect(sentence("/dev/null").contains("it is a device"))
    #expect(sentence("") == "cannot create the store at '' (it names no file): choose another with --db")
    #expect(sentence("/nowhere/").contains("it names no file"))
    #expect(sentence("/nowhere/..").contains("it names no file"))
  }

  @Test func aPathThatIsTooLongIsRefused() throws {
    let deep = "/tmp/" + Array(repeating: "kubelog-no-such-folder", count: 25).joined(separator: "/") + "/a.db"
    #expect(sentence(deep).contains("longer than the 500 bytes that SQLite takes"))
    #expect(sentence("/tmp/" + String(repeating: "a", count: 400)).contains("File name too long"))
  }

  /// SQLite would take it for a URI, and open or make another file.
  @Test func aPathThatLooksLikeAURIIsAPath() throws {
    try withStore { path in
      let odd = StorePlace.folder(of: path) + "/file:a.db?mode=memory"
      try ingest(initLog, into: odd)
      #expect(access(odd, F_OK) == 0)
      #expect(try number(odd, "SELECT count(*) FROM events") > 0)
    }
  }

  @Test func aPathWithALineBreakIsAPath() throws {
    try withStore { path in
      try ingest(initLog, into: path + "\nx")
      #expect(try number(path + "\nx", "SELECT count(*) FROM events") > 0)
    }
  }

  @Test(arguments: [
    ("a.db", "/a.db"), ("./a.db", "/a.db"), ("no/such/a.db", "/no/such/a.db"), ("./no/a.db", "/no/a.db"),
    ("no//such/a.db", "/no//such/a.db"),
  ])
  func whatIsToBeMadeLiesBelowThePresentFolder(_ path: String, _ end: String) throws {
    var here = [CChar](repeating: 0, count: 4096)
    try #require(getcwd(&here, here.count) != nil)
    let folder = String(decoding: here.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    #expect(try place(path).path == folder + end)
    #expect(try !place(path).exists)
  }

  // MARK: File systems

  @Test(
    arguments: [
      (0x6969, "NFS"), (0xFF53_4D42, "CIFS"), (0xFE53_4D42, "SMB"), (0x00C3_6400, "Ceph"), (0x0102_1997, "9P"),
    ] as [(UInt32, String)])
  func aStoreOnARemoteFileSystemIsRefused(_ type: UInt32, _ kind: String) throws {
    let error = refusal { () throws(StoreError) in
      _ = try StorePlace("/tmp/kubelog-nowhere/a.db") { _ in FileSystems.refusal(type: type) { nil } }
    }
    #expect(error == .remote(path: "/tmp/kubelog-nowhere/a.db", kind: kind))
    #expect(error?.exitStatus == 73)
    #expect(
      error?.sentence
        == "the store at /tmp/kubelog-nowhere/a.db would lie on \(kind), which other machines may write to, and there "
        + "SQLite's log (WAL) does not work: choose a file on a disk of this machine with --db")
  }

  @Test(arguments: [0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630, 0x2FC1_2FC1, 0] as [UInt32])
  func aDiskOfThisMachineIsTaken(_ type: UInt32) { #expect(FileSystems.refusal(type: type) { "any" } == nil) }

  @Test func whatGoesByFUSEIsWhatItIsMountedAs() {
    #expect(FileSystems.refusal(type: 0x6573_5546) { "fuse.sshfs" } == "fuse.sshfs")
    #expect(FileSystems.refusal(type: 0x6573_5546) { "virtiofs" } == "virtiofs")
    #expect(FileSystems.refusal(type: 0x6573_5546) { nil } == "FUSE")
    #expect(FileSystems.refusal(type: 0x6573_5546) { "fuse.fuse-overlayfs" } == nil)
    #expect(FileSystems.refusal(type: 0x6573_5546) { "fuseblk" } == nil)
  }

  @Test func mountsAreFoundByTheirDevice() {
    let table = """
      22 1 252:0 / / rw,relatime - ext4 /dev/vda rw
      36 22 0:51 / /mnt/with\\040space rw master:1 shared:2 - fuse.sshfs me@there:/ rw
      37 22 259:300 / /big rw - xfs /dev/nvme0n1 rw
      """
    #expect(FileSystems.mountedType(of: 51, in: table) == "fuse.sshfs")
    #expect(FileSystems.mountedType(of: 252 << 8, in: table) == "ext4")
    #expect(FileSystems.mountedType(of: (300 & ~0xFF) << 12 | 259 << 8 | 300 & 0xFF, in: table) == "xfs")
    #expect(FileSystems.mountedType(of: 99, in: table) == nil)
  }

  /// It is asked of the folder that is there, also where the store's own is still to be made.
  @Test func theFileSystemIsThatOfTheNearestFolder() throws {
    var asked = ""
    _ = try StorePlace("/tmp/kubelog-nowhere/deeper/a.db") { path in
      asked = path
      return nil
    }
    #expect(asked == "/tmp")
  }

  // MARK: While it is open

  @Test(arguments: ["removed", "moved", "replaced"])
  func whatIsNotAtItsPathAnyMoreIsNotWritten(how: String) throws {
    try withStore { path in
      let writer = try Writer(store: path, source: "/a.log", cluster: nil, sealing: .none)
      try writer.write(batch(of: journal))
      try writer.commit()
      switch how {
      case "removed": unlink(path)
      case "moved": rename(path, path + ".away")
      default:
        rename(path, path + ".away")
        _ = try Store(writing: path)
      }
      let more = try batch(of: initLog)
      let error = refusal { () throws(StoreError) in
        try writer.write(more)
        try writer.commit()
      }
      #expect(error == .removed(path: path))
      #expect(error?.exitStatus == 74)
      if how == "replaced" { #expect(try number(path, "SELECT count(*) FROM sessions") == 0) }
    }
  }

  @Test func whatIsCommittedIsSyncedEachTime() throws {
    try withStore { path in
      let store = try Store(writing: path)
      let read = try store.connection.prepare("PRAGMA synchronous")
      _ = try read.step()
      #expect(read.integer(0) == 2, "less than FULL loses the last commits with the power")
    }
  }
}

/// What a parser finds in a text.
private func batch(of text: String) throws -> Batch {
  var parser = try Parser(SourceOptions(node: nil, clock: recorded()))
  var lines = LineSplitter()
  let bytes = Array(text.utf8)
  lines.feed(bytes.span) { parser.take($0, at: $1) }
  lines.finish { parser.take($0, at: $1, isWhole: false) }
  parser.finish()
  return parser.drain()
}
