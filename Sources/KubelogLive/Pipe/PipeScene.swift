/// Who writes into a pipe, and what follows for the time of what is read from it.
///
/// The decision alone: where the processes come from is ``ProcessFolder``'s matter. Live is only said where everybody who
/// may write is known to write as it happens; all else is left to the pace of the bytes.
struct PipeScene {
  /// The inode of the pipe that is read.
  var pipe: Int
  /// The process that reads it.
  var reader: PipeProcess
  /// The other processes that may have to do with it.
  var processes: [PipeProcess]
  /// Whether these are all; among more there may be another who writes.
  var isWhole = true

  /// The most filters behind each other that are followed.
  private static let longestChain = 8

  /// What is known about what comes out of the pipe.
  var verdict: PipeVerdict {
    switch output(of: pipe, depth: 0) {
    case .live: isWhole ? .live : .undecided
    case .recorded: .recorded
    case .undecided, .passes, .gathers, .silent: .undecided
    }
  }

  /// Whether anybody is seen who may write.
  var hasWriter: Bool { processes.contains { $0.writes(pipe) } }

  private func output(of pipe: Int, depth: Int) -> CommandKind {
    guard depth < Self.longestChain else { return .undecided }
    let writers = processes.filter { $0.writes(pipe) }
    guard !writers.isEmpty else { return outputOfJob() }
    let kinds = writers.map { kind(of: $0, depth: depth) }
    if kinds.contains(.recorded) { return .recorded }
    let live = Set(zip(writers, kinds).filter { $0.1 == .live }.map(\.0.id))
    // What kubeadm starts writes as kubeadm does.
    let isLive = zip(writers, kinds).allSatisfy { $0.1 == .live || hasAncestor($0.0, in: live) }
    return isLive ? .live : .undecided
  }

  private func kind(of process: PipeProcess, depth: Int) -> CommandKind {
    let kind = CommandWords.kind(process.words)
    let readsFile = process.readsFile(parent: processes.first { $0.id == process.parent })
    guard kind == .passes || kind == .gathers else {
      return kind == .undecided && readsFile && CommandWords.isFilter(process.words) ? .recorded : kind
    }
    if readsFile { return .recorded }
    guard case .pipe(let input, writes: false)? = process.ends?[0] else { return .undecided }
    return self.output(of: input, depth: depth + 1).through(kind)
  }

  private func hasAncestor(_ process: PipeProcess, in ids: Set<Int>) -> Bool {
    var parent = process.parent
    for _ in 0..<Self.longestChain {
      if ids.contains(parent) { return true }
      guard let next = processes.first(where: { $0.id == parent })?.parent else { return false }
      parent = next
    }
    return false
  }

  /// What the reader's job writes when another user's processes are in it, such as sudo's.
  ///
  /// A shell with job control makes a pipeline a process group whose leader is its first command. That leader is who
  /// writes what arrives here, if all between the two pass it on.
  private func outputOfJob() -> CommandKind {
    // A shell starts the commands of a pipeline in their order; what stands behind the reader is not asked.
    let members = processes.filter {
      $0.group == reader.group && $0.parent == reader.parent && $0.id < reader.id
    }.sorted { $0.id < $1.id }
    guard let leader = members.first(where: { $0.id == reader.group }), leader.ends == nil else { return .undecided }
    return members.filter { $0.id != leader.id }.reduce(CommandWords.kind(leader.words)) { before, next in
      before.through(CommandWords.kind(next.words))
    }
  }
}

/// What is known about a pipe by those who write into it.
public enum PipeVerdict: Sendable {
  /// Arrival is the time of what is read.
  case live
  /// It was written earlier.
  case recorded
  /// Nothing is known.
  case undecided
}
