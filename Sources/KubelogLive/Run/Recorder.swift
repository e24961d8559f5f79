internal import CProcess
internal import Glibc

/// The process that records what another passes on: a fork of this program, so that neither a full disk nor a locked store
/// nor a fault in it can hold up or end what is passed on.
struct Recorder {
  let process: pid_t
  /// What is to be recorded goes here.
  let input: Int32
  /// What it says comes from here.
  let output: Int32
  private var unread: [UInt8] = []

  /// Starts it; `record` runs in it and is given the reading end of the one pipe and the writing end of the other.
  ///
  /// `closing` are descriptors of the caller's that it has no business with. Nil where the machine has no room for it.
  init?(closing: [Int32], _ record: (_ input: Int32, _ output: Int32) -> Void) {
    var (down, up): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    guard kl_pipe(&down) == 0 else { return nil }
    guard kl_pipe(&up) == 0 else {
      for end in down { close(end) }
      return nil
    }
    process = kl_fork()
    if process == 0 {
      // Ctrl-C and a closed window are the command's and the caller's matter: this ends when there is no more to record.
      setsid()
      for number in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] { signal(number, SIG_IGN) }
      for end in closing + [down[1], up[0]] { close(end) }
      // Whoever waits for the end of the output is not to wait for this.
      let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
      for standard in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
        if nothing >= 0 { dup2(nothing, standard) } else { close(standard) }
      }
      record(down[0], up[1])
      _exit(0)
    }
    close(down[0])
    close(up[1])
    guard process > 0 else {
      close(down[1])
      close(up[0])
      return nil
    }
    (input, output) = (down[1], up[0])
    _ = fcntl(output, F_SETFL, O_NONBLOCK)
  }

  /// What it said since the last call; nil where it will say no more.
  mutating func messages() -> [RecordMessage]? {
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = piece.withUnsafeMutableBytes { read(output, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { break }
      if count <= 0 {
        if unread.isEmpty { return nil }
        break
      }
      unread += piece[..<count]
    }
    guard let end = unread.lastIndex(of: 0x0A) else {
      unread = []
      return []
    }
    defer { unread.removeSubrange(...end) }
    return unread[..<end].split(separator: 0x0A).compactMap { RecordMessage(String(decoding: $0, as: UTF8.self)) }
  }
}

/// What the process that records says to the one that passes on.
public enum RecordMessage: Equatable, Sendable {
  /// kubeadm began a phase; nil: none is in progress.
  case phase(String?)
  /// A sentence of the summary.
  case summary(String)
  /// A sentence that is to be told in any case.
  case note(String)
  /// It failed: the sentence and the exit status.
  case failure(String, Int32)
  /// All is stored.
  case done
}

extension RecordMessage {
  /// Of a line as ``line`` writes it.
  init?(_ line: String) {
    let rest = String(line.dropFirst())
    switch line.first {
    case "p": self = .phase(rest.isEmpty ? nil : rest)
    case "s": self = .summary(rest)
    case "n": self = .note(rest)
    case "f":
      let parts = rest.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, let status = Int32(parts[0]) else { return nil }
      self = .failure(String(parts[1]), status)
    case "d": self = .done
    default: return nil
    }
  }

  /// As one line.
  var line: String {
    let text =
      switch self {
      case .phase(let name): "p" + (name ?? "")
      case .summary(let sentence): "s" + sentence
      case .note(let sentence): "n" + sentence
      case .failure(let sentence, let status): "f\(status) " + sentence
      case .done: "d"
      }
    return text.replacing("\n", with: " ") + "\n"
  }

  /// Writes it to a pipe.
  func send(to pipe: Int32) {
    var text = line
    text.withUTF8 { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = write(pipe, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
        if count < 0, errno == EINTR { continue }
        // Whoever passed on is gone; what came is recorded all the same.
        if count <= 0 { return }
        sent += count
      }
    }
  }
}
