import FoundationEssentials
import Glibc
import KubelogKit
import TestSamples
import Testing

/// The post-install report of whole stores, as Fixtures/report/ has it; recorded as ``FixtureTests`` says.
@Suite struct ReportTests {
  /// A store to report on: its name below Fixtures/report/, and what fills it.
  struct Scene: Sendable, CustomTestStringConvertible {
    let name: String
    let fill: @Sendable (Kubelog, _ folder: String) throws -> Void

    var testDescription: String { name }
  }

  private static let now = "2026-11-23T14:50:00Z"

  static let scenes = [
    Scene(name: "ha-install") { kubelog, folder in
      let fixture = try #require(FixtureCase.all.first { $0.name == "ha-install" })
      for (file, options) in fixture.inputs {
        try ingest(FileManager.default.text(atPath: "\(fixture.folder)/\(file)"), file, kubelog, folder, options)
      }
    },
    Scene(name: "lost-master") { kubelog, folder in
      let (here, there) = ("\(FixtureCase.root)/report/lost-master", "\(FixtureCase.root)/ha-install")
      let inputs = [
        (here, "00-cp1-init-timeout.txt", "cp1", nil), (here, "01-cp1-init.txt", nil, nil),
        (here, "02-cp2-join.txt", nil, nil), (there, "05-cp3-join-v5-ts.txt", nil, nil),
        (there, "06-get-nodes-loop.txt", nil, nil), (here, "07-get-nodes-loop.txt", nil, nil),
        (here, "08-cp3-rejoin.txt", nil, "2026-11-23T14:48:27Z"),
        (here, "09-drain-w1.txt", nil, "2026-11-23T14:46:14Z"),
      ]
      for (place, file, node, at) in inputs {
        var options = IngestOptions()
        (options.node, options.at) = (node, at.flatMap { microseconds($0) })
        try ingest(FileManager.default.text(atPath: "\(place)/\(file)"), file, kubelog, folder, options)
      }
    },
    // Four members, of which two are lost at once and one comes back; looked at only now and then.
    Scene(name: "no-quorum") { kubelog, folder in
      let looks = [
        ("14:10:00", [true, true, true, true]), ("14:16:00", [true, true, false, false]),
        ("14:18:00", [true, true, false, false]), ("14:25:00", [true, true, true, false]),
        ("14:31:00", [true, true, true, false]),
      ]
      let log = looks.map { clock, states in
        let rows = states.enumerated().map { index, isReady in
          "cp\(index + 1)   \(isReady ? "Ready" : "NotReady")   control-plane   10d   v1.31.0\n"
        }
        return "Mon Nov 23 \(clock) UTC 2026\nNAME   STATUS   ROLES   AGE   VERSION\n\(rows.joined())"
      }
      try ingest(log.joined(), "nodes.log", kubelog, folder)
    },
    Scene(name: "one-node") { kubelog, folder in
      try ingest(stamped(initLog, from: 0), "init.log", kubelog, folder)
      try ingest(watch(["cp1"], controlPlane: 1), "watch.log", kubelog, folder)
    },
    Scene(name: "hundred-nodes") { kubelog, folder in
      let names = (1...100).map {
        ($0 < 4 ? "cp" : "w") + String(repeating: "0", count: $0 < 10 ? 2 : $0 < 100 ? 1 : 0) + "\($0)"
      }
      try ingest(stamped(initLogOf(node: names[0], address: "192.168.56.11"), from: 0), "init.log", kubelog, folder)
      for (index, name) in names.enumerated().dropFirst() {
        let log = stamped(workerLog, from: 60 + index * 4)
        try ingest(log, "join-\(name).log", kubelog, folder, of(name))
      }
      try ingest(watch(names, controlPlane: 3), "watch.log", kubelog, folder)
    },
    Scene(name: "hostile") { kubelog, folder in
      let name = "<img/src=x>`|*[a](http://e.test)"
      let log = """
        [init] Using Kubernetes version: v1.31.0
        [preflight] Running pre-flight checks
        \t[WARNING Hostname]: hostname "</td><script>alert(1)</script>" could not be reached | \\ `x` @all ![i](http://e.test/i.png)
        error execution phase preflight: [preflight] Some fatal errors occurred:
        \t[ERROR Port-6443]: Port 6443 is in use </style><!-- \u{202E}evil ${7*7} www.e.test
        [preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`

        """
      try ingest(stamped(log, from: 0), "<b>&\"'.log", kubelog, folder, of(name))
      try ingest(watch([name], controlPlane: 1), "watch.log", kubelog, folder)
    },
    Scene(name: "empty") { kubelog, folder in try ingest("", "nothing.log", kubelog, folder) },
  ]

