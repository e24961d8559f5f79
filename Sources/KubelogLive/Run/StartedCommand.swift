internal import CProcess
internal import Glibc

/// A command that was started, with the ends that its output comes from.
///
/// Where standard output is a terminal, the command gets one of its own (``PseudoTerminal``) for what of its standard input,
/// output and error is the person's; what is redirected stays apart. Else standard output and error are two pipes.
/// Redirected input is the command's own, as without kubelog.
struct StartedCommand {
  /// Why a command could not be started.
  enum Failure: Error, Equatable {
    /// There is no such program.
    case missing(String)
    /// It is there and cannot be run.
    case notRunnable(String, reason: String)
    /// The machine has no room for another process.
    case noRoom(String, reason: String)
  }

  let process: pid_t
  /// What it writes to standard output comes from here; with a terminal all that it writes there.
  let output: Int32
  /// What it writes to standard error, nil where that is on the terminal.
  let error: Int32?
  /// Its terminal, nil for pipes.
  var terminal: PseudoTerminal?

  /// Starts the program that the first of `words` names, looked for as a shell does. Throws ``Failure``.
  init(_ words: [String]) throws(Failure) {
    let name = words[0]
    terminal = isatty(STDOUT_FILENO) == 1 ? PseudoTerminal(isTyped: isatty(STDIN_FILENO) == 1) : nil
    var pipes: [(read: Int32, write: Int32, for: Int32)] = []
    defer { for pipe in pipes { close(pipe.write) } }
    for target in [STDOUT_FILENO, STDERR_FILENO] where terminal == nil || isatty(target) == 0 {
      var ends: [Int32] = [0, 0]
      guard kl_pipe(&ends) == 0 else { throw .noRoom(name, reason: String(cString: strerror(errno))) }
      pipes.append((ends[0], ends[1], target))
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let terminal {
      // The first that a new session opens becomes the terminal that Ctrl-C and /dev/tty belong to.
      for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where isatty(descriptor) == 1 {
        posix_spawn_file_actions_addopen(&actions, descriptor, terminal.path, O_RDWR, 0)
      }
    }
    for pipe in pipes { posix_spawn_file_actions_adddup2(&actions, pipe.write, pipe.for) }
    let (status, process) = Self.spawn(words, &actions, ownSession: terminal != nil)
    guard status == 0 else {
      for pipe in pipes { close(pipe.read) }
      terminal?.release()
      throw Self.failure(name, status)
    }
    self.process = process
    output = terminal?.master ?? pipes[0].read
    error = pipes.first { $0.for == STDERR_FILENO }?.read
  }

  private static func spawn(
    _ words: [String], _ actions: inout posix_spawn_file_actions_t, ownSession: Bool
  ) -> (status: Int32, process: pid_t) {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The command finds signals as kubelog did.
    var (mask, defaults) = (sigset_t(), sigset_t())
    kl_signals_before(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    sigemptyset(&defaults)
    if !Terminal.ignoredBrokenPipesBefore { sigaddset(&defaults, SIGPIPE) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    let flags = Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
    posix_spawnattr_setflags(&attributes, ownSession ? flags | kl_own_session : flags)
    var arguments = words.map { strdup($0) } + [nil]
    defer { for word in arguments { free(word) } }
    var process: pid_t = 0
    let status = posix_spawnp(&process, words[0], &actions, &attributes, &arguments, environ)
    return (status, process)
  }

  private static func failure(_ name: String, _ status: Int32) -> Failure {
    switch status {
    case ENOENT where name.contains("/") && access(name, F_OK) == 0:
      .notRunnable(name, reason: "the program that its first line names, or its loader, is not there")
    case ENOENT, ENOTDIR: .missing(name)
    case ENOEXEC: .notRunnable(name, reason: "it is neither a program of this machine nor a script that says which")
    case EAGAIN, ENOMEM, EMFILE, ENFILE: .noRoom(name, reason: String(cString: strerror(status)))
    default: .notRunnable(name, reason: String(cString: strerror(status)))
    }
  }
}

extension StartedCommand.Failure {
  /// One sentence that names the thing and the way out.
  var sentence: String {
    switch self {
    case .missing(let name): "cannot run '\(name)': there is no such program: give its path, or look at PATH"
    case .notRunnable(let name, let reason): "cannot run '\(name)': \(reason)"
    case .noRoom(let name, let reason): "cannot run '\(name)': \(reason): try again when less is running"
    }
  }

  /// What a shell would say: 127 where there is no such program, else 126.
  var exitStatus: Int32 { if case .missing = self { 127 } else { 126 } }
}
