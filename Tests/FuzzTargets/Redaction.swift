import KubelogParse
import KubelogScan

private let digest = KeyedDigest(key: (1, 2))
/// A token's secret half and a key that no input is expected to hold.
private let half = Array("4sfwioowappz2qre".utf8)
private let key = Array("5ebc07bdc2a56fd8db97b91dafc9ef6b46ccc1b2526d3863007cd29f388c37ef".utf8)

/// What must hold of redacting any bytes:
///
/// - in any pieces the result is the same. That of the result again need not be: a mask may stand where a value stood that
///   told what its neighbours are;
/// - no secret that the reader finds is left, nor one that is put between any two lines;
/// - the same for the names of hosts, but for the secrets.
func checkRedaction(_ input: [UInt8], _ reader: ParserOracle) throws {
  var random = Random(input)
  let whole = redacted(input, [0..<input.count])
  guard redacted(input, random.cuts(of: input.count)) == whole else { throw Violation("redacted otherwise in pieces") }
  for secret in reader.secrets(input) where count(secret, in: whole) > 0 {
    // A key is known by what stands before it alone: it may stand at another place that does not tell.
    if secret.kind == .certificateKey, count(secret, in: input) > 1 { continue }
    throw Violation("'\(secret.value)' is left")
  }
  try checkPlanted(input, &random)
  let hosts = masked(whole, [0..<whole.count])
  guard masked(whole, random.cuts(of: whole.count)) == hosts else {
    throw Violation("hosts masked otherwise in pieces")
  }
}

private func checkPlanted(_ input: [UInt8], _ random: inout Random) throws {
  guard input.span.first(half, in: 0..<input.count) == nil, input.span.first(key, in: 0..<input.count) == nil else {
    return
  }
  let ends = [0] + input.indices.filter { input[$0] == 0x0A }.map { $0 + 1 }
  let place = ends[random.next(ends.count)]
  let command =
    Array("kubeadm join lb:6443 --token m4449q.".utf8) + half + Array(" --control-plane --certificate-key ".utf8) + key
  let text = Array(input[..<place]) + command + [0x0A] + Array(input[place...])
  let out = redacted(text, random.cuts(of: text.count))
  for secret in [half, key] where out.span.first(secret, in: 0..<out.count) != nil {
    throw Violation("'\(String(decoding: secret, as: UTF8.self))' is left where it was put at byte \(place)")
  }
}

private func redacted(_ text: [UInt8], _ cuts: [Range<Int>]) -> [UInt8] {
  var (redactor, out) = (Redactor(digest: digest), [UInt8]())
  for cut in cuts { redactor.feed(text.span.extracting(cut)) { out.append($0) } }
  redactor.finish { out.append($0) }
  return out
}

private func masked(_ text: [UInt8], _ cuts: [Range<Int>]) -> [UInt8] {
  var (masker, out) = (HostMasker(digest: digest), [UInt8]())
  for cut in cuts { masker.learn(text.span.extracting(cut)) }
  masker.finishLearning()
  for cut in cuts { masker.feed(text.span.extracting(cut)) { out.append($0) } }
  masker.finish { out.append($0) }
  return out
}
