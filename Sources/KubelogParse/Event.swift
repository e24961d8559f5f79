public import KubelogScan

/// How bad an event is. A klog line's own letter decides: I, W, then E and F.
public enum Severity: Int, Sendable, CaseIterable, Comparable {
  case info, warning, error

  /// The word in JSON and on the command line.
  public var name: String {
    switch self {
    case .info: "info"
    case .warning: "warning"
    case .error: "error"
    }
  }

  /// The least bad first.
  public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
}

/// A value of an event's attributes.
public enum AttributeValue: Sendable, Equatable {
  case text(String)
  case integer(Int)
  case number(Double)
  case boolean(Bool)
  case list([String])
}

/// A name and a value, in the order they were found.
public struct Attribute: Sendable, Equatable {
  /// The JSON key, `snake_case`.
  public var name: String
  /// The value.
  public var value: AttributeValue

  /// An attribute `name` of `value`.
  public init(_ name: String, _ value: AttributeValue) {
    self.name = name
    self.value = value
  }
}

/// What tells an event from all others, whoever reads it and however often.
public enum Identity: Sendable, Equatable {
  /// A dated record: known by its time, stream and text.
  case dated(Digest)
  /// A record without a time of its own: known by the lines of its run up to it. `run` numbers the runs of one input.
  case inRun(run: Int, Digest)
  /// One of many occurrences of the same thing; those of one minute are one row, told apart by microseconds within it.
  case occurrence(row: Digest, offset: Int)
}

/// One thing that happened, found in one or several records.
public struct Event: Sendable, Equatable {
  /// What makes it this event.
  public var identity: Identity
  /// When, and how sure that is.
  public var time: EventTime
  /// What happened, dotted and stable: `kubeadm.phase.started`.
  public var kind: String
  /// How bad it is.
  public var severity: Severity
  /// The node it is about, nil where nothing says.
  public var node: String?
  /// A sentence for people, without any secret.
  public var message: String
  /// What was found in it, without any secret.
  public var attributes: [Attribute] { didSet { written = Written() } }
  /// The attributes as JSON, where they were written so before.
  var written = Written()
  /// Where its (first) record stands.
  public var position: LinePosition
  /// The secrets it shows, values included: for the store to seal, never to print.
  public var secrets: [SecretSighting]
  /// What it says about a node's state, if anything.
  public var observation: NodeObservation?
  /// Whether the input may have been cut in it: it stands on a last line without line end, or nothing but the end of the
  /// input ended it. The whole input may say something else.
  public var isTentative = false
}

/// A text that was made before; it says nothing that the value does not say which it is made of.
struct Written: Sendable, Equatable {
  var text: String?

  static func == (left: Written, right: Written) -> Bool { true }
}

/// What lets somebody in, or expires.
public enum SecretKind: String, Sendable, CaseIterable {
  case bootstrapToken = "bootstrap-token"
  case certificateKey = "certificate-key"
  /// Has a name and a life, and no value that would be secret.
  case certificate
}

/// What an event tells about a secret it shows.
public enum SightingRole: String, Sendable {
  /// kubeadm made it in this session: its life starts here.
  case created
  /// kubeadm uploaded the certificates under it: its two hours start here.
  case uploaded
  /// Somebody asked what exists, and this does; with its expiry.
  case listed
  /// Made by a command that gives it to no cluster: `token generate`, `certs certificate-key`.
  case generated
  /// Given a new life: `certs renew`.
  case renewed
  /// Printed by a command that does not say whether it was made just now.
  case printed
  /// Typed into a command.
  case used
}

/// One place where a secret stands.
public struct SecretSighting: Sendable, Equatable {
  /// Token, key or certificate.
  public var kind: SecretKind
  /// The whole value, as kubeadm takes it; of a certificate `name@node`, which is no secret. Never printed or stored in
  /// the clear but by what asks for it.
  public var value: String
  /// What the place tells about it.
  public var role: SightingRole
  /// The life it was given, seconds from creation: nil for kubeadm's default, 0 for never ending.
  public var ttlSeconds: Int?
  /// Where it leads: `host:port` of the join command it stands in.
  public var endpoint: String?
  /// The CA pins of the join command it stands in, `sha256:…`.
  public var caHashes: [String] = []
  /// The expiry that the place states, microseconds since 1970 UTC; nil where it states none.
  public var expires: Int64?
  /// How much later than ``expires`` it may be, microseconds: the place prints whole seconds or minutes.
  public var expiresWithin: Int64 = 0
  /// What a token may be used for, empty for the TTL proxies of `kubeadm-certs`; nil where that is not said.
  public var usages: [String]?
  /// What a token's maker said about it.
  public var description: String?
}

/// A node's state as somebody saw it.
public struct NodeObservation: Sendable, Equatable {
  /// Who saw it: `observed_by` in JSON.
  public enum Observer: String, Sendable { case snapshot, watch, kubelet, event, condition }

