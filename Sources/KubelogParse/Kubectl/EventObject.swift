/// The longest message of an object that is kept, in bytes.
private let longestMessage = 1000

/// What an `Event` object about a node says (`kubectl get events -o json`).
///
/// core/v1: `{"kind":"Event","involvedObject":{"kind":"Node","name":"w2"},"reason":"NodeReady","count":1,
/// "lastTimestamp":"2026-11-23T14:42:46Z",…}`; events.k8s.io/v1 names the same `regarding`, `note`,
/// `deprecatedCount`, `series`. Events about other objects yield nothing.
func eventObject(_ object: Document, at place: ObjectPlace) -> [Event] {
  let kind = "kubernetes.event"
  guard let about = object["involvedObject"] ?? object["regarding"], about["kind"]?.text == "Node",
    let node = about["name"]?.words, let reason = object["reason"]?.words,
    let time = eventTime(object), let moment = time.microseconds
  else { return [] }
  let said = Array((object["message"] ?? object["note"])?.text?.utf8 ?? "".utf8)
  let message = Masker.text(said.span, 0..<said.count, keysAnywhere: false, limit: longestMessage)
  let count = object["series"]?["count"]?.integer ?? object["count"]?.integer ?? object["deprecatedCount"]?.integer ?? 1
  var attributes = [Attribute("reason", .text(reason))]
  if let type = object["type"]?.words { attributes.append(Attribute("type", .text(type))) }
  attributes.append(Attribute("object", .text("node/\(node)")))
  if !message.isEmpty { attributes.append(Attribute("message", .text(message))) }
  attributes.append(Attribute("count", .integer(count)))
  let component =
    object["source"]?["component"]?.words ?? object["deprecatedSource"]?["component"]?.words
    ?? (object["reportingComponent"] ?? object["reportingController"])?.words
  if let component { attributes.append(Attribute("component", .text(component))) }
  let observation = NodeObservation(node: node, event: reason, observer: .event)
  let isBad = object["type"]?.text == "Warning" || reason == "NodeNotReady"
  // The name and how often it happened: as the wide rows of `kubectl get events` tell it.
  let part = object["metadata"]?["name"]?.words
  return [
    place.event(
      kind, place.dated(kind, part ?? "\(node) \(reason) \(message)", part == nil ? moment : Int64(count)), time: time,
      severity: isBad ? .warning : .info, node: node, message: message.isEmpty ? reason : message,
      attributes: attributes, observation: observation)
  ]
}

/// When it happened last.
private func eventTime(_ object: Document) -> EventTime? {
  let stamps = [
    object["series"]?["lastObservedTime"], object["lastTimestamp"], object["deprecatedLastTimestamp"],
    object["eventTime"], object["firstTimestamp"], object["metadata"]?["creationTimestamp"],
  ]
  return stamps.lazy.compactMap { $0?.stampedTime }.first
}
