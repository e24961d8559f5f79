internal import Glibc

/// Stores on a thread of its own what another one reads: while a batch is written, the next one is being parsed.
///
/// Batches come in order, and no more than ``most`` wait: who reads faster than the store writes has to wait as well.
/// `pthread` and not tasks, since commands are synchronous and a static executable brings no executor for one thread.
final class StoringThread: @unchecked Sendable {
  /// What is stored at once: a batch, and whether nothing more comes for a while.
  typealias Work = (batch: Batch, isQuiet: Bool)

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let store: (Work) throws -> Void
  // All below are looked at under the mutex only.
  private var waiting: [Work] = []
  private var isOver = false
  private var failure: (any Error)?
  private var thread = pthread_t()

  /// The most pieces of work that wait at once.
  private static var most: Int { 4 }

  /// Begins a thread that calls `store` for each piece of work; what `store` uses is used by nobody else until
  /// ``finish()`` came back.
  init(_ store: @escaping (Work) throws -> Void) {
    self.store = store
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
    let this = Unmanaged.passRetained(self)
    let status = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<StoringThread>.fromOpaque(context).takeRetainedValue().run()
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

  /// Hands on a piece of work. Throws what an earlier one threw; nothing is stored after that.
  func take(_ work: Work) throws {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while waiting.count >= Self.most, failure == nil { pthread_cond_wait(changed, mutex) }
    if let failure { throw failure }
    waiting.append(work)
    pthread_cond_broadcast(changed)
  }

  /// Waits until everything is stored and the thread is gone. Throws what a piece of work threw.
  func finish() throws {
    pthread_mutex_lock(mutex)
    isOver = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
    pthread_join(thread, nil)
    if let failure { throw failure }
  }

  private func run() {
    while let work = next() {
      do { try store(work) } catch {
        pthread_mutex_lock(mutex)
        (failure, waiting) = (error, [])
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
        return
      }
    }
  }

  private func next() -> Work? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while waiting.isEmpty, !isOver { pthread_cond_wait(changed, mutex) }
    guard !waiting.isEmpty else { return nil }
    defer { pthread_cond_broadcast(changed) }
    return waiting.removeFirst()
  }
}
