internal import KubelogScan

/// The plain readers of every stream of a source: the lines of two streams never meet in one reader.
struct StreamReaders {
  /// The stream of lines that no envelope tells apart.
  private var main = PlainReaders()
  private var others: [Record.Stream: PlainReaders] = [:]
  /// The others in the order in which they began.
  private var order: [Record.Stream] = []

  /// The most streams that are read at once; the oldest is finished for a new one.
  private static let most = 1024

  /// Takes a plain line; true where a reader knew it.
  @discardableResult
  mutating func take(_ line: Bytes, _ record: Record, _ census: inout Census, _ out: inout Output) -> Bool {
    let stream = record.stream
    let reader: PlainReaders.Reader?
    if stream == Record.Stream() {
      reader = main.take(line, record, &out)
    } else {
      if others[stream] == nil { begin(stream, &out) }
      reader = others[stream]?.take(line, record, &out)
    }
    census.count(reader)
    return reader != nil
  }

  /// Takes a line of a journal that is neither klog nor of a program that is read otherwise: kubeadm, run by something
  /// that logs there. Its reader begins with a line that is surely known.
  mutating func takeInner(_ line: Bytes, _ record: Record, _ census: inout Census, _ out: inout Output) {
    guard PlainReaders.mayBegin(line, record.body) || (!others.isEmpty && others[record.stream] != nil) else { return }
    take(line, record, &census, &out)
  }

  /// Takes a klog line that stands among the plain ones.
  mutating func takeKlog(
    _ line: Bytes, _ header: KlogHeader, _ time: EventTime, _ record: Record, _ out: inout Output
  ) {
    let stream = record.stream
    guard stream != Record.Stream() else { return main.takeKlog(line, header, time, record, &out) }
    if let identifier = record.identifier {
      guard out.names.program(identifier) != .kubelet else { return }
      if others[stream] == nil {
        guard PlainReaders.mayBegin(line, header) else { return }
        begin(stream, &out)
      }
    } else if others[stream] == nil {
      begin(stream, &out)
    }
    others[stream]?.takeKlog(line, header, time, record, &out)
  }

  /// Takes an empty line.
  mutating func takeBlank(_ out: inout Output, in stream: Record.Stream = Record.Stream()) {
    let nothing: [UInt8] = []
    if stream == Record.Stream() {
      _ = main.take(nothing.span, Record(body: 0..<0), &out)
    } else {
      _ = others[stream]?.take(nothing.span, Record(body: 0..<0, stream), &out)
    }
  }

  /// A command was started, and its words were read.
  mutating func commandBegan() { main.commandBegan() }

  /// It ended with an exit status.
  mutating func commandEnded(_ status: Int) { main.commandEnded(status) }

  /// The input is over.
  mutating func finish(_ out: inout Output) {
    main.finish(&out)
    for stream in order { others[stream]?.finish(&out) }
    (others, order) = ([:], [])
  }

  /// The store is about to be told what was found.
  mutating func tell(_ out: inout Output) {
    main.tell(&out)
    for stream in order { others[stream]?.tell(&out) }
  }

  private mutating func begin(_ stream: Record.Stream, _ out: inout Output) {
    if order.count == Self.most {
      let oldest = order.removeFirst()
      others[oldest]?.finish(&out)
      others[oldest] = nil
    }
    others[stream] = PlainReaders()
    order.append(stream)
  }
}
