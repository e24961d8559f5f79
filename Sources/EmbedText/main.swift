// Writes one Swift file that holds the given text files as bytes: `EmbedText OUTPUT NAME INPUT…`;
// or what `--version` says: `EmbedText OUTPUT --commit ROOT`.
// What kubelog needs at run time travels inside its one binary (queries, rule packs).

import FoundationEssentials
import Glibc

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
  print("usage: EmbedText OUTPUT NAME INPUT...")
  exit(64)
}

/// A raw string literal with enough `#` that nothing inside `text` can end it.
func literal(_ text: String) -> String {
  var hashes = "#"
  while text.contains("\"\"\"" + hashes) || text.contains("\\" + hashes) { hashes += "#" }
  return "\(hashes)\"\"\"\n\(text)\n\"\"\"\(hashes)"
}

/// The commit that HEAD names in the checkout at `root`, 12 digits; nil where there is none.
func commit(_ root: String) -> String? {
  let read = { (name: String) in try? String(contentsOfFile: "\(root)/.git/\(name)", encoding: .utf8) }
  guard let head = read("HEAD")?.split(separator: "\n").first else { return nil }
  guard head.hasPrefix("ref: ") else { return String(head.prefix(12)) }
  let name = String(head.dropFirst(5))
  if let value = read(name) { return String(value.prefix(12)) }
  let packed = read("packed-refs")?.split(separator: "\n").first { $0.hasSuffix(" " + name) }
  return packed.map { String($0.prefix(12)) }
}

if arguments[2] == "--commit", arguments.count == 4 {
  let text = """
    /// What `--version` prints.
    enum Version {
      static let number = "0.1.0"
      static let commit = "\(commit(arguments[3]) ?? "unknown commit")"
    }

    """
  try text.write(toFile: arguments[1], atomically: true, encoding: .utf8)
  exit(0)
}

var lines = ["enum \(arguments[2]) {", "  static let files: [(name: String, text: String)] = ["]
for path in arguments.dropFirst(3).sorted() {
  let url = URL(fileURLWithPath: path)
  let text = try String(contentsOf: url, encoding: .utf8)
  let name = url.deletingPathExtension().lastPathComponent
  lines.append("(name: \"\(name)\", text: \(literal(text))),")
}
lines += ["  ]", "}", ""]
try lines.joined(separator: "\n").write(
  toFile: arguments[1], atomically: true, encoding: .utf8)
