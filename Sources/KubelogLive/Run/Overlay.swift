/// The live line below output that is passed on to the same terminal, or to somebody who may write there.
///
/// It is only there while nothing comes: before a byte is passed on it is taken away, and it comes back when the output has
/// ended a line and then rested. Whoever moves the cursor has the terminal to himself.
struct Overlay {
  /// How long output rests before the line is drawn, milliseconds.
  private static let rest: Int64 = 300
  /// How often it is drawn again, milliseconds.
  private static let pace: Int32 = 100

  private var line: LiveLine
  private var phase: (name: String, since: Int64)?
  private var lastOutput = Ticks.milliseconds
  /// Of each stream whether its last byte ended a line.
  private var endsLine = [true, true]
  private var escape = Escape.none
  private var isYielded = false

  private enum Escape { case none, begun, control }

  init(_ line: LiveLine) { self.line = line }

  /// How long until it may have to be drawn, milliseconds; nil where there is nothing to draw.
  var wakesAfter: Int32? { phase == nil || isYielded ? nil : Self.pace }

  /// kubeadm began a phase; nil: none is in progress.
  mutating func begin(_ name: String?) {
    phase = name.map { ($0, Ticks.milliseconds) }
    if name == nil { line.erase() }
  }

  /// Bytes of a stream are about to be passed on.
  mutating func makeRoom(for bytes: ArraySlice<UInt8>, stream: Int) {
    line.erase()
    lastOutput = Ticks.milliseconds
    if let last = bytes.last { endsLine[stream] = last == 0x0A }
    if !isYielded { look(bytes) }
  }

  /// Nothing came for a while.
  mutating func show() {
    guard let phase, !isYielded, endsLine == [true, true] else { return }
    let now = Ticks.milliseconds
    guard now - lastOutput >= Self.rest else { return }
    line.tick()
    line.tick()
    line.draw(phase: phase.name, seconds: (now - phase.since) / 1_000)
  }

  /// Takes it away, for what is written next.
  mutating func erase() { line.erase() }

  /// Colours (`ESC [ … m`) leave the cursor where it is; everything else that begins with an escape may not.
  private mutating func look(_ bytes: ArraySlice<UInt8>) {
    if escape == .none, !bytes.contains(0x1B) { return }
    for byte in bytes {
      switch escape {
      case .none: if byte == 0x1B { escape = .begun }
      case .begun: if byte == 0x5B { escape = .control } else { isYielded = true }
      case .control:
        if byte == 0x6D { escape = .none } else if !(0x30...0x3B).contains(byte) { isYielded = true }
      }
      if isYielded { return }
    }
  }
}
