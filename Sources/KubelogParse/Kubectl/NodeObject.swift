/// A `Node` object (core/v1) as `kubectl get nodes -o json|yaml|kyaml` and watches print it.
struct NodeObject {
  /// Its name.
  let name: String
  private let object: Document
  private let ready: Document?
  private let isWhole: Bool

  /// `{"apiVersion":"v1","kind":"Node","metadata":{"name":"cp1",…},"spec":{…},"status":{"conditions":[…],…}}`
  ///
  /// Nil where a cluster did not answer with it. Without its end nor where its readiness is
  /// not there.
  init?(_ object: Document, isWhole: Bool) {
    guard let name = object["metadata"]?["name"]?.words, isClusterObject(object) else { return nil }
    self.name = name
    self.object = object
    self.isWhole = isWhole
    ready = object["status"]?["conditions"]?.elements.last { $0["type"]?.text == "Ready" }
    // The name itself may be what was cut; what stands before the readiness was not.
    guard isWhole || ready?["status"]?.words != nil else { return nil }
  }

  /// The status as `kubectl get nodes` prints it (pkg/printers/internalversion, printNode).
  private var status: String {
    switch ready?["status"]?.text {
    case "True": "Ready"
    case nil: "Unknown"
    default: "NotReady"
    }
  }

  /// What the object says: that the node was seen, when it was made, when its readiness changed, that it is gone.
  func events(_ change: KubernetesObjects.Change?, isWatch: Bool, at place: ObjectPlace) -> [Event] {
    var events: [Event] = []
    if let created = created(place) { events.append(created) }
    events += conditions(place)
    if let removed = removed(change, place) {
      events.append(removed)
    } else if object["status"] != nil {
      events.append(seen(change, isWatch, place))
    }
    return events
  }

  private func created(_ place: ObjectPlace) -> Event? {
    let kind = "node.created"
    guard let time = object["metadata"]?["creationTimestamp"]?.stampedTime, let moment = time.microseconds else {
      return nil
    }
    return place.event(
      kind, place.dated(kind, name, moment), time: time, node: name, message: "\(name) was added to the cluster",
      attributes: [])
  }

  /// `lastTransitionTime` moves only with the condition's status, never with its reason.
  private func conditions(_ place: ObjectPlace) -> [Event] {
    var all = object["status"]?["conditions"]?.elements ?? []
    // The end of the last one may be what was cut.
    if !isWhole, all.last?["type"]?.text != "Ready" || all.last?["reason"] == nil { all = Array(all.dropLast()) }
    return all.compactMap { condition in
      guard let type = condition["type"]?.words, let status = condition["status"]?.words,
        let transition = condition["lastTransitionTime"]?.moment
      else { return nil }
      let message = Masker.text(condition["message"]?.text ?? "", keysAnywhere: false)
      return NodeCondition(
        node: name, type: type, status: status, reason: condition["reason"]?.text ?? "", message: message,
        transition: transition, heartbeat: condition["lastHeartbeatTime"]?.moment
      ).event(at: place.position, isWhole: !place.isTentative)
    }
  }

  private func removed(_ change: KubernetesObjects.Change?, _ place: ObjectPlace) -> Event? {
    let kind = "node.removed"
    let stamp = object["metadata"]?["deletionTimestamp"]?.stampedTime
    guard change == .deleted || stamp != nil else { return nil }
    let identity = stamp?.microseconds.map { place.dated(kind, name, $0) } ?? place.identity(kind, part)
    return place.event(
      kind, identity, time: stamp, severity: .warning, node: name, message: "\(name) was removed from the cluster",
      attributes: change.map { [Attribute("change", .text($0.rawValue))] } ?? [])
  }

  private func seen(_ change: KubernetesObjects.Change?, _ isWatch: Bool, _ place: ObjectPlace) -> Event {
    let kind = "node.observed"
    let schedulable = object["spec"]?["unschedulable"]?.bool != true
    let observation = NodeObservation(
      node: name, status: status, schedulable: schedulable, observer: isWatch ? .watch : .snapshot,
      reason: ready?["reason"]?.words, age: nil, details: details, roles: roles)
    var attributes = [
      Attribute("status", .text(status)), Attribute("schedulable", .boolean(schedulable)),
      Attribute("roles", .list(roles)),
    ]
    if let change { attributes.append(Attribute("change", .text(change.rawValue))) }
    attributes += details
    return place.event(
      kind, place.identity(kind, part), severity: status == "Ready" ? .info : .warning, node: name,
      message: "\(name) is \(schedulable ? status : "\(status), no pods scheduled")", attributes: attributes,
      observation: observation)
  }

  /// What tells this state of the object from others that stand on the same line.
  private var part: String {
    let metadata = object["metadata"]
    return "\(name) \(metadata?["uid"]?.text ?? "") \(metadata?["resourceVersion"]?.text ?? "")"
  }

  /// The roles as printNode finds them: the ends of `node-role.kubernetes.io/…` and the value of `kubernetes.io/role`.
  private var roles: [String] {
    let prefix = "node-role.kubernetes.io/"
    let found = (object["metadata"]?["labels"]?.members ?? []).compactMap { label -> String? in
      if label.name.hasPrefix(prefix) { return String(label.name.dropFirst(prefix.count)) }
      return label.name == "kubernetes.io/role" ? label.value.text : nil
    }
    return Set(found.filter { !$0.isEmpty }).sorted()
  }

  private var details: [Attribute] {
    let info = object["status"]?["nodeInfo"]
    func address(_ type: String) -> String? {
      object["status"]?["addresses"]?.elements.first { $0["type"]?.text == type }?["address"]?.words
    }
    let known: [(String, String?)] = [
      ("version", info?["kubeletVersion"]?.words), ("internal_ip", address("InternalIP")),
      ("external_ip", address("ExternalIP")), ("os_image", info?["osImage"]?.words),
      ("kernel_version", info?["kernelVersion"]?.words),
      ("container_runtime", info?["containerRuntimeVersion"]?.words),
    ]
    return known.compactMap { name, value in value.map { .detail(name, $0) } }
  }
}
