import FoundationEssentials
import Glibc
import KubelogParse
import KubelogScan
import Testing
import TestSamples

@testable import KubelogStore

/// Values of secrets at rest: sealed, bound to their rows, and what happens where there is no key for them.
@Suite struct SealTests {
  private let other = Sealing(key: SealKey(Array(repeating: 7, count: 32)).map { .given($0) } ?? .none)

  /// The values as their owner sees them, by kind.
  private func opened(_ path: String, _ sealing: Sealing = .fixed) throws -> [String] {
    let opener = try Store(reading: path, sealing: sealing).opener(sealing)
    let sealed = try rows(
      path, "SELECT kind, hex(identity) || hex(value), public_id FROM secrets WHERE value IS NOT NULL ORDER BY kind")
    return sealed.map { row in
      let parts = row.split(separator: "|").map(String.init)
      return "\(parts[0]): \(opener.open(parts[1], kind: parts[0], id: parts[2]))"
    }
  }

  private let both = ["bootstrap-token: open(\"\(token)\")", "certificate-key: open(\"\(certificateKey)\")"]

  @Test func valuesAreSealedAndOpenAgain() throws {
    try withStore { path in
      try keep(initLog, into: path)
      #expect(try opened(path) == both)
      // 12 bytes of nonce and 16 of tag beside the value itself.
      #expect(
        try rows(path, "SELECT kind, length(value), is_sealed FROM secrets WHERE kind <> 'certificate' ORDER BY 1")
          == ["bootstrap-token|51|1", "certificate-key|92|1"])
      #expect(try number(path, "SELECT count(value) FROM secrets WHERE kind = 'certificate'") == 0)
    }
  }

  @Test func valuesOfTwoRowsCannotBeSwapped() throws {
    try withStore { path in
      try keep(initLog + tokenLine("abcdef.0123456789abcdef"), into: path)
      let connection = try Connection(path: path, access: .readWrite)
      let values = try rows(path, "SELECT hex(value) FROM secrets WHERE kind = 'bootstrap-token' ORDER BY id")
      for (value, order) in zip(values, ["DESC", "ASC"]) {
        try connection.execute(
          """
          UPDATE secrets SET value = x'\(value)' WHERE id = (
            SELECT id FROM secrets WHERE kind = 'bootstrap-token' ORDER BY id \(order) LIMIT 1)
          """)
      }
      #expect(
        try opened(path).filter { $0.hasPrefix("bootstrap-token") }.sorted() == [
          "bootstrap-token: closed(KubelogStore.SealError.changed(id: \"abcdef\"))",
          "bootstrap-token: closed(KubelogStore.SealError.changed(id: \"m4449q\"))",
        ])
    }
  }

  @Test(arguments: [0, 5, 20, 50])
  func aChangedValueDoesNotOpen(_ place: Int) throws {
    let key = try #require(SealKey(Array(1...32)))
    var sealed = try #require(key.seal(token, kind: "bootstrap-token", identity: [1, 2]))
    #expect(key.open(sealed, kind: "bootstrap-token", identity: [1, 2]) == token)
    #expect(key.open(sealed, kind: "certificate-key", identity: [1, 2]) == nil)
    #expect(key.open(sealed, kind: "bootstrap-token", identity: [1, 3]) == nil)
    #expect(try #require(SealKey(Array(2...33))).open(sealed, kind: "bootstrap-token", identity: [1, 2]) == nil)
    sealed[place] ^= 1
    #expect(key.open(sealed, kind: "bootstrap-token", identity: [1, 2]) == nil)
    #expect(key.open(Array(sealed.prefix(place)), kind: "bootstrap-token", identity: [1, 2]) == nil)
  }

  /// Stores of today have to open in every later version. The values were computed by another program, from RFC 8439
  /// and RFC 2104.
  @Test func theFormIsTheSameForEver() throws {
    let key = try #require(SealKey(Array(1...32)))
    let sealed = bytes(
      """
      0102030405060708090a0b0c
      4bb480badeda2837aa443b36c3c1dfb6bf936331e0d505
      d1211d8b7f2b0f5c50282940a711546e
      """)
    #expect(key.open(sealed, kind: "bootstrap-token", identity: [1, 2, 3]) == token)
    #expect(hexadecimal(key.check) == "a4a06f16611f87fcbadb85a60ad92bb6e9b179c35acdf719d2beca27a0b6783d")
    let identity = DigestKey(Array(33...64)).identity(kind: "bootstrap-token", value: token)
    #expect(hexadecimal(identity) == "e128d17367be9ea4765db6b197e8dfa58037df754530657a6b57413b050300ee")
  }

  @Test func oneValueSealedTwiceLooksDifferent() throws {
    let key = try #require(SealKey(Array(1...32)))
    #expect(
      key.seal(token, kind: "bootstrap-token", identity: [1]) != key.seal(token, kind: "bootstrap-token", identity: [1])
    )
  }

  // MARK: Identity

  @Test func identitiesDependOnTheStoreAndNotOnTheSealKey() throws {
    let ids = { (sealing: Sealing) in
      try withStore { path in
        _ = try Store(writing: path, sealing: sealing)
        try keep(initLog, into: path, sealing: sealing)
        return try rows(path, "SELECT kind, public_id, hex(identity) FROM secrets ORDER BY kind, public_id")
      }
    }
    let (one, same) = (try ids(.fixed), try ids(Sealing(key: other.key, digestKey: Sealing.fixed.digestKey)))
    #expect(one == same)
    let (random, another) = (try ids(other), try ids(other))
    #expect(random != another && random != one)
    #expect(random.filter { $0.hasPrefix("certificate|") } == one.filter { $0.hasPrefix("certificate|") })
    #expect(one.contains { $0.hasPrefix("bootstrap-token|m4449q|") })
    #expect(!one.joined().contains(certificateKey.prefix(8)))
  }

  // MARK: Without the right key

  @Test(arguments: ["missing", "wrong"])
  func withoutTheRightKeyAllButTheValuesIsKept(_ what: String) throws {
    try withStore { path in
      let sealing = what == "wrong" ? other : Sealing(key: .file("\(path).key"))
      try keep(tokenLine("abcdef.0123456789abcdef"), into: path)
      let notes = try keep(initLog, into: path, sealing: sealing)
      #expect(notes.count == 1)
      #expect(notes.first?.hasPrefix("values of secrets were left out: the seal key ") == true)
      #expect(notes.first?.contains(what == "wrong" ? "is not the one" : "\(path).key") == true)
      #expect(notes.first?.contains("kubelog db forget --secrets") == true)
      #expect(try number(path, "SELECT count(*) FROM secrets WHERE kind <> 'certificate'") == 3)
      #expect(try opened(path) == ["bootstrap-token: open(\"abcdef.0123456789abcdef\")"])
      #expect(access("\(path).key", F_OK) != 0, "no key is made beside the one that the store is sealed under")
      // The same again with the right key: only the values come to it.
      let before = try facts(path).filter { !$0.hasPrefix("secrets") }
      #expect(try keep(initLog, into: path, sealing: .fixed) == [])
      #expect(try facts(path).filter { !$0.hasPrefix("secrets") } == before)
      #expect(try opened(path).count == 3)
      #expect(try keep(initLog, into: path, sealing: sealing) == [], "what is there already is not left out")
    }
  }

  @Test func theErrorSaysWhichKeyAndWhatToDo() throws {
    try withStore { path in
      try keep(initLog, into: path)
      let missing = Sealing(key: .file("/nowhere/seal.key"))
      #expect(try Store(reading: path).opener(missing).error == .missing(path: "/nowhere/seal.key"))
      #expect(try Store(reading: path).opener(other).error == .wrong(path: nil))
      #expect(try Store(reading: path).opener(.none).error == .notGiven)
      #expect(try opened(path, other).allSatisfy { $0.contains("closed(KubelogStore.SealError.wrong(path: nil))") })
      #expect(SealError.missing(path: "/k").exitStatus == 78)
      #expect(SealError.changed(id: "m4449q").exitStatus == 74)
    }
  }

  @Test func whereNothingIsSealedNoKeyIsMissed() throws {
    try withStore { path in
      try keep(journal, into: path, sealing: Sealing(key: .file("\(path).key")))
      #expect(try Store(reading: path).opener(Sealing(key: .file("\(path).key"))).error == nil)
      #expect(access("\(path).key", F_OK) != 0)
    }
  }

  @Test func withoutValuesNothingButIdsAndExpiriesIsKept() throws {
    try withStore { path in
      let sealing = Sealing(key: .file("\(path).key"), digestKey: Sealing.fixed.digestKey)
      try keep(initLog, into: path, sealing: sealing, keepsValues: false)
      #expect(try opened(path, sealing) == [])
      #expect(access("\(path).key", F_OK) != 0)
      #expect(try number(path, "SELECT count(*) FROM sightings") > 2)
      try keep(initLog, into: path)
      #expect(try opened(path) == both, "later they may be kept")
      try keep(initLog, into: path, keepsValues: false)
      #expect(try opened(path) == both, "what was kept stays")
    }
  }

  // MARK: Forgetting

  @Test func whatIsForgottenIsGoneFromTheFile() throws {
    try withStore { path in
      try keep(initLog, into: path)
      let sealed = try rows(path, "SELECT hex(value) FROM secrets WHERE value IS NOT NULL").map(bytes)
      #expect(sealed.count == 2)
      #expect(sealed.allSatisfy { content(path).contains($0) })
      let before = try facts(path).filter { !$0.hasPrefix("secrets") }
      let forgotten = try Store.forgetValues(at: path)
      #expect(forgotten.values == 2 && forgotten.isOverwritten)
      #expect(sealed.allSatisfy { !content(path).contains($0) })
      #expect(try facts(path).filter { !$0.hasPrefix("secrets") } == before)
      #expect(try Store.forgetValues(at: path).values == 0)
      // The next value may be sealed under another key.
      #expect(try keep(initLog, into: path, sealing: other) == [])
      #expect(try opened(path, other) == both)
    }
  }

  @Test func whatASecondProgramReadsIsOverwrittenLater() throws {
    try withStore { path in
      try keep(initLog, into: path)
      let sealed = try rows(path, "SELECT hex(value) FROM secrets WHERE value IS NOT NULL").map(bytes)
      do {
        let reader = try Connection(path: path, access: .readOnly)
        try reader.execute("BEGIN; SELECT count(*) FROM secrets")
        let store = try Store(writing: path)
        try store.connection.execute("PRAGMA busy_timeout = 10")
        #expect(try store.connection.forgetValues() == 2)
        #expect(try !store.connection.scrub())
      }
      #expect(sealed.contains { content(path).contains($0) })
      _ = try Store(writing: path)
      #expect(sealed.allSatisfy { !content(path).contains($0) })
    }
  }

  @Test func thereIsNothingToForgetWhereThereIsNoStore() {
    #expect(throws: StoreError.missing(path: "/nowhere/kubelog.db")) {
      try Store.forgetValues(at: "/nowhere/kubelog.db")
    }
  }
}

