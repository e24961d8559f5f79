import FoundationEssentials
import Glibc

/// Somebody at a terminal who runs a script of the shell in a command's folder.
final class Person {
  /// What the terminal showed so far, every byte.
  private(set) var shown = ""
  private var bytes: [UInt8] = []
  private let master: Int32
  private let process: pid_t

  /// How often a tenth of a second is waited for something that does not come.
  private static let patience = 600

  /// Begins the script on a terminal of `columns`; `$kubelog` is the program.
  init(_ command: Command, _ script: String, columns: UInt16 = 80, term: String = "xterm") throws {
    var (opened, slave): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    var name = [CChar](repeating: 0, count: 128)
    guard openpty(&opened, &slave, nil, nil, &size) == 0, ttyname_r(slave, &name, name.count) == 0 else {
      throw CocoaError(.fileReadUnknown)
    }
    master = opened
    _ = fcntl(master, F_SETFD, FD_CLOEXEC)
    _ = fcntl(slave, F_SETFD, FD_CLOEXEC)
    defer { close(slave) }
    let path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let text = """
      cd '\(command.folder)'; export TERM=\(term) KUBELOG_DB='\(command.store)' TZ=UTC
      unset NO_COLOR COLUMNS; export XDG_CONFIG_HOME='\(command.folder)/config' kubelog='\(Command.program)'
      \(script)
      """
    process = try spawn(["/bin/sh", "-c", text], terminal: path)
  }

  deinit { close(master) }

  /// Types.
  func type(_ keys: String) {
    keys.utf8CString.dropLast().withUnsafeBytes { _ = write(master, $0.baseAddress, $0.count) }
  }

  /// Makes the window another size.
  func resize(columns: UInt16) {
    var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Waits until `text` was shown; false where it does not come.
  func sees(_ text: String) -> Bool {
    for _ in 0..<Self.patience where !shown.contains(text) { if !look() { break } }
    return shown.contains(text)
  }

  /// Waits until the script is over, and gives its exit status; nil where it does not end.
  func end() -> Int32? {
    var status: Int32 = 0
    for _ in 0..<Self.patience {
      if waitpid(process, &status, WNOHANG) == process {
        while look(waiting: 50), !isQuiet {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
      }
      _ = look()
    }
    kill(process, SIGKILL)
    return nil
  }

  /// Whether nothing came when it was last looked.
  private var isQuiet = false

  /// Takes what is shown within `milliseconds`; false where the terminal is gone.
  private func look(waiting milliseconds: Int32 = 100) -> Bool {
    var poll = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    isQuiet = Glibc.poll(&poll, 1, milliseconds) == 0
    guard !isQuiet else { return true }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = buffer.withUnsafeMutableBytes { read(master, $0.baseAddress, $0.count) }
    guard count > 0 else {
      usleep(100_000)
      return false
    }
    bytes += buffer[..<count]
    shown = String(decoding: bytes, as: UTF8.self)
    return true
  }
}

/// Starts a program on a terminal that becomes its own.
private func spawn(_ words: [String], terminal path: String) throws -> pid_t {
  var arguments = words.map { strdup($0) } + [nil]
  defer { for word in arguments { free(word) } }
  var (attributes, actions) = (posix_spawnattr_t(), posix_spawn_file_actions_t())
  posix_spawnattr_init(&attributes)
  posix_spawn_file_actions_init(&actions)
  defer {
    posix_spawnattr_destroy(&attributes)
    posix_spawn_file_actions_destroy(&actions)
  }
  var (none, all) = (sigset_t(), sigset_t())
  sigemptyset(&none)
  sigfillset(&all)
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setsigdefault(&attributes, &all)
  // POSIX_SPAWN_SETSID
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | 0x80))
  for descriptor in 0...2 as ClosedRange<Int32> {
    posix_spawn_file_actions_addopen(&actions, descriptor, path, O_RDWR, 0)
  }
  var process: pid_t = 0
  guard posix_spawn(&process, words[0], &actions, &attributes, &arguments, environ) == 0 else {
    throw CocoaError(.executableNotLoadable)
  }
  return process
}
