internal import KubelogScan

/// The first line of `script`'s log: when it began, how wide the terminal is, what was run where that was no shell.
///
/// `Script started on 2026-11-23 14:36:27+00:00 [TERM="xterm" TTY="/dev/pts/0" COLUMNS="132" LINES="40"]`,
/// `… [COMMAND="kubeadm join …" <not executed on terminal>]` (util-linux `term-utils/script.c`).
struct ScriptHead {
  /// The terminal's width.
  var columns: Int?
  /// The commands that were run, each as if it stood behind a prompt.
  var commands: [[UInt8]] = []

  init(_ line: Bytes) {
    if let text = Self.value("COLUMNS=\"", line) { columns = line.decimal(text) }
    guard let text = Self.value("COMMAND=\"", line) else { return }
    var command: [UInt8] = []
    var index = text.lowerBound
    while index < text.upperBound {
      if line[index] == 0x5C, index + 1 < text.upperBound { index += 1 }
      if line[index] == 0x3B || line.has("&&", at: index) {
        index += line[index] == 0x3B ? 1 : 2
        add(command)
        command = []
      } else {
        command.append(line[index])
        index += 1
      }
    }
    add(command)
  }

  private mutating func add(_ command: [UInt8]) {
    let words = command.drop { $0 == 0x20 }
    if !words.isEmpty { commands.append(Array("# ".utf8) + words) }
  }

  /// What stands in quotes behind a name.
  private static func value(_ name: StaticString, _ line: Bytes) -> Range<Int>? {
    guard let place = line.first(name, in: 0..<line.count) else { return nil }
    let start = place + name.utf8CodeUnitCount
    return line.jsonTextEnd(from: start, to: line.count).map { start..<$0 }
  }
}
