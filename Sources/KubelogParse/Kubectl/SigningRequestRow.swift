internal import KubelogScan

/// One row of `kubectl get csr`: who asks for which certificate, and what became of it.
///
/// Format: kubernetes `pkg/printers/internalversion/printers.go` printCertificateSigningRequest: `NAME AGE REQUESTOR
/// CONDITION`, since 1.18 with `SIGNERNAME` before the requestor, since 1.22 with `REQUESTEDDURATION` behind it.
///
///     csr-pxr9w   7m20s   kubernetes.io/kube-apiserver-client-kubelet   system:bootstrap:m4449q   <none>   Approved,Issued
///     csr-8z5z5   12m     system:node:w1   Pending
struct SigningRequestRow {
  var name: Range<Int>
  var signer: Range<Int>?
  var requestor: Range<Int>
  /// Words such as `Approved,Issued`.
  var condition: Range<Int>

  init?(_ line: Bytes, _ range: Range<Int>) {
    // Cheap refusal first: kubelets and tokens ask as somebody of `system:`.
    guard (line.first(" system:", in: range) ?? line.first("\tsystem:", in: range)) != nil else { return nil }
    var cells = Cells(line, range)
    guard let name = cells.next(line), NodeRow.isName(line, name), let age = cells.next(line), Age(line, age) != nil,
      var requestor = cells.next(line)
    else { return nil }
    if !line.has("system:", at: requestor.lowerBound) {
      guard line.first(0x2F, in: requestor) != nil, line.first(0x2E, in: requestor) != nil, let next = cells.next(line),
        line.has("system:", at: next.lowerBound)
      else { return nil }
      signer = requestor
      requestor = next
    }
    guard var condition = cells.next(line) else { return nil }
    if let next = cells.next(line) {
      // What lies between is the duration asked for.
      guard line.text(condition) == "<none>" || Age(line, condition) != nil else { return nil }
      condition = next
    }
    guard cells.next(line) == nil, SigningRequestRow.isCondition(line, condition) else { return nil }
    (self.name, self.requestor, self.condition) = (name, requestor, condition)
  }

  private static func isCondition(_ line: Bytes, _ cell: Range<Int>) -> Bool {
    line.text(cell).split(separator: ",", omittingEmptySubsequences: false).allSatisfy {
      ["Pending", "Approved", "Denied", "Issued", "Failed"].contains($0)
    }
  }

  /// The sighting of the request.
  func event(_ line: Bytes, _ body: Range<Int>, _ record: Record, _ run: inout AnswerRun, _ out: Output) -> Event {
    let (name, condition) = (line.text(self.name), line.text(self.condition))
    let node =
      line.has("system:node:", at: requestor.lowerBound)
      ? line.text(requestor.lowerBound + 12..<requestor.upperBound) : nil
    var attributes = [Attribute("name", .text(name))]
    if let signer { attributes.append(Attribute("signer", .text(line.text(signer)))) }
    attributes.append(Attribute("requestor", .text(line.text(requestor))))
    attributes.append(Attribute("condition", .text(condition)))
    let isRefused = (line.first("Denied", in: self.condition) ?? line.first("Failed", in: self.condition)) != nil
    return Event(
      identity: run.identity("csr.observed", line, body, record, out), time: record.time ?? out.clock.unstamped,
      kind: "csr.observed", severity: isRefused ? .warning : .info, node: node,
      message: "certificate request \(name) is \(condition)", attributes: attributes, position: out.position,
      secrets: [], observation: nil, isTentative: !out.isWhole)
  }
}
