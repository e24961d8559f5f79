extension NodeObservation {
  /// What an event of a node says of its state; nil where its reason names none.
  ///
  /// Source: kubernetes `pkg/kubelet/events/event.go` and `pkg/controller/util/node`.
  init?(node: String, event reason: String, observer: Observer) {
    var (status, schedulable): (String?, Bool?)
    switch reason {
    case "NodeReady": status = "Ready"
    case "NodeNotReady": status = "NotReady"
    case "NodeSchedulable": schedulable = true
    case "NodeNotSchedulable": schedulable = false
    default: return nil
    }
    self.init(
      node: node, status: status, schedulable: schedulable, observer: observer, reason: reason, age: nil, roles: nil)
  }
}
