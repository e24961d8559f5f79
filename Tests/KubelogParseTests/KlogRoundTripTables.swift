/// The tables of ``KlogRoundTripTests``: klog's own expectations (`test/output.go`, `internal/serialize`, 2.0 to 2.130)
/// as facts, in words of a cluster.
extension KlogRoundTripTests {
  /// Strings, errors, Stringers, bytes, numbers: the same in all versions.
  static let strings = #"""
    "Started" ⇒ Started
    "" ⇒
    "Started" node="w1" ⇒ Started ¦ node:q w1
    "Started" node="w1" zone="a" rack="7" ⇒ Started ¦ node:q w1 ¦ zone:q a ¦ rack:q 7
    "Started" node="" ⇒ Started ¦ node:q
    "Started" node="" zone="" ⇒ Started ¦ node:q ¦ zone:q
    "Started" logger="eviction" node="w1" ⇒ Started ¦ logger:q eviction ¦ node:q w1
    "Started" logger="eviction.manager" node="w1" ⇒ Started ¦ logger:q eviction.manager ¦ node:q w1
    "eviction: Started" node="w1" ⇒ eviction: Started ¦ node:q w1
    "eviction/manager: Started" node="w1" ⇒ eviction/manager: Started ¦ node:q w1
    "Twice" node="w1" node="w2" ⇒ Twice ¦ node:q w1 ¦ node:q w2
    "Odd" node="w1" zone="(MISSING)" ⇒ Odd ¦ node:q w1 ¦ zone:q (MISSING)
    "Odd" node="w1" zone=(MISSING) ⇒ Odd ¦ node:q w1 ¦ zone:b (MISSING)
    "Odd" zone="(MISSING)" rack="(MISSING)" ⇒ Odd ¦ zone:q (MISSING) ¦ rack:q (MISSING)
    "Markup" note="<&>" ⇒ Markup ¦ note:q <&>
    "\"Quoted\"" note="\"quoted too\"" ⇒ "Quoted" ¦ note:q "quoted too"
    "Quote at the end\"" note="\"" ⇒ Quote at the end" ¦ note:q "
    "Back\\slash" path="C:\\k\\" ⇒ Back\slash ¦ path:q C:\k\
    "Both" path="\\\"" ⇒ Both ¦ path:q \"
    "Lines\nin the message" ⇒ Lines⏎in the message
    "Lines" text="one\ntwo\n" ⇒ Lines ¦ text:q one⏎two⏎
    "Tabs" text="a\tb" ⇒ Tabs ¦ text:q a␉b
    "Returns" text="a\r\n" ⇒ Returns ¦ text:q a‹0D›⏎
    "Bells" text="\a\b\f\v" ⇒ Bells ¦ text:q ‹07›‹08›‹0C›‹0B›
    "Controls" text="\x00\x01\x1b[31m\x7f" ⇒ Controls ¦ text:q ‹00›‹01›‹1B›[31m‹7F›
    "Korean" text="노드 준비" ⇒ Korean ¦ text:q 노드 준비
    "Signs" text="µ⌘→😀" ⇒ Signs ¦ text:q µ⌘→😀
    "Blanks" text="a\u00a0b\u200bc\ufeff" ⇒ Blanks ¦ text:q a‹C2›‹A0›b‹E2›‹80›‹8B›c‹EF›‹BB›‹BF›
    "Planes" text="\U000e0001" ⇒ Planes ¦ text:q ‹F3›‹A0›‹80›‹81›
    "Broken" text="\xff\xfe ok" ⇒ Broken ¦ text:q ‹FF›‹FE› ok
    "Broken" text="\xe2\x8c" ⇒ Broken ¦ text:q ‹E2›‹8C›
    "Replaced" text="a�b" ⇒ Replaced ¦ text:q a‹EF›‹BF›‹BD›b
    "Bytes" bytes="plain" ⇒ Bytes ¦ bytes:q plain
    "Bytes" bytes="\ufffd\ufffd=\ufffd \u2318" ⇒ Bytes ¦ bytes:q ‹EF›‹BF›‹BD›‹EF›‹BF›‹BD›=‹EF›‹BF›‹BD› ‹E2›‹8C›‹98›
    "Bytes" bytes="\U0001f600\n" ⇒ Bytes ¦ bytes:q 😀⏎
    "Octal" bytes="\101\000\377" ⇒ Octal ¦ bytes:q A‹00›‹FF›
    "Surrogate" bytes="\ud800" ⇒ Surrogate ¦ bytes:q ‹EF›‹BF›‹BD›
    "Unknown" bytes="\q\'" ⇒ Unknown ¦ bytes:q \q'
    "Half" bytes="\x1\u12\9" ⇒ Half ¦ bytes:q \x1\u12\9
    "Number" count=3 ⇒ Number ¦ count:b 3
    "Number" count=-3 share=0.5 big=1e+21 ⇒ Number ¦ count:b -3 ¦ share:b 0.5 ¦ big:b 1e+21
    "Truth" ok=true not=false ⇒ Truth ¦ ok:b true ¦ not:b false
    "Nothing" err=<nil> ⇒ Nothing ¦ err:b <nil>
    "Nothing" err=<nil> node="w1" ⇒ Nothing ¦ err:b <nil> ¦ node:q w1
    "Nothing" pods=null node="w1" ⇒ Nothing ¦ pods:b null ¦ node:q w1
    "Pointer" at=0xc000010001 ⇒ Pointer ¦ at:b 0xc000010001
    "Duration" after="1m0s" ⇒ Duration ¦ after:q 1m0s
    "Time" at="2026-11-23 14:42:36.4 +0900 KST m=+7.07" ⇒ Time ¦ at:q 2026-11-23 14:42:36.4 +0900 KST m=+7.07
    "Pod" pod="kube-system/etcd-cp1" ⇒ Pod ¦ pod:q kube-system/etcd-cp1
    "Pod" pod="cluster-wide" status="ready" ⇒ Pod ¦ pod:q cluster-wide ¦ status:q ready
    "Failed" err="refused" ⇒ Failed ¦ err:q refused
    "Failed" err="refused" node="w1" ⇒ Failed ¦ err:q refused ¦ node:q w1
    "Failed" err="node \"cp1\" not found" ⇒ Failed ¦ err:q node "cp1" not found
    "Failed" err="failed to \"Start\" with X: \"back-off \\\"5m\\\"\"" ⇒ Failed ¦ err:q failed to "Start" with X: "back-off \"5m\""
    "Failed" err="a=b c=\"d\"" node="w1" ⇒ Failed ¦ err:q a=b c="d" ¦ node:q w1
    "Failed" err="" ⇒ Failed ¦ err:q
    "Panics" err="<panic: runtime error: invalid memory address or nil pointer dereference>" ⇒ Panics ¦ err:q <panic: runtime error: invalid memory address or nil pointer dereference>
    "Panics" pods="<KObjSlice needs a slice, got type int>" ⇒ Panics ¦ pods:q <KObjSlice needs a slice, got type int>
    "Cycle" list="<internal error: json: unsupported value: encountered a cycle via *x.list>" ⇒ Cycle ¦ list:q <internal error: json: unsupported value: encountered a cycle via *x.list>
    "Keys" %!s(int=1)="value" node="w1" ⇒ Keys ¦ %!s(int=1):q value ¦ node:q w1
    "Keys" {name}="value" node="w1" ⇒ Keys ¦ {name}:q value ¦ node:q w1
    "Keys" map[k:key]="value" ⇒ Keys ¦ map[k:key]:q value
    "Keys" map[ok:%!s(bool=true)]="value" ⇒ Keys ¦ map[ok:%!s(bool=true)]:q value
    "Keys" disk-1="a=1, b=2" hugepages-1Gi="4" k8s.io/zone="a" _x=1 ⇒ Keys ¦ disk-1:q a=1, b=2 ¦ hugepages-1Gi:q 4 ¦ k8s.io/zone:q a ¦ _x:b 1
    "Bare text" phase=Running reason= node="w1" ⇒ Bare text ¦ phase:b Running ¦ reason:b ¦ node:q w1
    "Bare text" reason=it is so node="w1" ⇒ Bare text ¦ reason:b it is so ¦ node:q w1
    "Bare text" reason=it is so ⇒ Bare text ¦ reason:b it is so
    "Blank behind" node="w1"  ⇒ Blank behind ¦ node:q w1
     "msg"="Started"  "node"="w1" ⇒ Started ¦ node:q w1
    eviction "msg"="Started" "error"="refused" "node"="w1" "count"=3 ⇒ Started ¦ error:q refused ¦ node:q w1 ¦ count:b 3
    eviction/manager "msg"="Started"  "node"=null ⇒ Started ¦ node:b null
    """#

  /// What `%+v` makes of the rest, before 2.100.
  static let structures = #"""
    "Struct" spec={Port:10250 Host:w1 Since:2026-11-23 14:36:16.1234 +0000 UTC} ⇒ Struct ¦ spec:s {Port:10250 Host:w1 Since:2026-11-23 14:36:16.1234 +0000 UTC}
    "Struct" spec={} node="w1" ⇒ Struct ¦ spec:j {} ¦ node:q w1
    "Struct" spec=&{Name:w1 Kind:node} node="w1" ⇒ Struct ¦ spec:s &{Name:w1 Kind:node} ¦ node:q w1
    "Struct" spec={A:{B:1} C:[x y]} node="w1" ⇒ Struct ¦ spec:s {A:{B:1} C:[x y]} ¦ node:q w1
    "Struct" spec={M:open { brace} node="w1" ⇒ Struct ¦ spec:s {M:open { brace} ¦ node:q w1
    "Struct" spec={M:closed } brace} node="w1" ⇒ Struct ¦ spec:s {M:closed } brace} ¦ node:q w1
    "Struct" spec={M:open [ bracket} other={M:x} node="w1" ⇒ Struct ¦ spec:s {M:open [ bracket} ¦ other:s {M:x} ¦ node:q w1
    "Struct" spec={M:a="b" c} node="w1" ⇒ Struct ¦ spec:s {M:a="b" c} ¦ node:q w1
    "Struct" spec={M:"} node="w1" ⇒ Struct ¦ spec:s {M:"} ¦ node:q w1
    "Map" data=map[zone-a:one zone-b:two] ⇒ Map ¦ data:s map[zone-a:one zone-b:two]
    "Map" data=map[worker:3] node="w1" ⇒ Map ¦ data:s map[worker:3] ¦ node:q w1
    "Map" data=map[] node="w1" ⇒ Map ¦ data:s map[] ¦ node:q w1
    "Slice" values=[3 1 4 1 5] ⇒ Slice ¦ values:s [3 1 4 1 5]
    "Slice" values=[kubelet etcd proxy] node="w1" ⇒ Slice ¦ values:s [kubelet etcd proxy] ¦ node:q w1
    "Slice" values=[node1 true] node="w1" ⇒ Slice ¦ values:s [node1 true] ¦ node:q w1
    "Slice" pods=[kube-system/coredns w2] node="w1" ⇒ Slice ¦ pods:s [kube-system/coredns w2] ¦ node:q w1
    "Slice" pods=["kube-system/coredns" "w2"] node="w1" ⇒ Slice ¦ pods:s ["kube-system/coredns" "w2"] ¦ node:q w1
    "Pairs" inner={ a="b" c=1 } node="w1" ⇒ Pairs ¦ inner:s { a="b" c=1 } ¦ node:q w1
    "Pairs" inner={ a="} b=1" } node="w1" ⇒ Pairs ¦ inner:s { a="} b=1" } ¦ node:q w1
    "Pairs" inner={ a="b" more={ c="d" } } node="w1" ⇒ Pairs ¦ inner:s { a="b" more={ c="d" } } ¦ node:q w1
    "Details" err="refused" errDetails={Code:7} node="w1" ⇒ Details ¦ err:q refused ¦ errDetails:s {Code:7} ¦ node:q w1
    "Node became not ready" node="w2" condition={Type:Ready Status:False LastHeartbeatTime:2026-11-23 14:42:36.401201447 +0000 UTC m=+7.074621885 LastTransitionTime:2026-11-23 14:42:36.401201447 +0000 UTC m=+7.074621885 Reason:KubeletNotReady Message:[a b, PLEG is not healthy: pleg has yet to be successful]} ⇒ Node became not ready ¦ node:q w2 ¦ condition:s {Type:Ready Status:False LastHeartbeatTime:2026-11-23 14:42:36.401201447 +0000 UTC m=+7.074621885 LastTransitionTime:2026-11-23 14:42:36.401201447 +0000 UTC m=+7.074621885 Reason:KubeletNotReady Message:[a b, PLEG is not healthy: pleg has yet to be successful]}
    """#

  /// Values of several lines, since 2.40.
  static let blocks = #"""
    "Block" text=<⏎␉one⏎␉two⏎ > ⇒ Block ¦ text:k one⏎two
    "Block" text=<⏎␉one⏎␉two⏎ > node="w1" ⇒ Block ¦ text:k one⏎two ¦ node:q w1
    "Block" node="w1" text=<⏎␉one⏎ > ⇒ Block ¦ node:q w1 ¦ text:k one
    "Block" err=<⏎␉one⏎␉two⏎ > ⇒ Block ¦ err:k one⏎two
    "Block" text=<⏎␉Hello!⏎␉␉Behind a tab.⏎␉  Behind blanks.⏎␉No blanks.⏎ > node="w1" ⇒ Block ¦ text:k Hello!⏎␉Behind a tab.⏎  Behind blanks.⏎No blanks. ¦ node:q w1
    "Block" text=<⏎␉one⏎␉⏎␉three⏎ > ⇒ Block ¦ text:k one⏎⏎three
    "Block" text=<⏎␉⏎␉two⏎ > ⇒ Block ¦ text:k ⏎two
    "Block" text=<⏎␉ >⏎␉ > node="no"⏎ > node="w1" ⇒ Block ¦ text:k  >⏎ > node="no" ¦ node:q w1
    "Block" text=<⏎␉text=<⏎␉␉inner⏎␉ >⏎ > ⇒ Block ¦ text:k text=<⏎␉inner⏎ >
    "Blocks" text=<⏎␉one⏎ > more=<⏎␉two⏎␉three⏎ > node="w1" ⇒ Blocks ¦ text:k one ¦ more:k two⏎three ¦ node:q w1
    "Blocks" err=<⏎␉one⏎ > text=<⏎␉two⏎ > ⇒ Blocks ¦ err:k one ¦ text:k two
    "Format" config=<⏎␉{⏎␉  "Kind": "node",⏎␉  "Port": 10250⏎␉}⏎ > ⇒ Format ¦ config:k {⏎  "Kind": "node",⏎  "Port": 10250⏎}
    "Block" text=<⏎␉quote " and \ and 노드⏎␉‹1B›[0m‹FF›⏎ > node="w1" ⇒ Block ¦ text:k quote " and \ and 노드⏎‹1B›[0m‹FF› ¦ node:q w1
    "Block" text=<⏎␉one⏎ > spec={A:1 B:2} pods=["a","b"] ⇒ Block ¦ text:k one ¦ spec:s {A:1 B:2} ¦ pods:j ["a","b"]
    """#

  /// JSON, since 2.100.
  static let json = #"""
    "Object" data={"zone-a":"one","zone-b":"two"} ⇒ Object ¦ data:j {"zone-a":"one","zone-b":"two"}
    "Object" spec={"Port":10250,"Host":"w1","Since":"2026-11-23T14:36:16.1234Z"} node="w1" ⇒ Object ¦ spec:j {"Port":10250,"Host":"w1","Since":"2026-11-23T14:36:16.1234Z"} ¦ node:q w1
    "Object" s={"Name":"w1","Inner":{"a":[1,{"b":null}]}} i={"1":2,"3":4} ⇒ Object ¦ s:j {"Name":"w1","Inner":{"a":[1,{"b":null}]}} ¦ i:j {"1":2,"3":4}
    "Object" s={"M":"brace } quote \" node=\"no\""} node="w1" ⇒ Object ¦ s:j {"M":"brace } quote \" node=\"no\""} ¦ node:q w1
    "Object" s={"M":"} x=1"} node="w1" ⇒ Object ¦ s:j {"M":"} x=1"} ¦ node:q w1
    "Object" s={"M":"\x1b\\"} node="w1" ⇒ Object ¦ s:j {"M":"\x1b\\"} ¦ node:q w1
    "Object" s={} list=[] node="w1" ⇒ Object ¦ s:j {} ¦ list:j [] ¦ node:q w1
    "List" values=[3,1,4,1,5] ⇒ List ¦ values:j [3,1,4,1,5]
    "List" values=["kubelet","etcd","kube proxy"] node="w1" ⇒ List ¦ values:j ["kubelet","etcd","kube proxy"] ¦ node:q w1
    "List" pods=[{"name":"etcd-cp1","namespace":"kube-system"},{"name":"etcd-cp2"}] ⇒ List ¦ pods:j [{"name":"etcd-cp1","namespace":"kube-system"},{"name":"etcd-cp2"}]
    "List" pods=["kube-system/etcd-cp1",null] ⇒ List ¦ pods:j ["kube-system/etcd-cp1",null]
    "List" ints=["<KObjSlice needs a slice of values implementing KMetadata, got type int>"] ⇒ List ¦ ints:j ["<KObjSlice needs a slice of values implementing KMetadata, got type int>"]
    "List" flags=[true,false] nested=[[1],[2]] below=[-1] ⇒ List ¦ flags:j [true,false] ¦ nested:j [[1],[2]] ¦ below:j [-1]
    "SyncLoop (PLEG): event for pod" pod="kube-system/etcd-cp1" event={"ID":"4","Type":"ContainerStarted","Data":"d"} ⇒ SyncLoop (PLEG): event for pod ¦ pod:q kube-system/etcd-cp1 ¦ event:j {"ID":"4","Type":"ContainerStarted","Data":"d"}
    """#

  /// What `Infof` and its kind print: not taken apart.
  static let freeText = #"""
    Started node w1 ⇒ Started node w1
    startednode="w1" and "so" on ⇒ startednode="w1" and "so" on
    "w1" is not found ⇒ "w1" is not found
    "w1": not found ⇒ "w1": not found
    "w1"node="x" ⇒ "w1"node="x"
    "w1" = "x" ⇒ "w1" = "x"
    Flag --x="y" z={1} ⇒ Flag --x="y" z={1}
    {"ts":1} ⇒ {"ts":1}
    """#

  /// Ends that are missing: a screen's edge, a full disk.
  static let cut = #"""
    "Started ⇒ Started
    "Started\ ⇒ Started\
    "Started" node="w ⇒ Started ¦ node:q! w
    "Started" node="w\ ⇒ Started ¦ node:q! w\
    "Started" node=" ⇒ Started ¦ node:q!
    "Started" node= ⇒ Started ¦ node:b
    "Started" spec={A:1 B ⇒ Started ¦ spec:s! {A:1 B
    "Started" spec={"A":1,"B ⇒ Started ¦ spec:s! {"A":1,"B
    "Started" list=["a","b ⇒ Started ¦ list:s! ["a","b
    """#
}