  @Test(arguments: scenes)
  func reportsAreAsExpected(_ scene: Scene) throws {
    try with(scene) { kubelog in
      let folder = "\(FixtureCase.root)/report/\(scene.name)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (format, file) in [(Report.Format.html, "html"), (.markdown, "md"), (.json, "json")] {
        var text = try text(format, kubelog)
        // One whole page is enough: the style is the same in all.
        if scene.name != "ha-install", let begin = text.firstRange(of: "<style>"),
          let end = text.firstRange(of: "</style>")
        {
          text.replaceSubrange(begin.upperBound..<end.lowerBound, with: "…")
        }
        try FixtureTests.compare(text, "\(folder)/expected.report.\(file)")
      }
      #expect(try JSONSchema(named: "report").faults(of: try text(.json, kubelog)) == [])
    }
  }

  /// Where one master was lost the band says so, from when at the earliest, and the head agrees.
  @Test func aLostMasterIsAtRiskAndComesBack() throws {
    let scene = try #require(Self.scenes.first { $0.name == "lost-master" })
    try with(scene) { kubelog in
      let markdown = try text(.markdown, kubelog)
      #expect(markdown.contains("| 14:44:44 to 14:44:49 | 14:48:39 | 2 | 3 | 2 | 0 | at risk | cp3 |"))
      #expect(markdown.contains("| 14:48:44 to 14:48:49 | still | 3 | 3 | 2 | 1 | healthy | – |"))
      #expect(markdown.contains("| Control plane | **3 of 3** | tolerates 1 loss; needs 2 |"))
      let html = try text(.html, kubelog)
      #expect(html.contains(": 2 of 3 Ready, at risk; not Ready: cp3</title></rect>"))
      #expect(html.contains("<title>changed between 14:44:44 and 14:44:49</title>"))
    }
  }

  @Test func aLostMajorityIsSaidOnTop() throws {
    let scene = try #require(Self.scenes.first { $0.name == "no-quorum" })
    try with(scene) { kubelog in
      let markdown = try text(.markdown, kubelog)
      #expect(markdown.contains("| 14:10:00 to 14:16:00 | 14:25:00 | 2 | 4 | 3 | 0 | no quorum | cp3, cp4 |"))
      #expect(markdown.contains("| Control plane | **3 of 4** | at risk: tolerates no loss; needs 3 |"))
      #expect(markdown.contains("4 members stand no more losses than 3: add one or remove one."))
      #expect(markdown.contains("but one more loss ends the quorum."))
      #expect(
        markdown.contains(
          "There was no majority from between 14:10:00 and 14:16:00 to between 14:18:00 and 14:25:00. One more loss would have ended it from between 14:18:00 and 14:25:00 on."
        ))
    }
  }

  @Test(arguments: scenes)
  func nothingInAReportIsASecretOrReachesOut(_ scene: Scene) throws {
    try with(scene) { kubelog in
      for format in Report.Format.allCases {
        let text = try text(format, kubelog)
        #expect(!text.contains(token.split(separator: ".")[1]))
        #expect(!text.contains(certificateKey))
      }
      let html = try text(.html, kubelog)
      for word in ["<script", "<link", "<img", "<iframe", "src=", "url(http", "@import", "javascript:", " onload"] {
        #expect(!html.contains(word) || scene.name == "hostile" && word == "src=", "\(word)")
      }
      #expect(isWellFormed(html))
    }
  }

  @Test func hostileTextStaysText() throws {
    let scene = try #require(Self.scenes.first { $0.name == "hostile" })
    try with(scene) { kubelog in
      let html = try text(.html, kubelog)
      #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
      #expect(html.contains("&lt;/style&gt;&lt;!--"))
      #expect(html.contains("\\u{202E}"))
      let markdown = try text(.markdown, kubelog)
      for word in ["<script", "<img", "<!--", "![", " [", "[a](", "\u{202E}", " @all", "http://e.test", "www.e.test"] {
        #expect(!markdown.contains(word), "\(word)")
      }
      for line in markdown.split(separator: "\n") where line.contains("gantt") || line.contains(" :") {
        #expect(!line.contains("<"), "\(line)")
      }
    }
  }

  /// Chromium without a head: no error on the console, nothing asked for, in all widths nothing wider than the page, and no
  /// text of a chart on another or beyond its chart.
  @Test(.enabled(if: browser != nil), arguments: scenes)
  func aBrowserShowsIt(_ scene: Scene) throws {
    try with(scene) { try fits($0) }
  }

  /// The day of a cluster, with all that was done to it.
  @Test(.enabled(if: browser != nil)) func aBrowserShowsTheRecordedDay() throws {
    try RecordedCluster.withStore { try fits($0) }
  }

  /// Deeds and stops are letters, each told below; the CNI, of which no source gives the moment, is a band.
  @Test func theRecordedDayHasItsMarks() throws {
    try RecordedCluster.withStore { kubelog in
      let markdown = try text(.markdown, kubelog)
      for line in [
        "- **A** 14:41:19 w1 was cordoned\n", " 14:41:27 w2: unit is stopping: kubelet.service\n",
        " 14:45:31 w3 was removed from the cluster\n", "14:46:14 w1 was cordoned; w1 was drained\n",
      ] { #expect(markdown.contains(line), "\(line)") }
      for nodes in ["cp1 and w1", "cp2", "w3"] {
        let isBounded = markdown.contains(
          try Regex("When the CNI came is not said: .*between 14:..:.. and 14:..:.. on [^;]*\(nodes)"))
        #expect(isBounded, "\(nodes)")
      }
      let html = try text(.html, kubelog)
      for mark in ["<rect class=\"band\"", "<rect class=\"box-deed\"", "<rect class=\"box-stop\""] {
        #expect(html.ranges(of: mark).count >= 2, "\(mark), in both widths")
      }
    }
  }

  private func fits(_ kubelog: Kubelog) throws {
    let folder = String(kubelog.storePath.dropLast("/kubelog.db".count))
    // A policy that refuses every request turns one into an error on the console; the probe says what does not fit.
    let probe = """
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
      """
    let script = """
      <script>addEventListener('load',()=>{const b=document.body,of=e=>e.getBoundingClientRect(),wide=[],bad=[];\
      for(const e of b.querySelectorAll('main *,header *,footer *'))if(!e.closest('svg,thead')&&of(e).right>of(b).right+1)wide.push(e.tagName);\
      for(const s of document.querySelectorAll('figure>svg'))if(s.getClientRects().length){\
      const t=[...s.querySelectorAll('text')].map(e=>[e.textContent,of(e)]);\
      t.forEach(([x,p],i)=>{if(p.left<of(s).left-2||p.right>of(s).right+2)bad.push(x);\
      for(const [y,q] of t.slice(i+1))if(p.left<q.right-1&&q.left<p.right-1&&p.top<q.bottom-3&&q.top<p.bottom-3)bad.push(x+'/'+y)})}\
      document.title='wide '+wide+' requests '+performance.getEntriesByType('resource').length+' texts '+bad})</script>
      """
    let page = try text(.html, kubelog).replacing("<head>\n", with: "<head>\n\(probe)\n").replacing(
      "</body>", with: "\(script)</body>")
    // A window is never narrower than 500: the page is made so.
    for (window, width) in [(500, 320), (500, 500), (800, 800), (1000, 1000), (1600, 1600)] {
      try page.replacing("<body>", with: "<body style=\"width:\(width)px\">").write(
        toFile: "\(folder)/page.html", atomically: true, encoding: .utf8)
      let (dom, log) = try browse("\(folder)/page.html", width: window, folder)
      let title = dom.firstRange(of: "<title>").map { dom[$0.upperBound...].prefix { $0 != "<" } } ?? ""
      #expect(title == "wide  requests 0 texts ", "\(width)")
      #expect(!log.contains("CONSOLE"), "\(log)")
    }
  }

  // MARK: What the scenes are made of

  private func text(_ format: Report.Format, _ kubelog: Kubelog) throws -> String {
    let folder = String(kubelog.storePath.dropLast("kubelog.db".count))
    return try kubelog.report().text(format).replacing(folder, with: "")
  }

  private func with(_ scene: Scene, _ body: (Kubelog) throws -> Void) throws {
    let folder = try FileManager.default.makeTemporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let kubelog = Kubelog(
      storePath: "\(folder)/kubelog.db", now: try #require(microseconds(Self.now)), zone: .utc, sealing: .fixed)
    try scene.fill(kubelog, folder)
    try body(kubelog)
  }

  private static func ingest(
    _ text: String, _ name: String, _ kubelog: Kubelog, _ folder: String, _ options: IngestOptions = IngestOptions()
  ) throws {
    let path = "\(folder)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let seconds = try #require(microseconds(FixtureCase.modified)) / 1_000_000
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: Double(seconds))], ofItemAtPath: path)
    var options = options
    options.year = 2026
    _ = try kubelog.ingest(path, options)
  }

  private static func of(_ node: String) -> IngestOptions {
    var options = IngestOptions()
    options.node = node
    return options
  }

  /// Each line with the stamp that `ts` would give it, half a second apart, from so many seconds after 14:32:36.
  private static func stamped(_ log: String, from second: Int) -> String {
    log.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
      "\(stamp(Double(second) + Double(index) / 2)) \(line)\n"
    }.joined()
  }

  private static func stamp(_ seconds: Double) -> String {
    rfc3339(1_795_444_356_000_000 + Int64(seconds * 1e6))
  }

  private static let workerLog = """
    [preflight] Running pre-flight checks
    [preflight] Reading configuration from the cluster...
    [kubelet-start] Starting the kubelet
    [kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap...

    This node has joined the cluster:
    * Certificate signing request was sent to apiserver and a response was received.

    """

  /// What a watch shows: each node NotReady, then Ready; every thirtieth leaves Ready for a while, the last one for good.
  private static func watch(_ names: [String], controlPlane: Int) -> String {
    var lines: [(second: Double, text: String)] = [(59, "NAME   STATUS   ROLES   AGE   VERSION")]
    func row(_ second: Double, _ index: Int, _ status: String, _ age: Int) {
      let role = index < controlPlane ? "control-plane" : "<none>"
      lines.append((second, "\(names[index])   \(status)   \(role)   \(age)s   v1.22.4"))
    }
    for index in names.indices {
      let joined = 60 + Double(index) * 4 + 3
      row(joined, index, "NotReady", 0)
      row(joined + 20 + Double(index % 7), index, "Ready", 20 + index % 7)
      if index % 30 == 29 {
        row(joined + 60, index, "NotReady", 60)
        row(joined + 90, index, "Ready", 90)
      }
    }
    if names.count > 1 { row(560, names.count - 1, "NotReady", 100) }
    return lines.sorted { $0.second < $1.second }.map { "\(stamp($0.second)) \($0.text)\n" }.joined()
  }

  // MARK: The browser

  private static let browser: String? = {
    let places: [String] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    return places.first { access($0, X_OK) == 0 }
  }()

  /// The page after it was shown, and what the browser said.
  private func browse(_ path: String, width: Int, _ folder: String) throws -> (dom: String, log: String) {
    let browser = try #require(Self.browser)
    let script = """
      HOME='\(folder)' timeout 60 '\(browser)' --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
      --user-data-dir='\(folder)/profile' --window-size=\(width),1000 --enable-logging=stderr --v=0 --dump-dom \
      'file://\(path)' >'\(folder)/dom' 2>'\(folder)/log'
      """
    let words: [String] = ["/bin/sh", "-c", script]
    var arguments = words.map { strdup($0) } + [nil]
    defer { for word in arguments { free(word) } }
    var process: pid_t = 0
    let spawned = posix_spawn(&process, words[0], nil, nil, &arguments, environ)
    try #require(spawned == 0)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return (FileManager.default.text(atPath: "\(folder)/dom"), FileManager.default.text(atPath: "\(folder)/log"))
  }

  /// Whether every tag that is opened is closed in order, which no escaping mistake survives.
  private func isWellFormed(_ html: String) -> Bool {
    let void: Set<Substring> = ["meta", "br", "!doctype"]
    var open: [Substring] = []
    var rest = html[...]
    while let start = rest.firstIndex(of: "<") {
      guard let end = rest[start...].firstIndex(of: ">") else { return false }
      let tag = rest[rest.index(after: start)..<end]
      let name = tag.prefix { $0 != " " && $0 != "/" && $0 != "\n" }
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return false }
      } else if !tag.hasSuffix("/"), !void.contains(name) {
        open.append(name)
      }
      rest = rest[rest.index(after: end)...]
    }
    return open.isEmpty
  }
}
