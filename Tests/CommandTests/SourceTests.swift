import FoundationEssentials
import KubelogKit
import Testing

/// What may be given to `ingest` beside a plain file.
@Suite struct SourceTests {
  private let fixture = Command.fixtures + "/envelopes"

  private func with(_ body: (Command) throws -> Void) throws {
    let command = try Command()
    defer { command.clean() }
    try body(command)
  }

  @Test func aFolderIsReadFileByFile() throws {
    try with { command in
      let made =
        "mkdir -p b/nodes/cp2 && cp '\(fixture)/ts/input.txt' b/nodes/cp2/join.log && "
        + "cp '\(fixture)/gzip/input.txt.gz' b/ && head -c 600 /bin/sh > b/sh && : > b/empty && ln -s ../out b/link &&"
      let read = try command.run("ingest b -o json", before: made)
      #expect(read.status == 0)
      #expect(read.output.contains("b/input.txt.gz\",\"format\":\"kubeadm\""))
      #expect(read.output.contains("b/nodes/cp2/join.log\",\"format\":\"kubeadm\""))
      #expect(!read.output.contains("b/sh") && !read.output.contains("b/empty") && !read.output.contains("b/link"))
      #expect(read.error.contains("1 file in 'b' holds no text and was left out"))
    }
  }

  /// Packed, converted and bare, it is the same input.
  @Test func whatIsPackedIsTheSame() throws {
    try with { command in
      let first = try command.run("ingest '\(fixture)/gzip/input.txt.gz' -o json")
      #expect(first.output.contains("\"new_events\":15"))
      let converted = try command.run("ingest '\(fixture)/utf-16/input.txt' -o json")
      #expect(converted.output.contains("\"new_events\":0"))
      let piped = try command.run("ingest --recorded -o json", before: "cat '\(fixture)/gzip/input.txt.gz' |")
      #expect(piped.output.contains("\"new_events\":0"))
    }
  }

  @Test(
    arguments: [
      (#"printf '\375\067\172\130\132\000x' > a.xz;"#, "a.xz", "xz -dc"),
      (#"printf '\050\265\057\375x' > a.zst;"#, "a.zst", "zstd -dc"),
      ("printf LPKSHHRHx > system.journal;", "system.journal", "journalctl -o export --file"),
    ])
  func whatOthersUnpackIsRefusedWithTheirCommand(_ made: String, _ path: String, _ command: String) throws {
    try with { kubelog in
      let read = try kubelog.run("ingest \(path)", before: made)
      #expect(read.status == 65)
      #expect(read.error.contains("\(command) '") && read.error.contains("| kubelog ingest"))
      #expect(read.error.split(separator: "\n").count == 1)
    }
  }

  @Test func cutGzipKeepsWhatCameBefore() throws {
    try with { command in
      let cut = "head -c 300 '\(fixture)/gzip/input.txt.gz' > cut.gz;"
      let read = try command.run("ingest cut.gz", before: cut)
      #expect(read.status == 65)
      #expect(read.error.contains("cut or damaged"))
      #expect(try command.run("sessions -o json").output.contains("\"command\":\"join\""))
    }
  }

  @Test func asSwitchesDetectionOff() throws {
    try with { command in
      let quoted = "'\(fixture)/quoted/input.txt'"
      let wrong = try command.run("ingest --as journal-short \(quoted)")
      #expect(wrong.status == 65)
      #expect(wrong.error.contains("is not journal-short: leave --as out"))
      #expect(try command.run("ingest --as quoted \(quoted)").status == 0)
      #expect(try command.run("parse --as plain \(quoted)").output.isEmpty)
      let unknown = try command.run("ingest --as binary \(quoted)")
      #expect(unknown.status == 64)
      #expect(unknown.error.contains("journal-short-iso"))
    }
  }

  @Test func verboseShowsWhatWasNotUnderstood() throws {
    try with { command in
      let journal = "'\(Command.fixtures)/journal/generated/input.journal.txt'"
      let read = try command.run("ingest -v \(journal)")
      #expect(read.error.contains("not understood: "))
      #expect(read.error.contains("kubelet.go \"SyncLoop (PLEG): event for pod\""))
      #expect(try command.run("query unknown-lines").output.contains("SyncLoop (PLEG)"))
    }
  }
}
