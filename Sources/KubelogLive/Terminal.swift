internal import CProcess
internal import Glibc

/// What is at the other end of standard output and standard error.
public enum Terminal {
  /// Whether standard input is a keyboard.
  public static var isInput: Bool { isatty(STDIN_FILENO) == 1 }

  /// Whether a person reads standard output.
  public static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether a person reads standard error.
  public static var hasError: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether a person reads standard error, on a terminal that can move its cursor.
  public static var isError: Bool { hasError && !["dumb", nil].contains(environment("TERM")) }

  /// The columns of the terminal; `COLUMNS` where the terminal does not say, nil where there is none.
  public static func columns(ofError: Bool = false) -> Int? {
    let descriptor = ofError ? STDERR_FILENO : STDOUT_FILENO
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return environment("COLUMNS").flatMap { Int($0) } ?? 80
  }

  /// A variable of the environment; nil when it is not set or empty.
  public static func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// Writes all of `text` to standard error, unbuffered.
  public static func writeError(_ text: String) {
    var text = text
    _ = text.withUTF8 { OutputBytes.failure(of: $0, to: STDERR_FILENO) }
  }

  /// Writes all of `text` to standard output; false when nobody reads it any more, or where ``outputFailure`` says why not.
  @discardableResult
  public static func writeOutput(_ text: String) -> Bool {
    guard outputFailure == nil else { return false }
    var text = text
    let failure = text.withUTF8 { OutputBytes.failure(of: $0, to: STDOUT_FILENO) }
    // A reader that went away (`| head`) has what it wanted.
    if failure != .closed { outputFailure = failure }
    return failure == nil
  }

  /// Why standard output is not whole; nil as long as it is, also where nobody reads it any more.
  nonisolated(unsafe) public private(set) static var outputFailure: OutputBytes.Failure?

  /// From now on a reader that went away is a failed write, not the end of the process.
  public static func ignoreBrokenPipes() { ignoredBrokenPipesBefore = kl_ignore(SIGPIPE) == 1 }

  /// Whether that was so from the beginning: then it is so for a command that kubelog starts.
  nonisolated(unsafe) private(set) static var ignoredBrokenPipesBefore = false
}