  /// The node's name.
  public var node: String
  /// `Ready`, `NotReady`, `Unknown`; nil when only its existence was seen.
  public var status: String?
  /// Whether pods may be scheduled to it; nil when not seen.
  public var schedulable: Bool?
  /// Who saw it.
  public var observer: Observer
  /// Why, as far as it was said.
  public var reason: String?
  /// The age of the node object in seconds and the width of what that age may mean; nil when not printed.
  public var age: (seconds: Int, span: Int)?
  /// Further columns of the table by the name nodes have in JSON: `version`, `internal_ip` …
  public var details: [Attribute] = []
  /// The roles, nil when not seen.
  public var roles: [String]?

  /// Equal in all its parts.
  public static func == (left: NodeObservation, right: NodeObservation) -> Bool {
    left.node == right.node && left.status == right.status && left.schedulable == right.schedulable
      && left.observer == right.observer && left.reason == right.reason
      && left.age?.seconds == right.age?.seconds && left.age?.span == right.age?.span
      && left.details == right.details && left.roles == right.roles
  }
}

/// What is known of one run of a kubeadm command; grows line by line.
public struct SessionFacts: Sendable, Equatable {
  /// The runs of an input are numbered in the order they begin.
  public var run: Int
  /// Which command it is: `command` in JSON.
  public var command: Command = .unknown
  /// As typed, secrets masked; empty when not seen.
  public var arguments: [String] = []
  /// The node it ran on, from `--node`, the envelope or its own words.
  public var node: String?
  /// The version it installs or joins.
  public var kubernetesVersion: String?
  /// `host:port`, from the command line or the join commands.
  public var endpoint: String?
  /// The CA pins, `sha256:…`.
  public var caHashes: [String] = []
  /// How it ended, as far as the input says.
  public var outcome: Outcome = .incomplete
  /// The command's exit status, nil where nobody saw it.
  public var exitStatus: Int?
  /// Why it failed, without secrets.
  public var error: String?
  /// Whether it only printed what it would do.
  public var isDryRun = false
  /// Lines of the input that belong to it: of two captures of one session the longer one is right.
  public var lines = 0

  /// The kubeadm commands that are told apart.
  public enum Command: String, Sendable {
    case `init`, join, reset, upgradePlan = "upgrade-plan", upgradeApply = "upgrade-apply", upgradeNode = "upgrade-node"
    case certsRenew = "certs-renew", certsCheckExpiration = "certs-check-expiration"
    case certsCertificateKey = "certs-certificate-key"
    case tokenCreate = "token-create", tokenList = "token-list", tokenDelete = "token-delete"
    case tokenGenerate = "token-generate", uploadCerts = "upload-certs", phase, unknown
  }

  /// How a session ended.
  public enum Outcome: String, Sendable { case succeeded, failed, incomplete }
}

/// Lines of a run, by which the store knows it again.
public struct RunLines: Sendable, Equatable {
  /// The run's number within its input.
  public var run: Int
  /// For each further line a fingerprint of all lines of the run up to it.
  public var lines: [Int64]
  /// The node it is known to be from, nil where nothing outside of its text says.
  public var node: String?
  /// The command that began it, nil where none was seen.
  public var typed: Typing?
  /// When it began, nil where that is not known at all.
  public var time: EventTime?
  /// Whether nothing more comes for it.
  public var isOver: Bool
  /// How many events of the batch stand before the end of these lines.
  public var events: Int

  /// The end of a run, with what was not told before.
  public init(
    run: Int, lines: [Int64] = [], node: String? = nil, typed: Typing? = nil, time: EventTime? = nil, isOver: Bool,
    events: Int = 0
  ) {
    (self.run, self.lines, self.node, self.typed, self.time) = (run, lines, node, typed, time)
    (self.isOver, self.events) = (isOver, events)
  }
}

/// One more occurrence of an event of the same batch.
public struct Repeat: Sendable, Equatable {
  /// The row of the event whose identity it shares.
  public var row: Digest
  /// Microseconds within its minute, and what tells it from others.
  public var offset: Int
  /// Whether the input may have been cut in it.
  public var isTentative: Bool
}

/// A command as somebody typed it, to tell runs apart that say the same: two workers that joined say every word alike.
public struct Typing: Sendable, Equatable {
  /// The machine that the prompt names, or the one that it was sent to (`ssh root@cp1 kubeadm …`); nil for neither.
  public var host: String?
  /// A fingerprint of the command without its secrets.
  public var command: Int64

  /// A command typed for `host`.
  public init(host: String?, command: Int64) { (self.host, self.command) = (host, command) }
}

/// What the parser found since it was last asked.
public struct Batch: Sendable {
  /// The events, in the order of the input.
  public var events: [Event] = []
  /// Further occurrences of the events, where the parser folds repeats.
  public var repeats: [Repeat] = []
  /// The sessions that changed, each as it stands now.
  public var sessions: [SessionFacts] = []
  /// The lines of runs, and which runs are over, in the order of the input.
  public var runs: [RunLines] = []
  /// It is known now that the input is live: what carried its arrival as a bound in earlier batches really happened then.
  public var provedLive = false

  /// An empty batch.
  public init() {}

  /// Whether there is nothing in it.
  public var isEmpty: Bool { events.isEmpty && sessions.isEmpty && runs.isEmpty && !provedLive }
}
