internal import CProcess
internal import Glibc
internal import KubelogScan

/// Passes output on, unchanged and at once, and has another process record it: `kubelog run` and `ingest --tee`.
///
/// One loop that waits for nothing but all of it together, so that a reader who does not read, a store that is locked and a
/// command that says nothing hold up only what depends on them. Only for a program of one thread: it forks.
public struct PassThrough {
  /// What came of it.
  public struct Outcome: Sendable {
    /// How the command ended, as a shell says it: its exit status, or 128 and the signal that ended it; nil without one.
    public var status: Int32?
    /// The sentences of the summary.
    public var summary: [String] = []
    /// What is to be told in any case, without any secret.
    public var notes: [String] = []
    /// Whether standard output could not be written, for another reason than that nobody reads it.
    public var isCut = false
    /// What kept it from being recorded, and the exit status of that.
    public var failure: (sentence: String, status: Int32)?
  }

  /// Why a command could not be started.
  public struct Failure: Error, Sendable {
    /// One sentence that names the thing and the way out.
    public var sentence: String
    /// 127 where there is no such program, else 126.
    public var exitStatus: Int32
  }

  private var command: StartedCommand?
  private var terminal: PseudoTerminal?
  private var routes: [Route]
  private let signals: Int32
  private var recorder: Recorder?
  private var queue: RecordQueue
  private var overlay: Overlay?
  private var outcome = Outcome()
  /// What was typed and the command has not taken yet.
  private var keys: [UInt8] = []
  private var isTyping: Bool
  /// When the command ended; what it wrote before is still passed on.
  private var over: Int64?
  private var lastOutput = Ticks.milliseconds
  private var isCancelled = false
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  /// How long after a command's end its output is waited for where another process still holds it open, milliseconds.
  private static let grace: Int64 = 200
  /// How long is waited at the end for a recorder that says nothing, milliseconds; where a command has ended, and where
  /// nobody waits for one. It goes on without being waited for.
  private static let (patience, longPatience): (Int64, Int64) = (15_000, 35_000)

