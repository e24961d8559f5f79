internal import KubelogScan

/// The readers of one stream's plain lines: what has neither a klog header nor a line of its own to know it by.
///
/// The first that knows a line has it; the others learn that something else went on.
struct PlainReaders {
  private var kubeadm = SessionMachine()
  private var kubectl = KubectlReader()
  private var documents = DocumentReader()

  /// Which reader had a line.
  enum Reader { case kubeadm, kubectl, objects }

  /// Takes a line without klog header; nil when nobody knows it.
  mutating func take(_ line: Bytes, _ record: Record, _ out: inout Output) -> Reader? {
    var record = record
    if !record.body.isEmpty, documents.take(line, &record, &out) {
      kubeadm.interrupted(&out)
      kubectl.interrupted(&out)
      return .objects
    }
    if !line.trimmed(record.body).isEmpty,
      !kubeadm.isOpen || kubectl.isDescribing || isTableLike(line, record.body),
      let part = kubectl.part(line, record)
    {
      kubeadm.interrupted(&out)
      documents.interrupted(&out)
      kubectl.take(part, line, record, &out)
      return .kubectl
    }
    kubeadm.configuration = documents.configuration
    guard kubeadm.take(line, record, &out) else { return nil }
    kubectl.interrupted(&out)
    documents.interrupted(&out)
    return .kubeadm
  }

  /// Takes a klog line that stands in the same stream.
  mutating func takeKlog(
    _ line: Bytes, _ header: KlogHeader, _ time: EventTime, _ record: Record, _ out: inout Output
  ) {
    kubeadm.takeKlog(line, header, time, record, &out)
  }

  /// Whether a line of a journal could be the first that these readers know.
  static func mayBegin(_ line: Bytes, _ body: Range<Int>) -> Bool {
    guard !body.isEmpty else { return false }
    return switch line[body.lowerBound] {
    case 0x5B: Tag(line, body, inSession: false) != nil
    case 0x4E: line.has("NAME ", at: body.lowerBound)
    case 0x6B: line.has("kubeadm join ", at: body.lowerBound)
    default: false
    }
  }

  /// Whether a klog line could be kubeadm's.
  static func mayBegin(_ line: Bytes, _ header: KlogHeader) -> Bool {
    SessionMachine.isSource(line, header.file)
  }

  /// A command was started, and its words were read.
  mutating func commandBegan() { kubeadm.commandBegan() }

  /// It ended with an exit status.
  mutating func commandEnded(_ status: Int) { kubeadm.exitStatus = status }

  /// The input is over.
  mutating func finish(_ out: inout Output) {
    kubeadm.finish(&out)
    kubectl.interrupted(&out)
    documents.interrupted(&out)
  }

  /// The store is about to be told what was found.
  mutating func tell(_ out: inout Output) {
    kubeadm.tell(&out)
    kubectl.tell(&out)
    documents.tell(&out)
  }

  /// kubeadm never prints a node table, but a session that was broken off may be followed by one.
  private func isTableLike(_ line: Bytes, _ body: Range<Int>) -> Bool {
    guard let first = body.first else { return false }
    return !isBlank(line[first]) && line[first] != 0x5B
  }
}
