/// What a command's output has to do with the time at which it comes.
enum CommandKind: Equatable {
  /// It tells what happens while it happens.
  case live
  /// It tells what was written earlier.
  case recorded
  /// Nothing is known.
  case undecided
  /// It passes on what it reads from standard input, at once.
  case passes
  /// It passes on what it reads from standard input when it has enough of it.
  case gathers
  /// Its output does not matter: `cd`, `sleep`, `echo`.
  case silent

  /// What becomes of this output when the next command of a pipeline reads it.
  func through(_ next: CommandKind) -> CommandKind {
    switch next {
    case .passes: self
    // What is held back arrives late by nobody knows how much.
    case .gathers: self == .recorded ? .recorded : self == .passes || self == .gathers ? .gathers : .undecided
    // `kubeadm … | kubectl apply -f -`: what the next prints is its own.
    case .live, .recorded, .undecided, .silent: next
    }
  }

  /// What two commands print, one after the other.
  func then(_ next: CommandKind) -> CommandKind {
    if self == .silent || self == next { return next }
    if next == .silent { return self }
    return self == .recorded || next == .recorded ? .recorded : .undecided
  }
}
