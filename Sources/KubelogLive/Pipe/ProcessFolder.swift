internal import Glibc

/// Reads in `/proc` who may write into a pipe.
///
/// Whoever can do that inherited the pipe, so only the processes of the reader's own session are looked at, from the
/// session's leader down, and those of the session around that (sudo gives its command one of its own). So the cost does
/// not depend on how many processes the machine has. Where `/proc` is missing, or a kernel without
/// `/proc/PID/task/TID/children`, nobody is found.
struct ProcessFolder {
  /// The most processes that are looked at.
  private static let mostProcesses = 256
  /// The most descriptors of one process that are looked at; the first ones are those that matter.
  private static let mostDescriptors = 64
  /// The longest command line that is read, and the longest list of a process's children, bytes.
  private static let longestCommand = 64 << 10
  /// How many sessions around each other are looked at.
  private static let mostSessions = 3

  private var seen: Set<Int> = []
  private var processes: [PipeProcess] = []

  /// The inode of the pipe that `descriptor` reads; nil for everything else, named pipes included.
  static func pipe(_ descriptor: Int32) -> Int? {
    guard case .pipe(let inode, _)? = link("/proc/self/fd/\(descriptor)").flatMap({ end($0, at: "") }) else {
      return nil
    }
    return inode
  }

  /// What is seen around `pipe`, which the process `own` reads; nil without `/proc`.
  static func scene(of pipe: Int, readBy own: Int) -> PipeScene? {
    guard let stat = Stat(own) else { return nil }
    var folder = ProcessFolder()
    folder.seen.insert(own)
    var scene = PipeScene(
      pipe: pipe, reader: PipeProcess(id: own, parent: stat.parent, group: stat.group, words: []), processes: [])
    var top = stat
    for _ in 0..<mostSessions {
      while top.parent > 0, top.id != top.session, let parent = Stat(top.parent), parent.session == top.session {
        top = parent
      }
      folder.collect(from: top)
      scene.processes = folder.processes
      scene.isWhole = folder.processes.count < mostProcesses
      if scene.hasWriter { break }
      guard top.parent > 0, let parent = Stat(top.parent) else { break }
      top = parent
    }
    return scene
  }

  /// The process and all below it.
  private mutating func collect(from top: Stat) {
    var waiting = [top.id]
    while let id = waiting.popLast(), processes.count < Self.mostProcesses {
      if seen.insert(id).inserted {
        guard let stat = id == top.id ? top : Stat(id) else { continue }
        let ends = Self.ends(of: id)
        // Only who writes into a pipe, or may do so, is asked for its words.
        let mayWrite = ends?.values.contains { if case .pipe(_, true) = $0 { true } else { false } } ?? true
        processes.append(
          PipeProcess(
            id: id, parent: stat.parent, group: stat.group, words: mayWrite ? Self.words(of: id) : [], ends: ends))
      }
      for task in names(in: "/proc/\(id)/task", most: Self.mostDescriptors) {
        let children = text("/proc/\(id)/task/\(task)/children", most: Self.longestCommand)
        waiting += children.split(separator: 0x20).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
      }
    }
  }

  /// What `/proc/PID/stat` says of a process.
  private struct Stat {
    var id: Int
    var parent: Int
    var group: Int
    var session: Int

    /// `7 (a b) c) S 1 7 7 …`: the name in brackets may hold anything.
    init?(_ id: Int) {
      let bytes = text("/proc/\(id)/stat", most: 1024)
      guard let bracket = bytes.lastIndex(of: 0x29) else { return nil }
      let fields = bytes[(bracket + 1)...].split(separator: 0x20).dropFirst().prefix(3)
        .compactMap { Int(String(decoding: $0, as: UTF8.self)) }
      guard fields.count == 3 else { return nil }
      (self.id, parent, group, session) = (id, fields[0], fields[1], fields[2])
    }
  }

  private static func words(of id: Int) -> [String] {
    let bytes = text("/proc/\(id)/cmdline", most: longestCommand)
    guard bytes.count < longestCommand else { return [] }
    return bytes.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
      .dropLast()
  }

  private static func ends(of id: Int) -> [Int: PipeProcess.End]? {
    let folder = "/proc/\(id)/fd"
    guard access(folder, R_OK | X_OK) == 0 else { return nil }
    let links = names(in: folder, most: mostDescriptors).compactMap { name in
      Int(name).flatMap { descriptor in link("\(folder)/\(name)").map { (descriptor, $0) } }
    }
    guard links.contains(where: { $0.1.hasPrefix("pipe:") }) else { return [:] }
    return Dictionary(
      links.map { ($0.0, end($0.1, at: "\(folder)/\($0.0)")) }, uniquingKeysWith: { first, _ in first })
  }

  /// What a link in `/proc/PID/fd` says; the permissions of the link itself are those of the descriptor.
  private static func end(_ target: String, at path: String) -> PipeProcess.End {
    if target.hasPrefix("pipe:["), let inode = Int(target.dropFirst(6).dropLast()) {
      return .pipe(inode, writes: mayWrite(path))
    }
    var status = stat()
    guard target.hasPrefix("/"), !target.hasPrefix("/dev/"), stat(path, &status) == 0,
      status.st_mode & S_IFMT == S_IFREG,
      !mayWrite(path)
    else { return .other }
    return .file(target)
  }

  private static func mayWrite(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IWUSR != 0
  }

  private static func link(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 512)
    let count = readlink(path, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }
}

/// The beginning of a small file, empty where it cannot be read.
private func text(_ path: String, most: Int) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return [] }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 1024)
  while bytes.count < most {
    let count = piece.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { break }
    bytes += piece[..<count]
  }
  return bytes
}

private func names(in path: String, most: Int) -> [String] {
  guard let folder = opendir(path) else { return [] }
  defer { closedir(folder) }
  var names: [String] = []
  while names.count < most, let entry = readdir(folder) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    if !name.hasPrefix(".") { names.append(name) }
  }
  return names
}
