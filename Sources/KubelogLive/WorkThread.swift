internal import Glibc

/// A thread that does pieces of work one after the other: while one is done, who made it makes the next.
///
/// No more than ``most`` wait: who makes work faster than it is done has to wait as well. `pthread` and not tasks, since
/// commands are synchronous.
public final class WorkThread: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  // All below are looked at under the mutex only.
  private var waiting: [() throws -> Void] = []
  private var isOver = false
  private var failure: (any Error)?
  private var thread = pthread_t()

  /// The most pieces of work that wait at once.
  private static let most = 4

  /// Begins the thread.
  public init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
    let this = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<WorkThread>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, this.toOpaque())
    precondition(status == 0, "no thread could be made: \(status)")
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(changed)
    mutex.deallocate()
    changed.deallocate()
  }

  /// Hands on a piece of work; what it uses is used by nobody else until ``finish()`` came back.
  ///
  /// Throws what an earlier piece threw; nothing is done after that.
  public func take(_ work: @escaping () throws -> Void) throws {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while waiting.count >= Self.most, failure == nil { pthread_cond_wait(changed, mutex) }
    if let failure { throw failure }
    waiting.append(work)
    pthread_cond_broadcast(changed)
  }

  /// Waits until everything is done and the thread is gone. Throws what a piece of work threw.
  public func finish() throws {
    pthread_mutex_lock(mutex)
    isOver = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
    pthread_join(thread, nil)
    if let failure { throw failure }
  }

  private func run() {
    while let work = next() {
      do { try work() } catch {
        pthread_mutex_lock(mutex)
        (failure, waiting) = (error, [])
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
        return
      }
    }
  }

  private func next() -> (() throws -> Void)? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while waiting.isEmpty, !isOver { pthread_cond_wait(changed, mutex) }
    guard !waiting.isEmpty else { return nil }
    defer { pthread_cond_broadcast(changed) }
    return waiting.removeFirst()
  }
}
