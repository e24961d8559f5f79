import Glibc
import KubelogLive
import Synchronization
import Testing

@Suite struct WorkThreadTests {
  private struct Failure: Error, Equatable { var number: Int }

  @Test func workIsDoneInOrderAndAllOfIt() throws {
    let thread = WorkThread()
    let done = Mutex<[Int]>([])
    for number in 0..<1_000 { try thread.take { done.withLock { $0.append(number) } } }
    try thread.finish()
    #expect(done.withLock { $0 } == Array(0..<1_000))
  }

  @Test func whoMakesWorkFasterThanItIsDoneWaits() throws {
    let thread = WorkThread()
    let made = Mutex(0)
    let most = Mutex(0)
    for number in 1...40 {
      try thread.take {
        // Time enough to make all, if nobody has to wait.
        if number == 1 { usleep(100_000) }
        let ahead = made.withLock { $0 } - number
        most.withLock { $0 = max($0, ahead) }
      }
      made.withLock { $0 = number }
    }
    try thread.finish()
    // Four wait beside the one that is being done.
    #expect(most.withLock { $0 } <= 5)
  }

  @Test func nothingIsDoneAfterAFailure() throws {
    let thread = WorkThread()
    let done = Mutex<[Int]>([])
    var thrown: Failure?
    do {
      for number in 0..<1_000 {
        try thread.take {
          if number == 3 { throw Failure(number: 3) }
          done.withLock { $0.append(number) }
        }
      }
    } catch let failure as Failure {
      thrown = failure
    }
    #expect(thrown == Failure(number: 3))
    #expect(throws: Failure(number: 3)) { try thread.finish() }
    #expect(done.withLock { $0 } == [0, 1, 2])
  }
}
