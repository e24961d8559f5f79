import KubelogParse
import Testing

/// What single lines of components say about a node's state.
@Suite struct NodeStateLineTests {
  struct Line: Sendable, CustomTestStringConvertible {
    var text: String
    var status: String?
    var observer = NodeObservation.Observer.kubelet
    var testDescription: String { text }
  }

  @Test(arguments: [
    Line(text: "kubelet_node_status.go:433] Recording NodeReady event message for node w1", status: "Ready"),
    Line(text: "kubelet_node_status.go:433] Recording NodeNotReady event message for node w1", status: "NotReady"),
    Line(
      text: #"kubelet_node_status.go:554] "Recording event message for node" node="w1" event="NodeReady""#,
      status: "Ready"),
    Line(
      text: #"kubelet_node_status.go:554] "Recording event message for node" node="w1" event="NodeHasDiskPressure""#),
    Line(
      text: "controller_utils.go:177] Recording status change NodeNotReady event message for node w1",
      status: "NotReady", observer: .event),
    Line(
      text:
        #"controller_utils.go:202] "Recording status change event message for node" status="NodeNotReady" node="w1""#,
      status: "NotReady", observer: .event),
    Line(
      text: #"event.go:291] "Event occurred" object="w1" kind="Node" apiVersion="v1" type="Normal" "#
        + #"reason="NodeReady" message="Node w1 status is now: NodeReady""#, status: "Ready", observer: .event),
    Line(
      text: #"event.go:291] "Event occurred" object="w1" kind="Node" apiVersion="v1" type="Normal" "#
        + #"reason="RegisteredNode" message="Node w1 event: Registered Node w1 in Controller""#),
    Line(
      text: "node_lifecycle_controller.go:783] ReadyCondition for Node w1 transitioned from "
        + "&{Ready True 2026-11-23 14:30:16 +0000 UTC 2026-11-23 14:31:16 +0000 UTC KubeletReady kubelet is posting "
        + "ready status} to &{Ready Unknown 2026-11-23 14:36:15 +0000 UTC 2026-11-23 14:36:15 +0000 UTC "
        + "NodeStatusUnknown Kubelet stopped posting node status.}", status: "NotReady", observer: .condition),
  ])
  func stateOf(_ line: Line) throws {
    let parsed = try parse("I1123 14:36:16.123456       1 \(line.text)\n")
    #expect(parsed.events.map(\.node) == ["w1"])
    let seen = parsed.events.compactMap(\.observation)
    #expect(seen.map(\.status) == (line.status == nil ? [] : [line.status]))
    #expect(seen.map(\.observer) == (line.status == nil ? [] : [line.observer]))
  }
}