  private static let passedSignals = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2]

  // MARK: Beginnings

  /// Runs a command, its output passed on to standard output and error, until it ends.
  ///
  /// `line` is the live line where there is a terminal for it. `record` runs in the process that records: it gets what came,
  /// as the input `run:NAME`, and a way to say how that goes. Throws ``Failure`` when the command cannot be started; nothing
  /// is recorded then.
  public static func run(
    _ words: [String], line: LiveLine?, record: (consuming Input, (RecordMessage) -> Void) -> Void
  ) throws(Failure) -> Outcome {
    openStandards()
    let signals = takeSignals(passedSignals + [SIGCHLD, SIGWINCH, SIGCONT])
    defer { releaseSignals(signals) }
    let command: StartedCommand
    do {
      command = try StartedCommand(words)
    } catch {
      throw Failure(sentence: error.sentence, exitStatus: error.exitStatus)
    }
    var routes = [Route(from: command.output, to: STDOUT_FILENO, stream: 0)]
    if let error = command.error { routes.append(Route(from: error, to: STDERR_FILENO, stream: 1)) }
    var pass = PassThrough(command, routes, signals, line) { input, output in
      let streams = PassedStreams(pipe: input, areTwo: command.error != nil)
      record(Input(streams, path: "run:\(CommandWords.name(words[0]))")) { $0.send(to: output) }
    }
    return pass.untilTheEnd()
  }

  /// Copies standard input to standard output until it ends; who records gets it as the input `-`.
  ///
  /// Nobody has to read standard output: what comes is recorded all the same.
  public static func copy(
    line: LiveLine?, record: (consuming Input, (RecordMessage) -> Void) -> Void
  ) -> Outcome {
    openStandards()
    let signals = takeSignals([])
    defer { releaseSignals(signals) }
    let origin = Input.Origin()
    let route = Route(from: STDIN_FILENO, to: STDOUT_FILENO, stream: 0)
    var pass = PassThrough(nil, [route], signals, line) { input, output in
      record(Input(PassedStreams(pipe: input, areTwo: false), path: "-", origin: origin)) { $0.send(to: output) }
    }
    return pass.untilTheEnd()
  }

  private init(
    _ command: StartedCommand?, _ routes: [Route], _ signals: Int32, _ line: LiveLine?,
    _ record: (_ input: Int32, _ output: Int32) -> Void
  ) {
    (self.command, self.routes, self.signals) = (command, routes, signals)
    terminal = command?.terminal
    isTyping = terminal?.isTyped ?? false
    recorder = Recorder(closing: routes.map(\.source) + [signals] + (terminal?.descriptors ?? []), record)
    // What is copied waits for a locked store as an ingest does, which gives up after half a minute.
    queue = RecordQueue(
      pipe: recorder?.input, patience: command == nil ? .untilStuck(Self.longPatience) : .altogether(5_000))
    overlay = line.map { Overlay($0) }
    if recorder == nil {
      outcome.failure = (
        "nothing was recorded: \(String(cString: strerror(errno))): try again when less is running", 70
      )
    }
    terminal?.takeOver()
  }

  /// What is closed would be given to the next file that is opened.
  private static func openStandards() {
    for standard in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(standard, F_GETFD) < 0 {
      _ = open("/dev/null", O_RDWR)
    }
  }

  private static func takeSignals(_ numbers: [Int32]) -> Int32 { kl_signals(numbers, Int32(numbers.count)) }

  private static func releaseSignals(_ descriptor: Int32) {
    close(descriptor)
    kl_signals_restore()
  }

  // MARK: The loop

  private mutating func untilTheEnd() -> Outcome {
    while !isOver { wait(passing: true) }
    // Whoever reads the output learns now that it has ended, not when all is stored.
    if isatty(STDOUT_FILENO) == 0 { close(STDOUT_FILENO) }
    overlay?.erase()
    terminal?.giveBack()
    queue.end(status: outcome.status, at: presentMicroseconds())
    finishRecording()
    return outcome
  }

  /// Whether all was passed on that is to be.
  private var isOver: Bool {
    if isCancelled { return true }
    guard routes.allSatisfy({ !$0.isWaiting }) else { return false }
    if command == nil { return routes.allSatisfy { !$0.isOpen } }
    guard let over, routes.allSatisfy({ !$0.isOpen || $0.owed <= 0 }) else { return false }
    let now = Ticks.milliseconds
    return routes.allSatisfy { !$0.isOpen } || now - max(over, lastOutput) >= Self.grace
      || now - over >= 10 * Self.grace
  }

  private mutating func wait(passing: Bool) {
    let heldFor = queue.holdsUp()
    var polls = [pollfd(fd: signals, events: Int16(POLLIN), revents: 0)]
    polls.append(pollfd(fd: queue.waitsFor, events: Int16(POLLOUT), revents: 0))
    polls.append(pollfd(fd: recorder?.output ?? -1, events: Int16(POLLIN), revents: 0))
    let types = passing && isTyping && keys.isEmpty && terminal?.isTakenOver ?? false
    polls.append(pollfd(fd: types ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0))
    polls.append(pollfd(fd: passing && !keys.isEmpty ? terminal?.master ?? -1 : -1, events: Int16(POLLOUT), revents: 0))
    let first = polls.count
    for route in passing ? routes : [] {
      polls.append(
        route.isWaiting
          ? pollfd(fd: route.target, events: Int16(POLLOUT), revents: 0)
          : pollfd(fd: route.isOpen && heldFor == nil ? route.source : -1, events: Int16(POLLIN), revents: 0))
    }
    var limits: [Int64] = []
    if let heldFor { limits.append(heldFor) }
    if passing, over != nil { limits.append(20) }
    if !passing { limits.append(1_000) }
    if passing, let wakes = overlay?.wakesAfter { limits.append(Int64(wakes)) }
    let ready = poll(&polls, nfds_t(polls.count), limits.min().map { Int32(clamping: $0) } ?? -1)
    if ready <= 0 {
      overlay?.show()
      return
    }
    if passing {
      for place in routes.indices where polls[first + place].revents != 0 { move(place) }
      if polls[3].revents != 0 { readKeys() }
      if polls[4].revents != 0 { sendKeys() }
    }
    if polls[0].revents != 0 { takeSignals() }
    if polls[1].revents != 0 || queue.isWaiting { queue.flush() }
    if polls[2].revents != 0 { listen() }
    overlay?.show()
  }

  /// Passes on what one route has.
  private mutating func move(_ place: Int) {
    if routes[place].isWaiting { return take(routes[place].flush(), place) }
    guard let bytes = routes[place].read(&buffer) else { return }
    let moment = presentMicroseconds()
    lastOutput = Ticks.milliseconds
    overlay?.makeRoom(for: bytes, stream: routes[place].stream)
    take(routes[place].pass(bytes), place)
    queue.add(bytes, stream: routes[place].stream, at: moment)
  }

  private mutating func take(_ result: Route.Outcome, _ place: Int) {
    switch result {
    case .passed: return
    case .closed:
      // The command learns that nobody reads, as it would without kubelog.
      guard command != nil, terminal == nil || routes[place].stream == 1 else { return }
      routes[place].isOpen = false
      close(routes[place].source)
    case .failed(let reason):
      let name = routes[place].stream == 0 ? "standard output" : "standard error"
      let note = "\(name) could not be written, so that a part of it is missing there: \(reason)"
      if !outcome.notes.contains(note) { outcome.notes.append(note) }
      outcome.isCut = true
    }
  }

  // MARK: Keys

  private mutating func readKeys() {
    let count = buffer.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, 4096) }
    if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) { isTyping = false }
    guard count > 0 else { return }
    keys += buffer[..<count]
    sendKeys()
  }

  private mutating func sendKeys() {
    guard let terminal, let command else { return }
    // Ctrl-Z: the command has a session of its own, in which no shell would wake it, so that the system lets it run on.
    if let stop = keys.firstIndex(where: { terminal.stops($0) }), terminal.foreground == command.process,
      Self.wouldStop(command.process)
    {
      let rest = Array(keys[(stop + 1)...])
      keys = Array(keys[..<stop])
      writeKeys()
      suspend()
      keys += rest
    }
    writeKeys()
  }

  private mutating func writeKeys() {
    guard let terminal, !keys.isEmpty else { return }
    let count = keys.withUnsafeBytes { write(terminal.master, $0.baseAddress, $0.count) }
    if count > 0 { keys.removeFirst(count) }
    if count < 0, errno != EAGAIN, errno != EINTR { keys = [] }
  }

  /// Whether a process leaves it to the system what SIGTSTP does.
  private static func wouldStop(_ process: pid_t) -> Bool {
    guard let status = try? TextFiles.text("/proc/\(process)/status") else { return false }
    let bit = UInt64(1) << UInt64(SIGTSTP - 1)
    for line in status.split(separator: "\n") where line.hasPrefix("SigIgn:") || line.hasPrefix("SigCgt:") {
      guard let mask = UInt64(line.dropFirst(7).filter { !$0.isWhitespace }, radix: 16), mask & bit == 0 else {
        return false
      }
    }
    return true
  }

  /// Stops the command and this job, until a shell has it go on.
  private mutating func suspend() {
    guard let command, let terminal else { return }
    let job = terminal.foreground
    kill(job > 0 ? -job : command.process, SIGSTOP)
    overlay?.erase()
    self.terminal?.giveBack()
    kl_stop_job()
    goOn()
    kill(job > 0 ? -job : command.process, SIGCONT)
  }

  /// This job goes on, maybe in the foreground.
  private mutating func goOn() {
    terminal?.takeOver()
    terminal?.copySize()
  }

  // MARK: Signals

  private mutating func takeSignals() {
    var sent: Int32 = 0
    while true {
      let number = kl_next_signal(signals, &sent)
      switch number {
      case 0: return
      case SIGCHLD: reap()
      case SIGWINCH: terminal?.copySize()
      case SIGCONT: goOn()
      default: pass(number, wasSent: sent == 1)
      }
    }
  }

  private mutating func pass(_ number: Int32, wasSent: Bool) {
    guard let command, over == nil else {
      // Nothing is left but to store what came: a second thought of somebody who waits.
      isCancelled = true
      return
    }
    if let terminal {
      // What the person's terminal sends to its job the command's would send to its own.
      if wasSent {
        kill(command.process, number)
      } else if terminal.foreground > 0 {
        kill(-terminal.foreground, number)
      }
    } else if wasSent {
      // Else the terminal sent it to the command as well, which is of the same job.
      kill(command.process, number)
    }
  }

  private mutating func reap() {
    guard let command, over == nil else { return }
    var status: Int32 = 0
    guard waitpid(command.process, &status, WNOHANG | WUNTRACED) == command.process else { return }
    if status & 0xFF == 0x7F {
      if terminal != nil { suspend() }
      return
    }
    outcome.status = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    over = Ticks.milliseconds
    for place in routes.indices { routes[place].writerIsGone() }
    terminal?.release()
    keys = []
    isTyping = false
  }

  // MARK: Recording

  private mutating func listen() {
    guard let messages = recorder?.messages() else { return recorderIsGone() }
    lastHeard = Ticks.milliseconds
    for message in messages {
      switch message {
      case .phase(let name): overlay?.begin(name)
      case .summary(let sentence): outcome.summary.append(sentence)
      case .note(let sentence): outcome.notes.append(sentence)
      case .failure(let sentence, let status): outcome.failure = (sentence, status)
      case .done: isStored = true
      }
    }
  }

  /// When the recorder last said something.
  private var lastHeard = Ticks.milliseconds
  /// Whether the recorder said that all is stored.
  private var isStored = false

  private mutating func recorderIsGone() {
    guard let gone = recorder else { return }
    recorder = nil
    overlay?.begin(nil)
    queue.isGone()
    close(gone.input)
    close(gone.output)
    var status: Int32 = 0
    while waitpid(gone.process, &status, 0) < 0, errno == EINTR {}
    if outcome.failure == nil, !isStored {
      let signal = status & 0x7F
      outcome.failure = (
        "the output was passed on but not recorded to its end"
          + (signal == 0 ? "" : ", since what records it was ended by signal \(signal)"), 70
      )
    }
  }

  /// Waits until what came is stored; not for a recorder that is stuck, and not for longer than somebody wants to wait.
  private mutating func finishRecording() {
    lastHeard = Ticks.milliseconds
    let patience = command == nil ? Self.longPatience : Self.patience
    while recorder != nil, !isCancelled, Ticks.milliseconds - max(lastHeard, queue.lastTaken) < patience {
      wait(passing: false)
    }
    if recorder != nil, outcome.failure == nil {
      outcome.failure = ("what came last is still being stored: look again with kubelog timeline", 75)
    }
    if queue.lost > 0, outcome.failure == nil || recorder != nil {
      outcome.notes.append(
        "\(queue.lost) bytes of the output were passed on but not recorded: they came faster than they could be stored")
    }
  }
}
