import Testing

/// Every way in which a transcript comes wrapped: what the wrapper makes of its plain lines.
struct Wrapper: Sendable, CustomTestStringConvertible {
  let name: String
  /// The host that the envelope names.
  var host: String?
  let wrap: @Sendable ([String]) -> String

  var testDescription: String { name }

  /// A wrapper that puts something before and after each line.
  private static func each(
    _ name: String, host: String? = nil, _ wrap: @escaping @Sendable (_ line: String, _ second: String) -> String
  ) -> Wrapper {
    Wrapper(name: name, host: host) { lines in
      lines.enumerated().map { wrap($1, two($0 % 60)) }.joined(separator: "\n") + "\n"
    }
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func json(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\t", with: "\\t")
  }

  /// A blob of the export form: eight bytes of length before the bytes.
  private static func blob(_ text: String) -> String {
    let count = text.utf8.count
    let length = (0..<8).map { count >> ($0 * 8) & 0xFF }
    return String(decoding: length.map(UInt8.init), as: UTF8.self) + text
  }

  static let all: [Wrapper] = [
    each("journalctl short", host: "cp1") { "Nov 23 14:36:\($1) cp1 kubeadm[7]: \($0)" },
    each("journalctl short-precise", host: "cp1") { "Nov 23 14:36:\($1).123456 cp1 kubeadm[7]: \($0)" },
    each("journalctl short in Korean", host: "cp1") { "11월 23 14:36:\($1) cp1 kubeadm[7]: \($0)" },
    each("journalctl short in Chinese", host: "cp1") { "11月 23 14:36:\($1) cp1 kubeadm[7]: \($0)" },
    each("journalctl short in German", host: "cp1") { "Okt 23 14:36:\($1) cp1 kubeadm[7]: \($0)" },
    each("journalctl short in French", host: "m") { "févr. 03 14:36:\($1) m kubeadm[7]: \($0)" },
    each("journalctl short-iso", host: "cp1") { "2026-11-23T14:36:\($1)+0000 cp1 kubeadm[7]: \($0)" },
    each("journalctl short-iso, newer", host: "cp1") { "2026-11-23T23:36:\($1)+09:00 cp1 kubeadm[7]: \($0)" },
    each("journalctl short-iso-precise", host: "cp1") { "2026-11-23T14:36:\($1).123456+0000 cp1 kubeadm[7]: \($0)" },
    each("journalctl short-full", host: "cp1") { "Mon 2026-11-23 14:36:\($1) UTC cp1 kubeadm[7]: \($0)" },
    each("journalctl with-unit", host: "cp1") { "Mon 2026-11-23 14:36:\($1) KST cp1 install.service[7]: \($0)" },
    each("journalctl short-unix", host: "cp1") { "17954445\($1).669770 cp1 kubeadm[7]: \($0)" },
    each("journalctl short-monotonic", host: "cp1") { "[ 29\($1).390007] cp1 kubeadm[7]: \($0)" },
    each("journalctl short-delta", host: "cp1") { "[ 29\($1).390007 <    1.000000 >] cp1 kubeadm[7]: \($0)" },
    each("journalctl --no-hostname") { "Nov 23 14:36:\($1) kubeadm[7]: \($0)" },
    Wrapper(name: "journalctl reversed boots and cursors", host: "cp1") { lines in
      "-- Logs begin at Fri 2026-11-20 10:00:00 KST, end at Mon 2026-11-23 23:59:00 KST. --\n"
        + "-- Boot 741237cf09374057bbc5ab54b35420e4 --\n"
        + lines.map { "Nov 23 14:36:00 cp1 kubeadm[7]: \($0)\n" }.joined() + "-- cursor: s=73d7;i=184\n"
    },
    Wrapper(name: "journalctl verbose", host: "cp1") { lines in
      lines.enumerated().map {
        """
        Mon 2026-11-23 14:36:\(two($0 % 60)).669770 UTC [s=73d7509;i=\($0)]
            _PID=7
            SYSLOG_IDENTIFIER=kubeadm
            MESSAGE=\($1)
            _HOSTNAME=cp1

        """
      }.joined()
    },
    Wrapper(name: "journalctl export", host: "cp1") { lines in
      lines.enumerated().map {
        let message = $1.contains("\t") ? "MESSAGE\n\(blob($1))" : "MESSAGE=\($1)"
        return "__CURSOR=s=7\n__REALTIME_TIMESTAMP=179544441\(two($0 % 60))71698\n_PID=7\n_HOSTNAME=cp1\n\(message)\n"
          + "SYSLOG_IDENTIFIER=kubeadm\n\n"
      }.joined()
    },
    each("journalctl json", host: "cp1") {
      """
      {"_PID":"7","MESSAGE":"\(json($0))","__REALTIME_TIMESTAMP":"17954444\($1)671698","_HOSTNAME":"cp1",\
      "SYSLOG_IDENTIFIER":"kubeadm"}
      """
    },
    each("journalctl json, bytes and repeats", host: "cp1") {
      """
      {"_PID":"7","MESSAGE":[\($0.utf8.map { "\($0)" }.joined(separator: ","))],"_HOSTNAME":["cp1","cp2"],\
      "__REALTIME_TIMESTAMP":"17954444\($1)671698","SYSLOG_IDENTIFIER":"kubeadm","_CMDLINE":null}
      """
    },
    each("journalctl json-sse", host: "cp1") {
      "data: {\"_PID\":\"7\",\"MESSAGE\":\"\(json($0))\",\"__REALTIME_TIMESTAMP\":\"17954444\($1)671698\","
        + "\"_HOSTNAME\":\"cp1\",\"SYSLOG_IDENTIFIER\":\"kubeadm\"}\n"
    },
    each("journalctl json-seq", host: "cp1") {
      "\u{1E}{\"_PID\":\"7\",\"MESSAGE\":\"\(json($0))\",\"__REALTIME_TIMESTAMP\":\"17954444\($1)671698\","
        + "\"_HOSTNAME\":\"cp1\",\"SYSLOG_IDENTIFIER\":\"kubeadm\"}"
    },
    Wrapper(name: "journalctl json-pretty", host: "cp1") { lines in
      lines.map {
        "{\n\t\"_PID\" : \"7\",\n\t\"MESSAGE\" : \"\(json($0))\",\n\t\"__REALTIME_TIMESTAMP\" : \"1795444411671698\",\n"
          + "\t\"_HOSTNAME\" : \"cp1\",\n\t\"SYSLOG_IDENTIFIER\" : \"kubeadm\"\n}\n"
      }.joined()
    },
    Wrapper(name: "journalctl json, one entry of many lines", host: "cp1") { lines in
      "{\"_PID\":\"7\",\"MESSAGE\":\"\(json(lines.joined(separator: "\n")).replacing("\n", with: "\\n"))\","
        + "\"__REALTIME_TIMESTAMP\":\"1795444411671698\",\"_HOSTNAME\":\"cp1\",\"SYSLOG_IDENTIFIER\":\"kubeadm\"}\n"
    },
    each("syslog RFC 3164", host: "cp1") { "<30>Nov 23 14:36:\($1) cp1 kubeadm[7]: \($0)" },
    each("syslog RFC 5424", host: "cp1") { "<30>1 2026-11-23T14:36:\($1).123Z cp1 kubeadm 7 - - \u{FEFF}\($0)" },
    each("syslog RFC 5424 with data", host: "cp1") {
      "<30>1 2026-11-23T14:36:\($1).1Z cp1 kubeadm 7 - [x@1 a=\"b \\] c\"] \($0)"
    },
    each("rsyslog, blank-padded day", host: "cp1") { "Nov  3 14:36:\($1) cp1 kubeadm[7]: \($0)" },
    each("rsyslog ISO", host: "cp1") { "2026-11-23T14:36:\($1).123456+00:00 cp1 kubeadm[7]: \($0)" },
    each("CRI") { "2026-11-23T14:36:\($1).123456789Z stdout F \($0)" },
    each("CRI in parts") { line, second in
      let half = line.index(line.startIndex, offsetBy: line.count / 2)
      return
        "2026-11-23T14:36:\(second).1Z stderr P \(line[..<half])\n2026-11-23T14:36:\(second).2Z stderr F \(line[half...])"
    },
    each("Docker json-file") {
      "{\"log\":\"\(json($0))\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-23T14:36:\($1).123456789Z\"}"
    },
    each("ts") { "Nov 23 14:36:\($1) \($0)" },
    each("ts %.T") { "Nov 23 14:36:\($1).328635 \($0)" },
    each("ts -i") { "00:00:\($1) \($0)" },
    each("ts %FT%T%z") { "2026-11-23T14:36:\($1)+0900 \($0)" },
    each("[date]") { "[2026-11-23 14:36:\($1).867871] \($0)" },
    each("[Mon Nov 23]") { "[Mon Nov 23 14:36:\($1) 2026] \($0)" },
    each("HH:MM:SS:") { "14:36:\($1): \($0)" },
    each("slashes") { "2026/11/23 14:36:\($1) \($0)" },
    each("GitHub Actions") { "2026-11-23T14:36:\($1).1234567Z \($0)" },
    each("Prow") { "I1123 14:36:\($1).328] \($0)" },
    each("GitLab CI") { "2026-11-23T14:36:\($1).123456Z 01O \($0)" },
    each("Terraform") { line, _ in "null_resource.master[0] (remote-exec): \(line)" },
    each("Vagrant", host: "m1") { line, _ in "    m1: \(line)" },
    each("Vagrant with stamps", host: "m1") { "2026-11-23 14:36:\($1) ==> m1: \($0)" },
    each("docker compose") { line, _ in "m1  | \(line)" },
    each("pdsh", host: "m1") { line, _ in "m1: \(line)" },
    each("cloud-init on a serial console") { "[   45.\($1)3456] cloud-init[1023]: \($0)" },
    each("Markdown quotation") { line, _ in "> \(line)" },
    Wrapper(name: "Markdown fence") { "```console\n" + $0.joined(separator: "\n") + "\n```\n" },
    each("mail quotation, two deep") { line, _ in "> > \(line)" },
    each("journal in GitHub Actions in a quotation", host: "cp1") {
      "> 2026-11-23T14:36:\($1).1234567Z Nov 23 14:36:\($1) cp1 kubeadm[7]: \($0)"
    },
    each("CRLF") { line, _ in line + "\r" },
    each("colours") { (line, _) in line.isEmpty ? "" : "\u{1B}[0;32m\(line)\u{1B}[0m" },
    each("typing that was taken back") { line, _ in line.isEmpty ? "" : "x\u{08} \u{08}\(line)" },
    each("progress that returns") { line, _ in line.isEmpty ? "" : "50 %\r\u{1B}[K\(line)" },
    Wrapper(name: "script") { lines in
      "Script started on 2026-11-23 14:36:00+00:00 [TERM=\"xterm\" COLUMNS=\"400\" LINES=\"50\"]\n"
        + lines.map { $0 + "\r\n" }.joined() + "\nScript done on 2026-11-23 14:38:00+00:00 [COMMAND_EXIT_CODE=\"0\"]\n"
    },
    Wrapper(name: "Ansible -v", host: "m1") { lines in
      let text = json(lines.joined(separator: "\n")).replacing("\n", with: "\\n")
      let list = lines.map { "\"\(json($0))\"" }.joined(separator: ", ")
      return """
        TASK [init] ********************************************************************
        changed: [m1] => {"changed": true, "rc": 0, "stderr": "", "stdout": "\(text)", "stdout_lines": [\(list)]}

        PLAY RECAP *********************************************************************

        """
    },
    Wrapper(name: "Ansible debug of stdout_lines", host: "m1") { lines in
      "TASK [show] ****\nok: [m1] => {\n    \"kubeadm_init.stdout_lines\": [\n"
        + lines.map { "        \"\(json($0))\"" }.joined(separator: ",\n") + "\n    ]\n}\n\nPLAY RECAP ****\n"
    },
    Wrapper(name: "Ansible, no JSON any more", host: "m1") { lines in
      "ok: [m1] => {\n    \"msg\": [\n"
        + lines.map { "        u'\(json($0).replacing("'", with: "\\'"))', \n" }.joined()
        + "        ...\n    ]\n}\n"
    },
    Wrapper(name: "Ansible YAML callback", host: "m1") { lines in
      "changed: [m1] => changed=true\n  cmd:\n  - true\n  stdout: |-\n" + lines.map { "    \($0)\n" }.joined()
        + "  stdout_lines: <omitted>\n\nTASK [next] ****\n"
    },
  ]
}
