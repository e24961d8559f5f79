import FoundationEssentials
import Glibc
import KubelogStore
import Testing

extension Command {
  /// Runs a script that has the store locked by another program from when it makes the file `lock`, which then `isLocked` waits
  /// for, until it makes the file `free`.
  func runWhileLocked(script: String) throws -> Outcome {
    let words = "isLocked() { : >lock; n=0; until [ -e locked ] || [ $n -gt 600 ]; do n=$((n+1)); sleep 0.05; done; }\n"
    let process = try begin(script: words + script)
    func comes(_ name: String) -> Bool {
      for _ in 0..<6_000 {
        if access("\(folder)/\(name)", F_OK) == 0 { return true }
        usleep(20_000)
      }
      return false
    }
    #expect(comes("lock"))
    do {
      let holder = try Connection(path: store, access: .readWrite)
      try holder.execute("BEGIN IMMEDIATE")
      #expect(FileManager.default.createFile(atPath: "\(folder)/locked", contents: nil))
      #expect(comes("free"))
      try holder.execute("COMMIT")
    }
    return end(process)
  }
}
