internal import KubelogScan

/// An error of kubectl's that tells something about the cluster: nobody answers, or refuses who asks.
///
/// Format: kubectl `pkg/cmd/util/helpers.go` StandardErrorMessage. Errors about one object (`NotFound`) are none of these.
struct KubectlError {
  var reason: Reason

  /// The attribute `reason`.
  enum Reason: String {
    case refused = "connection-refused"
    case unreachable = "unable-to-connect"
    case certificate = "x509"
    case unauthorized
    case server = "server-error"
  }

  init?(_ line: Bytes, _ range: Range<Int>) {
    let start = range.lowerBound
    switch line[start] {
    case 0x54 where line.has("The connection to the server ", at: start):
      guard line.first(" was refused", in: range) != nil else { return nil }
      reason = .refused
    case 0x55 where line.has("Unable to connect to the server: ", at: start):
      reason = line.first("x509: ", in: range) == nil ? .unreachable : .certificate
    case 0x65 where line.has("error: You must be logged in to the server", at: start): reason = .unauthorized
    case 0x45 where line.has("Error from server", at: start):
      guard let colon = line.first(0x3A, in: range), KubectlError.isServers(line, start + 17..<colon, range) else {
        return nil
      }
      reason = .server
    default: return nil
    }
  }

  /// Whether the API server itself is in trouble: `(ServiceUnavailable)`, or etcd speaks.
  private static func isServers(_ line: Bytes, _ middle: Range<Int>, _ range: Range<Int>) -> Bool {
    if middle.isEmpty {
      return (line.first(": etcdserver: ", in: range) ?? line.first(": rpc error: ", in: range)) != nil
    }
    return [" (ServiceUnavailable)", " (InternalError)", " (Timeout)", " (ServerTimeout)", " (TooManyRequests)"]
      .contains(line.text(middle))
  }

  /// The event of the error.
  func event(_ line: Bytes, _ body: Range<Int>, _ record: Record, _ run: inout AnswerRun, _ out: Output) -> Event {
    let message = Masker.text(line, body, keysAnywhere: true, limit: 1000)
    return Event(
      identity: run.identity("kubectl.error", line, body, record, out), time: record.time ?? out.clock.unstamped,
      kind: "kubectl.error", severity: .error, node: nil, message: message,
      attributes: [Attribute("reason", .text(reason.rawValue)), Attribute("message", .text(message))],
      position: out.position, secrets: [], observation: nil, isTentative: !out.isWhole)
  }
}
