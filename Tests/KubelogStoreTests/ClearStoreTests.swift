import FoundationEssentials
import KubelogParse
import Testing
import TestSamples

@testable import KubelogStore

/// Stores of a kubelog that did not seal yet.
@Suite struct ClearStoreTests {
  private static let older = "0123456789abcdef"

  /// A store as the second schema had it, values in the clear also where they were deleted and in the log beside the file.
  private func makeClearStore(_ path: String, _ body: (borrowing Connection) throws -> Void) throws {
    try makeFolder(of: path)
    let old = try Connection(path: path, access: .readWrite)
    try old.execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = OFF")
    for migration in Schema.migrations.prefix(2) { try old.execute(migration) }
    try old.execute(
      """
      PRAGMA user_version = 2; PRAGMA application_id = \(Schema.applicationID);
      INSERT INTO sources VALUES (1, '/var/log/a.log', 'kubeadm', 9, 9, 0, 0, 0, 0, 0, 0);
      INSERT INTO kinds VALUES (1, 'kubeadm.token.created');
      INSERT INTO events (digest, kind, severity, time, time_source, message, source, line, byte, is_tentative)
        VALUES (x'0a', 1, 1, 1700000000000000, 2, 'a token was made', 1, 1, 0, 0);
      INSERT INTO secrets (kind, identity, public_id, name, value, is_sealed) VALUES
        ('bootstrap-token', x'01', 'm4449q', NULL, CAST('\(token)' AS BLOB), 0),
        ('certificate-key', x'02', '02000000', NULL, CAST('\(certificateKey)' AS BLOB), 0),
        ('certificate', x'03', 'ca@cp1', 'ca', CAST('ca@cp1' AS BLOB), 0);
      INSERT INTO sightings (secret, event, role, ca_hashes) SELECT id, 1, 'created', '[]' FROM secrets;
      """)
    // Rows that were deleted leave their bytes on pages that are still in use, and on free ones.
    for number in 0..<300 {
      try old.execute(
        """
        INSERT INTO secrets (kind, identity, public_id, value, is_sealed)
        VALUES ('bootstrap-token', x'\(String(0xABC0000 + number, radix: 16))0', 'abcdef', CAST('abcdef.\(Self.older)' AS BLOB), 0)
        """)
    }
    try old.execute("PRAGMA wal_checkpoint; DELETE FROM secrets WHERE public_id = 'abcdef'")
    try body(old)
  }

  private let secrets = SecretScan(["4sfwioowappz2qre", certificateKey, older])

  /// The bytes of a key in hexadecimal are the key.
  private let clear: Set<String> = [
    "4sfw… as text", "5ebc… as text", "5ebc… as bytes in hexadecimal", "0123… as text",
  ]

  private func leaks(_ path: String) -> Set<String> { secrets.found(in: content(path).bytes) }

  @Test(arguments: ["writing", "reading"])
  func valuesAreSealedAndTheirClearBytesAreGone(_ how: String) throws {
    try withStore { path in
      try makeClearStore(path) { _ in
        #expect(leaks(path) == clear, "what is looked for is there before")
      }
      #expect(leaks(path) == clear)
      if how == "writing" {
        _ = try Store(writing: path, sealing: .fixed)
      } else {
        _ = try Store(reading: path, sealing: .fixed)
      }
      #expect(leaks(path) == [])
      #expect(try number(path, "SELECT count(*) FROM secrets WHERE is_sealed = 1") == 2)
      let opener = try Store(reading: path).opener(.fixed)
      let sealed = try rows(path, "SELECT hex(identity) || hex(value) FROM secrets WHERE is_sealed = 1 ORDER BY kind")
      #expect(opener.open(sealed[0], kind: "bootstrap-token", id: "") == .open(token))
      #expect(opener.open(sealed[1], kind: "certificate-key", id: "") == .open(certificateKey))
    }
  }

  @Test func whatIsReadAgainIsTheSameSecret() throws {
    try withStore { path in
      try makeClearStore(path) { _ in }
      #expect(try keep(initLog, into: path) == [])
      #expect(
        try rows(path, "SELECT public_id FROM secrets WHERE kind <> 'certificate' ORDER BY kind") == [
          "m4449q", "4d39bf2e",
        ])
      #expect(
        try rows(
          path, "SELECT kind, count(*) FROM sightings JOIN secrets ON secrets.id = secret WHERE event = 1 GROUP BY 1")
          == ["bootstrap-token|1", "certificate|1", "certificate-key|1"])
    }
  }

  /// Without a key nothing is lost: the values wait for one.
  @Test func withoutAKeyTheyWaitForOne() throws {
    try withStore { path in
      try makeClearStore(path) { _ in }
      let notes = try keep(journal, into: path, sealing: Sealing(key: .file("/proc/nowhere/seal.key")))
      #expect(notes.count == 1)
      #expect(
        notes.first?.hasPrefix("values of secrets from an older kubelog still lie in the clear: the seal key ") == true)
      #expect(try number(path, "SELECT count(*) FROM secrets WHERE value IS NOT NULL AND is_sealed = 0") == 2)
      #expect(try rows(path, "SELECT identity FROM secrets WHERE kind = 'bootstrap-token'").first?.count == 64)
      _ = try Store(reading: path, sealing: .fixed)
      #expect(leaks(path) == [])
      #expect(try number(path, "SELECT count(*) FROM secrets WHERE is_sealed = 1") == 2)
    }
  }

  /// Killed between sealing and overwriting, or kept from it by a reader: the next one that opens the store does it.
  @Test func whatWasNotOverwrittenIsAtTheNextOpening() throws {
    try withStore { path in
      try makeClearStore(path) { old in
        try old.execute("BEGIN; SELECT count(*) FROM secrets")
        let store = try Connection(path: path, access: .readWrite)
        try store.execute("PRAGMA busy_timeout = 10")
        for migration in Schema.migrations.dropFirst(2) { try store.execute(migration) }
        try store.giveDigestKey(Sealing.fixed.digestKey)
        try store.execute("PRAGMA user_version = \(Schema.migrations.count)")
        var seal = Seal(Sealing.fixed.key)
        try store.sealClearValues(&seal)
        #expect(try !store.scrub())
        #expect(leaks(path) == clear)
      }
      _ = try Store(writing: path)
      #expect(leaks(path) == [])
    }
  }

  @Test func forgettingWorksWithoutAKeyToo() throws {
    try withStore { path in
      try makeClearStore(path) { _ in }
      #expect(try Store.forgetValues(at: path).values == 2)
      #expect(leaks(path) == [])
    }
  }
}
