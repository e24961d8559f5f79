internal import Glibc

/// SIGINT, SIGTERM and SIGHUP as a wish to end: the first is noted, so that what was read can be committed; the second ends
/// the process at once, as it would have without this.
///
/// A signal that was ignored when the process began (`nohup`, a job in the background of a script) stays ignored.
public enum StopSignals {
  /// From now on the first of the three is only noted.
  public static func note() {
    guard bell < 0 else { return }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (bell, rope) = (ends[0], ends[1])
    for number in [SIGINT, SIGTERM, SIGHUP] {
      if isIgnored(number) { continue }
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        cameIn = number
        // The next one is the kernel's.
        signal(SIGINT, SIG_DFL)
        signal(SIGTERM, SIG_DFL)
        signal(SIGHUP, SIG_DFL)
        write(rope, "!", 1)
      }
      sigaction(number, &action, nil)
    }
  }

  /// From now on the first ends the process at once, as it would have without ``note()``: all is committed.
  public static func letGo() {
    for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) { signal(number, SIG_DFL) }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var before = sigaction()
    sigaction(number, nil, &before)
    let handler = unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self)
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// The signal that came, nil while none did.
  public static var came: Int32? { cameIn == 0 ? nil : cameIn }

  /// Ends the process by the signal that came, as whoever sent it expects; comes back where none did.
  public static func die() {
    guard let number = came else { return }
    signal(number, SIG_DFL)
    raise(number)
  }
}

// A handler may touch nothing that is made when it is first used: these are constants of the program's data.

/// Becomes readable with the first signal; -1 where none is noted.
nonisolated(unsafe) var bell: Int32 = -1
/// What the handler writes to for that.
nonisolated(unsafe) private var rope: Int32 = -1
nonisolated(unsafe) private var cameIn: Int32 = 0
