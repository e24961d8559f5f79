import FoundationEssentials
import Glibc
import KubelogLive
import Testing

/// A log that is rotated between two looks at it.
@Suite struct FollowedFileTests {
  /// A folder, and what is done to the log in it by a shell.
  private func with(_ body: (_ path: String, _ shell: (String) -> Void) throws -> Void) throws {
    var template = Array("/tmp/kubelog-followed-XXXXXX".utf8CString)
    #expect(mkdtemp(&template) != nil)
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body("\(folder)/a.log") { line in
      // Files are put in order by when they were modified, which the kernel takes a hundred times a second.
      #expect(system("cd '\(folder)' && sleep 0.02 && \(line) && sleep 0.02") == 0)
    }
  }

  /// What reading brings until there is nothing more, the files' ends as `|`.
  private func rest(_ file: FollowedFile, _ most: Int = 20) throws -> String {
    var (text, buffer) = ("", [UInt8](repeating: 0, count: 4096))
    for _ in 0..<most {
      switch try file.read(into: &buffer) {
      case .bytes(let count): text += String(decoding: buffer[..<count], as: UTF8.self)
      case .next: text += "|"
      case .copied: continue
      case .end, .missing: return text
      }
    }
    return text
  }

  /// What is written first into the new file ends a wait, not the look that is taken now and then.
  @Test func theFirstLineOfTheNewFileIsSeenAtOnce() throws {
    try with { path, shell in
      shell("echo one >a.log")
      let watch = Watch()
      let file = FollowedFile(path, watch: watch)
      var text = try rest(file)
      #expect(text == "one\n")
      shell("mv a.log a.log.1 && : >a.log")
      text = try rest(file)
      #expect(text == "")
      _ = watch.wait(milliseconds: 0)
      shell("echo two >>a.log")
      // Looking without being told counts as a change of names.
      let change = watch.wait(milliseconds: -1)
      #expect(!change.isOfNames)
      text = try rest(file)
      #expect(text == "|two\n")
    }
  }

  /// The next rotation comes when the file before was found to be over, and the log was not opened yet.
  @Test(
    arguments: [
      ("mv a.log.1 a.log.2 && mv a.log a.log.1 && echo three >a.log", "two\n|three\n"),
      ("cp a.log a.log.0 && echo three >a.log", "two\n|three\n"),
      (
        "mv a.log a.log.0 && echo three >a.log && sleep 0.02 && mv a.log a.log.3 && echo four >a.log",
        "two\n|three\n|four\n"
      ),
      ("cp a.log a.log.0 && printf t >a.log", "two\n|t"),
      // Nothing is there yet that was not in the log.
      ("cp a.log a.log.0", "two\n"), (": >a.log.0", "two\n"), ("echo more >>a.log", "two\nmore\n"),
    ])
  func aRotationBetweenTwoFilesIsNotMissed(_ rotation: String, _ expected: String) throws {
    try with { path, shell in
      shell("echo one >a.log")
      let file = FollowedFile(path, watch: Watch())
      let first = try rest(file)
      #expect(first == "one\n")
      shell("mv a.log a.log.1 && echo two >a.log")
      let end = try rest(file, 1)
      #expect(end == "|")
      shell(rotation)
      let next = try rest(file)
      #expect(next == expected)
      shell("echo last >>a.log")
      let last = try rest(file)
      #expect(last == "last\n", "\(rotation)")
    }
  }

  /// What copies the log was stopped between copying and emptying it.
  @Test(
    arguments: [
      (":", "", ""), ("echo three >>a.log", "three\n", ""), (": >a.log && echo three >a.log", "", "|three\n"),
      // Half of it is copied by now.
      ("head -c 5 a.log.0 >half && cat half >a.log.0", "", ""),
    ])
  func aCopyOfALogThatIsNotEmptiedYetIsNotReadBesideIt(_ then: String, _ more: String, _ next: String) throws {
    try with { path, shell in
      shell("echo one >a.log")
      let before = FollowedFile(path, watch: Watch())
      var text = try rest(before)
      #expect(text == "one\n")
      let mark = try #require(before.mark(bytes: before.offset))
      shell("echo two >>a.log && sleep 0.02 && cp a.log a.log.0")
      let file = FollowedFile(path, watch: Watch())
      #expect(file.resume([mark]) == 0)
      shell(then)
      text = try rest(file)
      #expect(text == "one\ntwo\n" + more + next)
    }
    // The same where another file was read before.
    try with { path, shell in
      shell("echo one >a.log")
      let file = FollowedFile(path, watch: Watch())
      _ = try rest(file)
      shell("mv a.log a.log.1 && echo two >a.log && sleep 0.02 && cp a.log a.log.0")
      var text = try rest(file, 1)
      #expect(text == "|")
      shell(then)
      text = try rest(file)
      #expect(text == "two\n" + more + next)
    }
  }
}
