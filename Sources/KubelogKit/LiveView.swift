/// The lines on a person's terminal while an input is read: the phase in progress with its seconds, a tick for each that
/// is done. What is read faster than anybody can see shows nothing but the share that is done.
public struct LiveView {
  private let columns: Int
  private let color: Bool
  private let write: (String) -> Void
  private var phase: (name: String, since: Int64)?
  private var title: String?
  private var ticks: [String] = []
  private var isDrawn = false
  /// Whether the input ever paused: what comes all at once is not worth watching.
  private var isWatched = false
  private var frame = 0
  private let begun: Int64

  /// A view on a terminal of `columns`, from the moment `now` (microseconds) on.
  public init(columns: Int, color: Bool, now: Int64, write: @escaping (String) -> Void) {
    (self.columns, self.color, self.write, begun) = (max(columns, 20), color, write, now)
  }

  /// Shows what happened at the moment `now`.
  public mutating func show(_ progress: IngestProgress, at now: Int64) {
    switch progress {
    case .found(let batch):
      for event in batch.events { take(event, at: now) }
    case .quiet:
      isWatched = true
      flush()
      frame += 1
      draw(at: now)
    case .read(let bytes, let size):
      guard let size, size > 0, now - begun > 500_000 else { return }
      put("  \(min(100, Int64(bytes) * 100 / size)) % of \(byteText(size))")
    }
  }

  /// Clears the line in progress, so that a summary can follow.
  public mutating func end() {
    if isWatched { flush() }
    clear()
  }

  private mutating func clear() {
    if isDrawn { write("\r\u{1B}[K") }
    isDrawn = false
  }

  private mutating func flush() {
    for tick in ticks {
      clear()
      write(tick + "\n")
    }
    ticks = []
  }

  private mutating func take(_ event: Event, at now: Int64) {
    switch event.kind {
    case "kubeadm.session.started": (title, phase) = (nil, nil)
    case "kubeadm.phase.started":
      finishPhase(at: now, failed: false)
      if case .text(let name)? = event.attributes.first(where: { $0.name == "phase" })?.value { phase = (name, now) }
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

  private mutating func draw(at now: Int64) {
    guard let phase else { return }
    let spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"][frame / 2 % 10]
    put("  \(spinner) \(phase.name)  \((now - phase.since) / 1_000_000) s")
  }

  private mutating func put(_ text: String) {
    write("\r\u{1B}[K" + String(text.prefix(columns - 1)))
    isDrawn = true
  }

  private func paint(_ text: String, _ code: Int) -> String { color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
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
