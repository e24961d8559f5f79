internal import KubelogScan

/// A word that comes back line after line – a host, a program, a resource – as a small number.
struct Name: Hashable {
  fileprivate let number: Int32

  /// Its place among the names of the source, in the order in which they were first seen.
  var order: Int { Int(number) }
}

/// The names that a source uses. A name that was just seen costs a comparison of its bytes and nothing else.
struct Names {
  /// Programs whose lines are read in a way of their own.
  enum Program { case kubelet, systemd, runtime, kernel, other }

  private var entries: [(bytes: [UInt8], program: Program)] = []
  private var numbers: [Digest: Int32] = [:]
  private var recent: (Int, Int, Int, Int) = (-1, -1, -1, -1)
  private var hosts = 0

  /// The most different hosts of one source, and the most other names; what comes after has no name.
  private static let most = 65_536
  /// The longest name: a host's has 253 bytes at the most, a Terraform resource may stand in several modules.
  private static let longest = 1024

  /// The host that stands in `range`, as ``name(_:_:isHost:)`` gives it: however many programs there are, it is known.
  mutating func host(_ line: Bytes, _ range: Range<Int>) -> Name? { name(line, range, isHost: true) }

  /// The name that stands in `range`, nil where that is empty or too long, or the source has too many.
  mutating func name(_ line: Bytes, _ range: Range<Int>, isHost: Bool = false) -> Name? {
    guard !range.isEmpty, range.count <= Self.longest else { return nil }
    if isEntry(recent.0, line, range) { return Name(number: Int32(recent.0)) }
    if isEntry(recent.1, line, range) {
      (recent.0, recent.1) = (recent.1, recent.0)
      return Name(number: Int32(recent.0))
    }
    if isEntry(recent.2, line, range) {
      recent = (recent.2, recent.0, recent.1, recent.3)
      return Name(number: Int32(recent.0))
    }
    if isEntry(recent.3, line, range) {
      recent = (recent.3, recent.0, recent.1, recent.2)
      return Name(number: Int32(recent.0))
    }
    var digester = Digester()
    digester.add(line, in: range)
    let digest = digester.digest()
    guard let number = numbers[digest] ?? add(line, range, digest, isHost) else { return nil }
    recent = (Int(number), recent.0, recent.1, recent.2)
    return Name(number: number)
  }

  /// How a name is written.
  func text(_ name: Name) -> String { String(decoding: entries[Int(name.number)].bytes, as: UTF8.self) }

  /// The bytes of a name.
  func bytes(_ name: Name) -> [UInt8] { entries[Int(name.number)].bytes }

  /// Which program a name is the identifier or the unit of.
  func program(_ name: Name) -> Program { entries[Int(name.number)].program }

  private func isEntry(_ number: Int, _ line: Bytes, _ range: Range<Int>) -> Bool {
    guard number >= 0 else { return false }
    let bytes = entries[number].bytes
    return bytes.count == range.count && line.has(bytes, at: range.lowerBound)
  }

  private mutating func add(_ line: Bytes, _ range: Range<Int>, _ digest: Digest, _ isHost: Bool) -> Int32? {
    guard isHost ? hosts < Self.most : entries.count - hosts < Self.most else { return nil }
    if isHost { hosts += 1 }
    let number = Int32(entries.count)
    let text = line.text(range)
    let program: Program =
      switch text.hasSuffix(".service") ? String(text.dropLast(8)) : text {
      case "kubelet": .kubelet
      case "systemd", "init.scope": .systemd
      case "containerd", "crio", "dockerd", "docker", "cri-dockerd", "cri-docker": .runtime
      case "kernel": .kernel
      default: .other
      }
    entries.append((Array(text.utf8), program))
    if entries[Int(number)].bytes.count != range.count { entries[Int(number)].bytes = range.map { line[$0] } }
    numbers[digest] = number
    return number
  }
}
