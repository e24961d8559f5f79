/// The name that kubeadm since 1.9 gives the check behind a message: 1.8 printed the message alone.
///
/// `[preflight] WARNING: firewalld is active, please ensure ports [6443 10250] are open or …`
///
/// Format: kubernetes `cmd/kubeadm/app/preflight/checks.go` of 1.8 for the messages, of 1.9 for the names.
enum PreflightText {
  /// Nil where the words do not say surely which check it is.
  static func check(_ text: String) -> String? {
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first else { return nil }
    if text.hasPrefix("firewalld is active") { return "Firewalld" }
    if text.lowercased().hasPrefix("running with swap on is not supported") { return "Swap" }
    if text.hasPrefix("hostname \"") || text.hasPrefix("hostname could not") { return "Hostname" }
    if text.hasPrefix("docker version is greater than the most recently validated") { return "SystemVerification" }
    if text.hasPrefix("user is not running as root") { return "IsPrivilegedUser" }
    if text.hasPrefix("Connection to \"") || text.hasPrefix("connection to \""), text.contains("uses proxy") {
      return "HTTPProxy"
    }
    if text.hasPrefix("Port "), text.hasSuffix(" is in use"), words.count == 5, Int(words[1]) != nil {
      return "Port-\(words[1])"
    }
    if words.count > 4, words[1] == "service", words[2] == "is", words[3] == "not" || words[3] == "not," {
      return "Service-\(first.prefix(1).uppercased())\(first.dropFirst())"
    }
    if text.hasSuffix(" not found in system path"), words.count == 6 { return "FileExisting-\(first)" }
    guard first.hasPrefix("/"), !first.contains(":") else { return nil }
    let place = first.replacing("/", with: "-")
    if text == "\(first) is not empty" { return "DirAvailable-\(place)" }
    if text == "\(first) already exists" { return "FileAvailable-\(place)" }
    if text.hasPrefix("\(first) contents are not set to ") { return "FileContent-\(place)" }
    return nil
  }
}
