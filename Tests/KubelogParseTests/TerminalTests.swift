@testable import KubelogParse
import KubelogScan
import Testing

/// What a terminal shows is what a person read: typing that was taken back, progress, colours, painted screens.
@Suite struct TerminalTests {
  private func shown(_ lines: [String], width: Int? = nil) -> [String] {
    var terminal = Terminal()
    if let width { terminal.learn(width: width) }
    var all: [[UInt8]] = []
    for line in lines {
      let bytes = Array(line.utf8)
      all += terminal.take(bytes.span, isReturned: true)
    }
    all += terminal.finish()
    return all.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    arguments: [
      ("plain", "plain"), ("\u{1B}[0;37mKERNEL\u{1B}[0m: \u{1B}[0;32m6.1\u{1B}[0m", "KERNEL: 6.1"),
      ("kubeadn\u{8}\u{1B}[Km init", "kubeadm init"), ("kubeadn\u{8} \u{8}m init", "kubeadm init"),
      ("10 %\r20 %\r100 %", "100 %"), ("pulling ...\r\u{1B}[2Kdone", "done"), ("ab\u{1B}[2Dxy", "xy"),
      ("a\u{1B}[5Cb", "a     b"), ("abc\u{1B}[1G\u{1B}[1Pd", "dc"), ("ac\u{1B}[1D\u{1B}[1@b", "abc"),
      ("abcd\u{1B}[3D\u{1B}[2Xx", "ax d"), ("\u{1B}]0;root@cp1: ~\u{7}# ls", "# ls"),
      ("\u{1B}]2;title\u{1B}\\text", "text"), ("\u{1B}(B\u{1B}[mtext\u{F}", "text"),
      ("\u{1B}[?2004hbash-5.2# kubeadm init", "bash-5.2# kubeadm init"), ("\u{1B}[?2004l\r[init] x", "[init] x"),
      ("section_start:1560896352:init\r\u{1B}[0K[init] x", "[init] x"), ("마스터\u{8}\u{8}드", "마스드"),
      ("\u{1B}[31", ""), ("text\u{1B}", "text"), ("\u{1B}[999999999999m ok", " ok"),
      ("\t[WARNING X]: y\u{1B}[0m", "\t[WARNING X]: y"),
      ("\u{1B}[H\u{1B}[2J\u{1B}[3J# kubectl get nodes", "# kubectl get nodes"),
    ])
  func linesAreReplayed(_ typed: String, _ read: String) {
    #expect(shown([typed]).first == read)
  }

  /// A cursor that is moved in the words of one message paints no screen of the lines behind it.
  @Test(
    arguments: ["\u{1B}[2J\u{1B}[H", "\u{1B}[99;99H", "\u{1B}[?1049h"],
    [
      "Nov 23 14:36:17 cp1 kubelet[506]: words", "2026-11-23T14:36:17Z stderr F words", "{\"log\":\"words\\n\"}",
      "I1123 14:36:17.123456     506 server.go:467] words", "__CURSOR=s",
    ])
  func whatALogSaysHidesNoLineOfIt(_ sequence: String, _ line: String) {
    let read = shown(["Nov 23 14:36:16 cp1 kubelet[506]: \(sequence)", line, line])
    #expect(read.suffix(2) == [line, line])
  }

  @Test func whatReadlineWrapsIsOneLine() {
    // A blank and a carriage return behind the last column: nobody said how wide the terminal is.
    let typed = "\u{1B}[?2004hbash# kubeadm init --upload-c \rerts"
    #expect(shown([typed]) == ["bash# kubeadm init --upload-certs"])
    // The next command wraps at the same column.
    let twice = [
      "\u{1B}[?2004hbash# kubeadm init --upload-c \rerts", "\u{1B}[?2004hbash# kubeadm join lb:6443 -- \rtoken x",
    ]
    #expect(shown(twice).last == "bash# kubeadm join lb:6443 --token x")
    // A wrapped line that is corrected across the edge.
    #expect(
      shown(["abcdefghijklmnopqrstuvwxyz\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}TUVW"], width: 20).first
        == "abcdefghijklmnopqrsTUVWxyz")
  }

  /// ncurses paints differences: the screen at the end of each painting is what was seen.
  @Test func aWatchIsItsScreens() {
    let begin = "\u{1B}[?1049h\u{1B}[1;24r\u{1B}[H\u{1B}[2J"
    let first =
      "Every 2.0s: kubectl get nodes\u{1B}[1;40Hcp1: Mon Nov 23 14:42:30 2026\u{1B}[3;1HNAME   STATUS     ROLES    AGE   VERSION"
      + "\u{1B}[4;1Hw1     NotReady   <none>   17s   v1.22.4\u{1B}[24;80H"
    let second = "\u{1B}[1;63H2\u{1B}[4;8HReady   \u{1B}[4;28H9s \u{1B}[24;80H"
    #expect(
      shown([begin + first + second + "\u{1B}[?1049l"]) == [
        "Every 2.0s: kubectl get nodes          cp1: Mon Nov 23 14:42:30 2026", "",
        "NAME   STATUS     ROLES    AGE   VERSION", "w1     NotReady   <none>   17s   v1.22.4",
        "Every 2.0s: kubectl get nodes          cp1: Mon Nov 23 14:42:32 2026", "",
        "NAME   STATUS     ROLES    AGE   VERSION", "w1     Ready      <none>   9s    v1.22.4", "",
      ])
  }

  @Test func otherScreensSayNothing() {
    #expect(
      shown(["\u{1B}[?1049h\u{1B}[1;24r\u{1B}[2;1Hkubeadm join lb:6443 --token x\u{1B}[24;1H:\u{1B}[?1049l"]) == [""])
  }

  @Test func endlessSequencesEnd() {
    let title = "\u{1B}]" + String(repeating: "x", count: 10_000) + "\u{7}[init] x"
    #expect(shown([title]).first?.hasSuffix("[init] x") == true)
    #expect(shown([String(repeating: "\u{1B}[99999;99999H", count: 1000) + "x"]).count <= 1)
    #expect(shown(["a" + String(repeating: "\u{1B}[9999C", count: 100) + "b"]).first?.utf8.count ?? 0 < 70_000)
  }

  @Test func theHeadOfScriptTellsWidthAndCommand() {
    let head = { (text: String) in
      let bytes = Array(text.utf8)
      return ScriptHead(bytes.span)
    }
    let executed = head(#"Script started on 2026-11-23 14:36:27+00:00 [TERM="xterm" COLUMNS="132" LINES="40"]"#)
    #expect(executed.columns == 132 && executed.commands.isEmpty)
    let run = head(
      #"Script started on 2026-11-23 14:36:27+00:00 [COMMAND="stty cols 132; kubeadm token create --description \"a; b\" && date" <not executed on terminal>]"#
    )
    #expect(
      run.commands.map { String(decoding: $0, as: UTF8.self) } == [
        "# stty cols 132", "# kubeadm token create --description \"a", "# b\" ", "# date",
      ])
  }
}
