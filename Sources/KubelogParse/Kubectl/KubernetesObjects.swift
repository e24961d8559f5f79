internal import KubelogScan

/// Where and when an object was printed: what its events take from there.
struct ObjectPlace {
  /// When the line was printed, as far as that is known.
  var time: EventTime
  /// The same where a stamp says so; nil for lines known only by their run.
  var moment: Int64?
  /// The run the line belongs to.
  var run: Run?
  /// Where the object begins.
  var position: LinePosition
  /// `--node`.
  var givenNode: String?
  /// Whether the input may have been cut in it.
  var isTentative = false

  /// The identity of what was seen here; `part` tells objects of one line apart.
  func identity(_ kind: String, _ part: String) -> Identity {
    if moment == nil, let run { return run.identity(kind, part) }
    return dated(kind, part, moment ?? 0)
  }

  /// The identity of what carries its own time, whoever prints it and however often.
  func dated(_ kind: String, _ part: String, _ moment: Int64) -> Identity {
    var digester = Digester()
    digester.add(kind)
    digester.add(part)
    digester.add(moment)
    return .dated(digester.digest())
  }

  /// An event at this place.
  func event(
    _ kind: String, _ identity: Identity, time: EventTime? = nil, severity: Severity = .info, node: String?,
    message: String, attributes: [Attribute], secrets: [SecretSighting] = [], observation: NodeObservation? = nil
  ) -> Event {
    Event(
      identity: identity, time: time ?? self.time, kind: kind, severity: severity, node: node, message: message,
      attributes: attributes, position: position, secrets: secrets, observation: observation, isTentative: isTentative)
  }
}

/// Makes events of the objects that kubectl and kubeadm print as JSON and YAML.
///
/// Only what a cluster answered: a manifest, which has no `uid`, `resourceVersion` or `creationTimestamp`, says what
/// somebody wants. Other kinds of objects yield nothing.
struct KubernetesObjects {
  /// The nodes that were printed one by one: a second time means that somebody is watching.
  private var seen: Set<String> = []
  /// What kubeadm's configuration documents said, with whether the last one's file goes on.
  private(set) var configuration: Configuration?
  private var configurationGoesOn = false
  /// The most nodes that are remembered: Kubernetes itself is made for half as many.
  static let mostSeen = 10_000

  /// What a watch says about an object.
  enum Change: String, CaseIterable {
    case added = "ADDED"
    case modified = "MODIFIED"
    case deleted = "DELETED"
    case bookmark = "BOOKMARK"
    case error = "ERROR"

    /// The word as it stands in the text.
    var literal: StaticString {
      switch self {
      case .added: "ADDED"
      case .modified: "MODIFIED"
      case .deleted: "DELETED"
      case .bookmark: "BOOKMARK"
      case .error: "ERROR"
      }
    }
  }

  /// Something else began: what follows is another answer.
  mutating func forget() { seen = [] }

  /// Reads one document, or one element (`isItem`) of a list whose own members are `list`.
  ///
  /// Where `isWhole` is false its end is missing: then only what could not be otherwise is told.
  mutating func read(
    _ document: Document, isItem: Bool, isWhole: Bool, list: Document?, at place: ObjectPlace,
    into events: inout [Event]
  ) {
    // An element of a YAML list comes with its dash.
    if case .list(let elements) = document {
      for element in elements { read(element, isItem: isItem, isWhole: isWhole, list: list, at: place, into: &events) }
      return
    }
    if let object = document["object"], let change = document["type"]?.text.flatMap({ Change(rawValue: $0) }) {
      // `{"type":"ADDED","object":{…}}`, metav1.WatchEvent; a bookmark's object has a version and nothing else.
      guard change != .bookmark, change != .error else { return }
      readObject(object, nil, change: change, isItem: false, isWhole: isWhole, place, &events)
    } else {
      readObject(document, list, change: nil, isItem: isItem, isWhole: isWhole, place, &events)
    }
  }

  private mutating func readObject(
    _ object: Document, _ list: Document?, change: Change?, isItem: Bool, isWhole: Bool, _ place: ObjectPlace,
    _ events: inout [Event]
  ) {
    // The elements of an API list (`NodeList`) do not say themselves what they are.
    var kind = object["kind"]?.text
    if kind == nil, let listKind = list?["kind"]?.text, listKind.hasSuffix("List") {
      kind = String(listKind.dropLast(4))
    }
    guard let kind, let version = (object["apiVersion"] ?? list?["apiVersion"])?.text else { return }
    let group = version.split(separator: "/").first.map(String.init) ?? ""
    switch (kind, group) {
    case ("Node", "v1"):
      guard let node = NodeObject(object, isWhole: isWhole) else { return }
      if seen.count > Self.mostSeen { seen = [] }
      let isRepeated = !isItem && change == nil && !seen.insert(node.name).inserted
      events += node.events(change, isWatch: change != nil || isRepeated, at: place)
    case ("Event", "v1"), ("Event", "events.k8s.io"):
      if isWhole || ["Normal", "Warning"].contains(object["type"]?.text), change != .deleted {
        events += eventObject(object, at: place)
      }
    case ("CertificateSigningRequest", "certificates.k8s.io"):
      if isWhole || object["status"] != nil, change != .deleted { events += signingRequest(object, at: place) }
    case ("Secret", "v1"):
      if isClusterObject(object), change != .deleted { events += tokenSecret(object, at: place) }
    case ("BootstrapToken", "output.kubeadm.k8s.io"): events += listedToken(object, isWhole: isWhole, at: place)
    case ("CertificateExpirationInfo", "output.kubeadm.k8s.io"):
      events += listedCertificates(object, isWhole: isWhole, at: place)
    case ("ConfigMap", "v1"):
      for (kind, document) in Configuration.documents(inConfigMap: object) {
        configurationGoesOn = false
        takeConfiguration(document, kind, place, &events)
      }
    case (_, "kubeadm.k8s.io"):
      takeConfiguration(object, kind, place, &events)
      // Another document of the file follows `---`.
      configurationGoesOn = isWhole
    default: break
    }
  }

  private mutating func takeConfiguration(
    _ object: Document, _ kind: String, _ place: ObjectPlace, _ events: inout [Event]
  ) {
    guard let read = Configuration(object, kind: kind) else { return }
    events.append(read.event(kind: kind, at: place))
    if configuration == nil { configuration = read } else { configuration?.take(read, ofSameFile: configurationGoesOn) }
  }
}

/// Whether a cluster answered with this object.
func isClusterObject(_ object: Document) -> Bool {
  guard let metadata = object["metadata"] else { return false }
  return ["uid", "resourceVersion", "creationTimestamp"].contains { metadata[$0]?.words != nil }
}

extension Document {
  /// The moment that a text in RFC 3339 names, microseconds since 1970 UTC; nil where it is none or lacks its zone.
  var moment: Int64? {
    guard let text = words else { return nil }
    let bytes = Array(text.utf8)
    guard let stamp = bytes.span.isoStamp(at: 0), stamp.end == bytes.count, let zone = stamp.zoneSeconds else {
      return nil
    }
    return stamp.civil.microsecondsAsUTC - Int64(zone) * 1_000_000
  }

  /// The time of a stamp in a Kubernetes object: a `Time` is cut to seconds, a `MicroTime` is not.
  var stampedTime: EventTime? {
    guard let moment else { return nil }
    let isFine = words?.utf8.contains(0x2E) == true
    return EventTime(moment, .stamped, uncertainty: isFine ? 0 : 1_000_000)
  }
}
