internal import Glibc

/// This machine's journal, read through `journalctl -o json --all`, an entry a line.
///
/// JSON and not the export form, since an entry is one line there, whose position, cursor and length are told alike for all;
/// with `--all` no field is left out for its size (journalctl(1): else those over 4096 bytes are null), and what is no text
/// comes as an array of numbers.
public final class Journalctl {
  /// Why the journal cannot be read.
  public enum Failure: Error, Equatable, Sendable {
    /// There is no journalctl.
    case missing(unit: String)
    /// This user may not read it.
    case forbidden
    /// There is none.
    case noJournal
    /// `--since` is not understood.
    case badTime(String)
    /// journalctl failed otherwise, or ended though it was to follow.
    case ended(status: Int32, reason: String)

    /// One sentence that names the thing and the way out.
    public var sentence: String {
      switch self {
      case .missing(let unit):
        "there is no journalctl here: where it is, run journalctl -u \(unit) -o json | kubelog ingest --recorded"
      case .forbidden:
        "this user may not read the journal: run kubelog as root, or add the user to the group systemd-journal"
      case .noJournal:
        "this machine has no journal files: see systemctl status systemd-journald, or read a log with kubelog ingest FILE"
      case .badTime(let text):
        "journalctl knows no time '\(text)': give --since as '2026-11-23 14:00:00', yesterday or -2h"
      case .ended(let status, let reason):
        "journalctl ended with status \(status)\(reason.isEmpty ? "" : ": \(reason)"); try it by hand, then again"
      }
    }

    /// The exit status that README.md lists.
    public var exitStatus: Int32 {
      switch self {
      case .missing, .noJournal: 66
      case .badTime: 64
      case .forbidden, .ended: 74
      }
    }
  }

  private var process: pid_t = 0
  private let output: Int32
  private let errors: Int32
  private var said: [UInt8] = []
  private var errorsAreOpen = true
  private let since: String?
  private let follows: Bool

  /// Begins to read `units`, oldest entries first: from the entry at `cursor` on, else from `since`, else from the first.
  ///
  /// Where the entry at `cursor` is gone, from the next that is there. Throws ``Failure``.
  public init(units: [String], since: String?, cursor: String?, follows: Bool) throws(Failure) {
    // No option that journalctl 219 (CentOS 7) lacks. --no-tail: else --follow begins at the last ten entries.
    var words = ["journalctl", "--no-pager", "--output=json", "--all"] + units.flatMap { ["--unit", $0] }
    if let cursor { words.append("--cursor=\(cursor)") } else if let since { words.append("--since=\(since)") }
    if follows { words += ["--follow", "--no-tail"] }
    (self.since, self.follows) = (cursor == nil ? since : nil, follows)
    var (out, err): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    guard pipe(&out) == 0, pipe(&err) == 0 else { throw .ended(status: 71, reason: String(cString: strerror(errno))) }
    for end in out + err { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var (actions, attributes, none, ours) = (posix_spawn_file_actions_t(), posix_spawnattr_t(), sigset_t(), sigset_t())
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, out[1], 1)
    posix_spawn_file_actions_adddup2(&actions, err[1], 2)
    // It ends when we say so, not with a key that is meant for us; and when we are gone, with what it writes next.
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    sigemptyset(&none)
    sigemptyset(&ours)
    for number in [SIGPIPE, SIGTERM] { sigaddset(&ours, number) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &ours)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    var arguments = words.map { strdup($0) } + [nil]
    defer { for word in arguments { free(word) } }
    let status = posix_spawnp(&process, "journalctl", &actions, &attributes, &arguments, environ)
    close(out[1])
    close(err[1])
    (output, errors) = (out[0], err[0])
    guard status == 0 else {
      process = 0
      throw status == ENOENT
        ? .missing(unit: units.first ?? "kubelet") : .ended(status: 126, reason: String(cString: strerror(status)))
    }
    _ = fcntl(errors, F_SETFL, O_NONBLOCK)
  }

  deinit {
    end()
    close(output)
    close(errors)
  }

  /// Reads what is there into `buffer`; waits at most `milliseconds` for the first byte, or a signal that ``StopSignals``
  /// notes. With `onlyWaits` nothing is read. Throws ``Failure`` where it ended badly.
  public func read(into buffer: inout [UInt8], waiting milliseconds: Int32, onlyWaits: Bool = false) throws(Failure)
    -> Input.Chunk
  {
    var polls = [
      pollfd(fd: onlyWaits ? -1 : output, events: Int16(POLLIN), revents: 0),
      pollfd(fd: errorsAreOpen ? errors : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
    ]
    guard poll(&polls, 3, milliseconds) > 0 else { return .quiet }
    if polls[1].revents != 0 { listen() }
    guard polls[0].revents != 0 else { return .quiet }
    let count = buffer.withUnsafeMutableBytes { Glibc.read(output, $0.baseAddress, $0.count) }
    if count > 0 { return .bytes(count) }
    if count < 0, errno == EINTR || errno == EAGAIN { return .quiet }
    try wait()
    return .end
  }

  /// What it said that is no failure as long as it follows.
  public var complaint: Failure? {
    let text = String(decoding: said, as: UTF8.self)
    if text.contains("insufficient permissions") { return .forbidden }
    if text.contains("No journal files were found") { return .noJournal }
    return nil
  }

  /// Ends it, if it still runs.
  public func end() {
    guard process > 0 else { return }
    kill(process, SIGTERM)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    process = 0
  }

  private func listen() {
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = piece.withUnsafeMutableBytes { Glibc.read(errors, $0.baseAddress, $0.count) }
      if count == 0 { errorsAreOpen = false }
      guard count > 0 else { return }
      if said.count < 64 << 10 { said += piece[..<count] }
    }
  }

  /// It closed its output: how it ended.
  private func wait() throws(Failure) {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    process = 0
    listen()
    let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    let text = String(decoding: said, as: UTF8.self)
    if text.contains("insufficient permissions") { throw .forbidden }
    if let since, text.contains("Failed to parse timestamp") { throw .badTime(since) }
    if text.contains("No journal files were found") { throw .noJournal }
    let last = text.split(separator: "\n").last.map(String.init) ?? ""
    if code != 0 || follows { throw .ended(status: code, reason: last) }
  }
}

/// What tells one machine's journal from another's (machine-id(5)); "" where there is none.
public var machineID: String {
  ((try? TextFiles.text("/etc/machine-id")) ?? "").filter { $0.isHexDigit }
}
