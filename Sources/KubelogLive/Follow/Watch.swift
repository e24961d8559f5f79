internal import Glibc

/// Waits until something happens to files or to the names in folders, by inotify; where that is not to be had, by looking
/// again and again.
public final class Watch {
  /// A watch that was set.
  public struct Token: Hashable, Sendable { let number: Int32 }

  /// Why files are looked at again and again, nil where the kernel tells: a sentence's end.
  public private(set) var pollsBecause: String?

  private var descriptor: Int32
  /// Folders, by their watches.
  private var folders: Set<Int32> = []
  private var buffer = [UInt8](repeating: 0, count: 16 << 10)
  /// How often files are looked at where nobody tells of changes, milliseconds.
  private static let pause: Int32 = 50
  /// How often they are looked at although the kernel would tell, milliseconds: what another machine writes it does not.
  private static let longestPause: Int32 = 2_000

  /// A watch over nothing.
  public init() {
    descriptor = inotify_init1(Int32(O_CLOEXEC | O_NONBLOCK))
    if descriptor < 0 { pollsBecause = "the kernel gives no inotify (\(String(cString: strerror(errno))))" }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Watches what is written to the file behind an open `file`; nil where that cannot be.
  func watch(file: Int32) -> Token? {
    add("/proc/self/fd/\(file)", UInt32(IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF), mayBeMissing: true)
  }

  /// Watches the names in `folder`; nil where that cannot be, also since there is no such folder.
  @discardableResult
  public func watch(folder: String) -> Token? {
    let isRemote = Self.isRemote(folder)
    if isRemote, pollsBecause == nil { pollsBecause = "'\(folder)' is on a file system that others write to" }
    let token = add(
      folder, UInt32(IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE) | 0x0100_0000, mayBeMissing: true)
    if let token { folders.insert(token.number) } else if !isRemote, access(folder, F_OK) != 0 { hasMissing = true }
    return token
  }

  /// Whether a folder to watch was not there, so that only looking tells when it is.
  private var hasMissing = false

  /// Ends a watch.
  func end(_ token: Token) {
    inotify_rm_watch(descriptor, token.number)
    folders.remove(token.number)
  }

  private func add(_ path: String, _ mask: UInt32, mayBeMissing: Bool) -> Token? {
    guard descriptor >= 0 else { return nil }
    let number = inotify_add_watch(descriptor, path, mask)
    if number >= 0 { return Token(number: number) }
    if errno == ENOSPC, pollsBecause == nil {
      pollsBecause = "the limit of inotify watches is reached (sysctl fs.inotify.max_user_watches)"
    } else if errno != ENOENT, errno != ENOTDIR, pollsBecause == nil {
      pollsBecause = "'\(path)' cannot be watched (\(String(cString: strerror(errno))))"
    }
    return nil
  }

  /// What ended a wait.
  public struct Change: Sendable {
    /// Whether names in a watched folder may have changed.
    public var isOfNames = false
  }

  /// Waits for a change, for the first signal that ``StopSignals`` notes, or `milliseconds`; -1 for as long as it takes.
  public func wait(milliseconds: Int32) -> Change {
    var longest = pollsBecause != nil || hasMissing ? Self.pause : Self.longestPause
    if milliseconds >= 0 { longest = min(longest, milliseconds) }
    var polls = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
    ]
    // What is negative is left alone by poll.
    let ready = poll(&polls, 2, longest)
    var change = Change()
    change.isOfNames = ready == 0 && longest != milliseconds
    guard ready > 0, polls[0].revents != 0 else { return change }
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return change }
      buffer.withUnsafeBytes { bytes in
        var place = 0
        while place + 16 <= count {
          let number = bytes.loadUnaligned(fromByteOffset: place, as: Int32.self)
          let mask = bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
          if folders.contains(number) || mask & UInt32(IN_Q_OVERFLOW | IN_MOVE_SELF) != 0 { change.isOfNames = true }
          place += 16 + Int(bytes.loadUnaligned(fromByteOffset: place + 12, as: UInt32.self))
        }
      }
    }
  }

  /// Whether other machines may write there without this kernel's knowing: by the types of file systems in
  /// `/proc/self/mountinfo`, proc_pid_mountinfo(5).
  private static func isRemote(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, let mounts = try? TextFiles.text("/proc/self/mountinfo") else { return false }
    let (number, low, high) = (UInt64(status.st_dev), UInt64(0xFF), UInt64(0xFFF))
    let device = "\(number >> 8 & high | number >> 32 & ~high):\(number & low | number >> 12 & ~low)"
    for mount in mounts.split(separator: "\n") {
      let words = mount.split(separator: " ")
      guard words.count > 2, words[2] == device, let dash = words.firstIndex(of: "-"), dash + 1 < words.count else {
        continue
      }
      let type = words[dash + 1]
      return type.hasPrefix("fuse") || ["nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "afs"].contains(type)
    }
    return false
  }
}
