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
  public static func writeError(_ text: String) { write(text, to: STDERR_FILENO) }

  /// Writes all of `text` to standard output; false when nobody reads it any more.
  @discardableResult
  public static func writeOutput(_ text: String) -> Bool { write(text, to: STDOUT_FILENO) }

  /// From now on a reader that went away is a failed write, not the end of the process.
  public static func ignoreBrokenPipes() { ignoredBrokenPipesBefore = kl_ignore(SIGPIPE) == 1 }

  /// Whether that was so from the beginning: then it is so for a command that kubelog starts.
  nonisolated(unsafe) private(set) static var ignoredBrokenPipesBefore = false

  @discardableResult
  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { buffer in
      var sent = 0
      while sent < buffer.count {
        let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return false }
        sent += count
      }
      return true
    }
  }
}
