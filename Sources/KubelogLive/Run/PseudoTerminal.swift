internal import CProcess
internal import Glibc

/// A terminal that a command runs in, and the person's terminal that it stands for.
///
/// What the person types goes to the command's terminal byte by byte, so that keys mean there what the command says they do;
/// for that the person's is raw until ``giveBack()``.
struct PseudoTerminal {
  /// The end that kubelog reads and writes; nothing waits on it.
  let master: Int32
  /// The other end by its path, for the command to open.
  let path: String
  /// The other end, held open until the command is over: a command may close its own and open it again.
  private var held: Int32
  /// Whether what is typed is passed on: standard input is the person's terminal as well.
  let isTyped: Bool
  private let person: termios
  private(set) var isTakenOver = false
  /// Whether this terminal makes CR LF of LF, since the person's does not while it is raw: not both, so that what is passed
  /// on stays as it is.
  private var makesLineEnds: Bool

  /// A new one with the settings and the size of the terminal that standard output is; nil where the machine gives none.
  init?(isTyped: Bool) {
    var settings = termios()
    var name = [CChar](repeating: 0, count: 128)
    guard tcgetattr(STDOUT_FILENO, &settings) == 0 else { return nil }
    let master = kl_open_terminal(&name, name.count)
    guard master >= 0 else { return nil }
    path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    held = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard held >= 0 else {
      close(master)
      return nil
    }
    (self.master, self.isTyped, person) = (master, isTyped, settings)
    makesLineEnds = isTyped && tcgetpgrp(STDIN_FILENO) == getpgrp()
    if !makesLineEnds { settings.c_oflag &= ~tcflag_t(OPOST) }
    tcsetattr(master, TCSANOW, &settings)
    copySize()
  }

  /// The terminal takes the size of the person's; the command learns of it.
  func copySize() {
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 { _ = ioctl(master, UInt(TIOCSWINSZ), &size) }
  }

  /// Makes the person's terminal raw, unless this job is in the background, where it is another's.
  mutating func takeOver() {
    guard isTyped, !isTakenOver, isForeground else { return }
    var raw = person
    cfmakeraw(&raw)
    var saved = person
    kl_guard_terminal(STDIN_FILENO, &saved)
    guard tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0 else { return }
    isTakenOver = true
    guard !makesLineEnds else { return }
    makesLineEnds = true
    var settings = termios()
    guard tcgetattr(master, &settings) == 0 else { return }
    settings.c_oflag |= person.c_oflag & tcflag_t(OPOST)
    tcsetattr(master, TCSANOW, &settings)
  }

  /// The person's terminal is as it was.
  mutating func giveBack() {
    guard isTakenOver else { return }
    var saved = person
    tcsetattr(STDIN_FILENO, TCSADRAIN, &saved)
    kl_guard_terminal(-1, nil)
    isTakenOver = false
  }

  /// What is open of it.
  var descriptors: [Int32] { [master, held] }

  /// Whether this job has the person's terminal.
  var isForeground: Bool { tcgetpgrp(STDIN_FILENO) == getpgrp() }

  /// The job that has the command's terminal.
  var foreground: pid_t { tcgetpgrp(master) }

  /// Whether typing `byte` asks the terminal to stop the job that has it.
  func stops(_ byte: UInt8) -> Bool {
    var settings = termios()
    guard tcgetattr(master, &settings) == 0, settings.c_lflag & tcflag_t(ISIG) != 0 else { return false }
    return withUnsafeBytes(of: settings.c_cc) { $0[Int(VSUSP)] == byte && byte != 0 }
  }

  /// The command is over: when nobody else has its terminal open, it ends.
  mutating func release() {
    if held >= 0 { close(held) }
    held = -1
  }
}
