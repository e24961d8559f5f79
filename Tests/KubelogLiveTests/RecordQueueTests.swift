import Glibc
import Testing

@testable import KubelogLive

/// What is passed on goes to the process that records it through a queue and a pipe.
@Suite struct RecordQueueTests {
  private func pipe() -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    #expect(Glibc.pipe(&ends) == 0)
    return (ends[0], ends[1])
  }

  /// All that comes through, as text, until it is over or nothing comes.
  private func text(_ streams: PassedStreams) -> [String] {
    var (buffer, texts) = ([UInt8](repeating: 0, count: 256 << 10), [String]())
    while case .bytes(let count) = streams.read(into: &buffer, waiting: 0) {
      texts.append(String(decoding: buffer[..<count], as: UTF8.self))
    }
    return texts
  }

  /// The text of all that waits.
  private func drain(_ pipe: Int32, _ queue: inout RecordQueue) -> String {
    var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    _ = fcntl(pipe, F_SETFL, O_NONBLOCK)
    while true {
      queue.flush()
      let count = piece.withUnsafeMutableBytes { read(pipe, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      bytes += piece[..<count]
    }
    var (text, place) = ("", 0)
    while place < bytes.count {
      let (_, count) = Frame.read(Array(bytes[place..<place + Frame.length]))
      place += Frame.length + count
      text += String(decoding: bytes[place - count..<place], as: UTF8.self)
    }
    return text
  }

  @Test func chunksComeWithTheirMomentsAndTheEnd() {
    let (read, write) = pipe()
    var queue = RecordQueue(pipe: write, patience: .altogether(0))
    queue.add(Array("one\ntwo".utf8)[...], stream: 0, at: 1_795_000_000_000_001)
    queue.end(status: 137, at: 1_795_000_000_000_002)
    queue.flush()
    let streams = PassedStreams(pipe: read, areTwo: false)
    #expect(text(streams) == ["one\ntwo"])
    #expect(streams.arrival == 1_795_000_000_000_001)
    #expect(streams.ending?.status == 137 && streams.ending?.moment == 1_795_000_000_000_002)
  }

  @Test func linesOfTwoStreamsAreGivenWhole() {
    let (read, write) = pipe()
    var queue = RecordQueue(pipe: write, patience: .altogether(0))
    for (stream, text) in [(0, "a"), (1, "x\ny"), (0, "b\nc"), (1, "z"), (0, "d")] {
      queue.add(Array(text.utf8)[...], stream: stream, at: 1)
    }
    queue.end(status: nil, at: 2)
    queue.flush()
    #expect(text(PassedStreams(pipe: read, areTwo: true)) == ["x\n", "ab\n", "cd\n", "yz"])
  }

  /// Nobody reads: what fits is kept, what does not is left out by lines and counted.
  @Test func whatDoesNotFitIsLeftOutByLinesAndCounted() {
    let (read, write) = pipe()
    var queue = RecordQueue(pipe: write, patience: .altogether(0))
    let line = [UInt8](repeating: 0x61, count: 1023) + [0x0A]
    let chunk = Array(repeating: line, count: 63).joined() + line.prefix(1000)
    var added = 0
    for _ in 0..<200 {
      queue.add(chunk[...], stream: 0, at: 1)
      queue.flush()
      added += chunk.count
    }
    #expect(queue.lost > 0 && queue.holdsUp() == nil)
    var kept = drain(read, &queue)
    // There is room again: the rest of a line that began before is left out too.
    queue.add(Array("rest\nnew\n".utf8)[...], stream: 0, at: 1)
    queue.end(status: 0, at: 1)
    kept += drain(read, &queue)
    #expect(kept.hasSuffix("a\nnew\n"))
    #expect(kept.utf8.count + queue.lost == added + 9 + 1)
  }

  @Test func aCommandIsHeldUpForSoLongAltogether() {
    let (_, write) = pipe()
    let much = [UInt8](repeating: 0x0A, count: 9 << 20)
    var patient = RecordQueue(pipe: write, patience: .altogether(60_000))
    patient.add(much[...], stream: 0, at: 1)
    #expect((patient.holdsUp() ?? 0) > 0)
    var impatient = RecordQueue(pipe: write, patience: .altogether(0))
    impatient.add(much[...], stream: 0, at: 1)
    #expect(impatient.holdsUp() == nil && impatient.lost == 0)
    impatient.add([0x0A], stream: 0, at: 1)
    #expect(impatient.lost == 1)
  }

  @Test func whenNobodyTakesItAllIsLost() {
    // Writing into the end that is read fails, as it does when nobody reads.
    let (read, _) = pipe()
    var queue = RecordQueue(pipe: read, patience: .altogether(60_000))
    queue.add(Array("lost\n".utf8)[...], stream: 0, at: 1)
    queue.flush()
    #expect(!queue.isTaken && queue.lost > 0 && queue.holdsUp() == nil)
  }

  @Test(arguments: [
    RecordMessage.phase("wait-control-plane"), .phase(nil), .summary("3 lines"), .note("a note"),
    .failure("no room", 73),
    .done,
  ])
  func messagesAreLines(_ message: RecordMessage) {
    #expect(message.line.hasSuffix("\n"))
    #expect(RecordMessage(String(message.line.dropLast())) == message)
  }
}