/// A line that shows a token.
func tokenLine(_ token: String) -> String {
  "kubeadm join k8s-api.lab.local:6443 --token \(token) --discovery-token-ca-cert-hash \(caHash)\n"
}

/// Reads a text into the store, and gives what is to be said about the values in it.
@discardableResult
func keep(_ text: String, into path: String, sealing: Sealing = .fixed, keepsValues: Bool = true) throws -> [String] {
  var parser = try Parser(SourceOptions(clock: recorded()))
  var lines = LineSplitter()
  let writer = try Writer(
    store: path, source: "/var/log/a.log", cluster: nil, sealing: sealing, keepsValues: keepsValues)
  lines.feed(Array(text.utf8).span) { parser.take($0, at: $1) }
  parser.finish()
  try writer.write(parser.drain())
  try writer.finish(format: "kubeadm", bytes: 0, lines: 0, truncatedLines: 0, badUTF8Lines: 0)
  return try writer.notes()
}

/// All bytes of a store, its log included.
func content(_ path: String) -> Bytewise {
  Bytewise(
    bytes: [path, "\(path)-wal", "\(path)-shm"].flatMap { Array(FileManager.default.contents(atPath: $0) ?? Data()) })
}

/// Bytes that are searched.
struct Bytewise {
  let bytes: [UInt8]

  func contains(_ part: [UInt8]) -> Bool { bytes.firstRange(of: part) != nil }
  func contains(_ text: String) -> Bool { contains(Array(text.utf8)) }
}

/// The bytes that hexadecimal digits stand for.
func bytes(_ digits: String) -> [UInt8] {
  let digits = digits.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}
