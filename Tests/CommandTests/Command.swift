import FoundationEssentials
import Glibc

/// Runs the built program as a user would, and keeps what it said.
struct Command {
  /// What a run left behind.
  struct Outcome {
    var status: Int32
    var output: String
    var error: String
  }

  /// A folder of this command's own, with the store in it.
  let folder: String

  init() throws {
    var template = Array("/tmp/kubelog-command-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The store's path.
  var store: String { "\(folder)/state/kubelog.db" }

  /// The program beside the test bundle.
  static let program: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let beside = path.split(separator: "/").dropLast().joined(separator: "/")
    for place in ["/" + beside, "/" + beside.split(separator: "/").dropLast().joined(separator: "/")]
    where access(place + "/kubelog", X_OK) == 0 { return place + "/kubelog" }
    // `swift test` may run the tests in a helper of the toolchain: the bundle's path is among its arguments.
    let bundle = CommandLine.arguments.first { $0.contains("kubelogPackageTests") } ?? ""
    let parts = bundle.components(before: "/kubelogPackageTests")
    return parts + "/kubelog"
  }()

  /// `Fixtures/` of the project.
  static let fixtures = String(#filePath.split(separator: "/Tests/CommandTests/")[0]) + "/Fixtures"

  /// Runs the program through `sh` with `arguments` as shell words, `input` piped in, in a known environment.
  func run(_ arguments: String, before: String = "", environment: String = "") throws -> Outcome {
    try run(script: "\(before) '\(Self.program)' \(arguments) >out 2>err", environment: environment)
  }

  /// Runs a script of the shell in the same environment; what it writes to `out` and `err` in the folder is what was said.
  func run(script: String, environment: String = "") throws -> Outcome {
    try end(begin(script: script, environment: environment))
  }

  /// Begins what ``run(script:environment:)`` does, and gives the shell's process for ``end(_:)``.
  func begin(script: String, environment: String = "") throws -> pid_t {
    let script = """
      cd '\(folder)' && umask 022
      unset NO_COLOR XDG_STATE_HOME; export XDG_CONFIG_HOME='\(folder)/config'
      export KUBELOG_DB='\(store)' KUBELOG_NOW=2026-11-23T14:50:00Z TZ=UTC \(environment)
      \(script)
      """
    return try spawn(["/bin/sh", "-c", script])
  }

  /// Waits for a shell, and gives what was said by then.
  func end(_ process: pid_t) -> Outcome {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    status = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    let text = { (name: String) in
      FileManager.default.contents(atPath: "\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    return Outcome(status: status, output: text("out"), error: text("err"))
  }

  /// Removes the folder.
  func clean() { try? FileManager.default.removeItem(atPath: folder) }

  private func spawn(_ words: [String]) throws -> pid_t {
    var arguments = words.map { strdup($0) } + [nil]
    defer { for word in arguments { free(word) } }
    var process: pid_t = 0
    // The test's own thread may hold back signals that a shell waits for.
    var (attributes, none) = (posix_spawnattr_t(), sigset_t())
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    guard posix_spawn(&process, words[0], nil, &attributes, &arguments, environ) == 0 else {
      throw CocoaError(.executableNotLoadable)
    }
    return process
  }
}

extension String {
  /// What stands before `mark`, "" where it is not there.
  fileprivate func components(before mark: String) -> String {
    firstRange(of: mark).map { String(self[..<$0.lowerBound]) } ?? ""
  }
}
