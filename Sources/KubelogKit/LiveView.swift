/// The lines on a person's terminal while an input is read: the phase in progress with its seconds, a tick for each that
/// is done. What is read faster than anybody can see shows nothing but the share that is done.
public struct LiveView {
  private let color: Bool
  private let write: (String) -> Void
  private var line: LiveLine
  private var phase: (name: String, since: Int64)?
  private var ticks: [String] = []
  /// Whether the input ever paused: what comes all at once is not worth watching.
  private var isWatched = false
  private let begun: Int64

  /// A view on a terminal of `columns`, 0 where it does not say; from the moment `now` (microseconds) on.
  public init(columns: @escaping () -> Int, color: Bool, now: Int64, write: @escaping (String) -> Void) {
    (self.color, self.write, begun) = (color, write, now)
    line = LiveLine(columns: columns, write: write)
  }

  /// Shows what happened at the moment `now`.
  public mutating func show(_ progress: IngestProgress, at now: Int64) {
    switch progress {
    case .found(let batch):
      for event in batch.events { take(event, at: now) }
    case .quiet:
      isWatched = true
      flush()
      line.tick()
      if let phase { line.draw(phase: phase.name, seconds: (now - phase.since) / 1_000_000) }
    case .read(let bytes, let size):
      guard let size, size > 0, now - begun > 500_000 else { return }
      line.draw("  \(min(100, Int64(bytes) * 100 / size)) % of \(byteText(size))")
    }
  }

  /// Clears the line in progress, so that a summary can follow.
  public mutating func end() {
    if isWatched { flush() }
    line.erase()
  }

  private mutating func flush() {
    for tick in ticks {
      line.erase()
      write(tick + "\n")
    }
    ticks = []
  }

  private mutating func take(_ event: Event, at now: Int64) {
    switch event.kind {
    case "kubeadm.session.started": phase = nil
    case "kubeadm.phase.started":
      finishPhase(at: now, failed: false)
      phase = event.phase.map { ($0, now) }
    case "kubeadm.session.ended": finishPhase(at: now, failed: event.severity == .error)
    default: break
    }
  }

  private mutating func finishPhase(at now: Int64, failed: Bool) {
    guard let done = phase else { return }
    phase = nil
    let mark = failed ? paint("✗", 31) : paint("✓", 32)
    let took = Double(now - done.since) / 1e6
    ticks.append("  \(mark) \(done.name)" + (took >= 0.1 ? "  \(humanDuration((took * 10).rounded() / 10))" : ""))
  }

  private func paint(_ text: String, _ code: Int) -> String { color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}

extension Event {
  /// The phase that it says began.
  var phase: String? {
    guard kind == "kubeadm.phase.started",
      case .text(let name)? = attributes.first(where: { $0.name == "phase" })?.value
    else { return nil }
    return name
  }
}

/// A number of bytes as people say it: `812 B`, `64.0 KB`, `1.2 GB`.
public func byteText(_ bytes: Int64) -> String {
  var (value, unit) = (Double(bytes), 0)
  while value >= 1000, unit < 4 {
    value /= 1000
    unit += 1
  }
  guard unit > 0 else { return "\(bytes) B" }
  let tenths = Int64((value * 10).rounded())
  return "\(tenths / 10).\(tenths % 10) \(["B", "KB", "MB", "GB", "TB"][unit])"
}
