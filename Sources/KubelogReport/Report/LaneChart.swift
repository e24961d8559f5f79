/// Lanes of marks on one linear axis, drawn as SVG in two widths: for pages and paper, and for telephones.
///
/// Text of a mark never stands alone for its colour: each style has a shape of its own.
struct LaneChart {
  /// How long spans and moments are drawn.
  enum Style: String {
    case prepares = "prep"
    case waits = "wait"
    case publishes = "pub"
    case failed = "fail"
    /// Something was, how its parts lie is not known.
    case unknown = "unk"
    case ready
    case notReady = "not"
    /// Takes no new pods: seen so, and between two looks of which only one says so.
    case cordoned = "cord"
    case perhapsCordoned = "cord perhaps"
    /// Changed somewhere in here, between two looks.
    case between = "btw"
    /// Assumed since nothing was observed any more.
    case assumed
    case assumedAtRisk = "assumed risk"
    case assumedLost = "assumed lost"
    case assumedUnknown = "assumed open"
    /// How the majority stands; what is not known is ``unknown``.
    case healthy, single, lost
    case atRisk = "risk"
    /// A number over time.
    case count
    case valid
    /// Between the earliest and the latest end.
    case bounds
    case never
    /// Up to its end, of what is not known to work.
    case perhaps
  }

  /// What is drawn on a lane; positions are on the axis, microseconds.
  enum Mark {
    /// A bar, with text in it where there is room, else what is before its comma; `hint` is said when pointed at.
    case bar(Style, from: Int64, to: Int64, label: String = "", hint: String = "")
    /// A solid end: it is printed.
    case end(Int64)
    /// A ring: it is computed.
    case ring(Int64)
    /// A cross: it is over.
    case cross(Int64)
    /// A short stroke: it began, nobody knows how long.
    case stroke(Int64)
    /// A dashed line with a question mark.
    case open(from: Int64)
  }

  /// One line of the chart.
  struct Lane {
    var name: String
    var detail = ""
    var marks: [Mark]
    /// What is said at the right.
    var value = ""
    var remark = ""
  }

  /// A line down through all lanes, or a band where only its bounds are known.
  struct Moment {
    var from: Int64
    var to: Int64
    var label: String
    var style = Style.network

    enum Style: String {
      case network = "cni"
      case now
      /// Something stopped, or somebody did something: a letter in a box, which a list explains.
      case stop, deed

      var isLettered: Bool { self == .stop || self == .deed }
    }
  }

  var lanes: [Lane]
  var moments: [Moment] = []
  var from: Int64
  var to: Int64
  /// Labels of ticks; nil: seconds since the begin.
  var times: ReportTimes?

  /// Widths in units; style shows the one that fits.
  enum Width: String, CaseIterable {
    case wide, slim

    var units: Double { self == .wide ? 760 : 296 }
  }

  /// Both widths, with the chart's name and what it shows in words.
  func svg(id: String, title: String, description: String) -> HTML {
    Markup(
      Width.allCases.map { width in
        let (body, height) = draw(width)
        let name = "\(id)-\(width.rawValue)"
        return """
          <svg class="\(width.rawValue)" viewBox="0 0 \(width.units) \(height)" role="img" aria-labelledby="\(name)-t \(name)-d">\
          <title id="\(name)-t">\(title)</title><desc id="\(name)-d">\(description)</desc>\(body)</svg>

          """
      })
  }

  /// Seconds between ticks that leave `room` units between labels.
  private func step(plot: Double, room: Double) -> Int64 {
    let steps: [Int64] = [
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
      1_209_600, 2_592_000, 7_862_400, 15_724_800, 31_536_000, 63_072_000, 157_680_000, 315_360_000,
    ]
    let length = Double(max(1, to - from)) / 1e6
    return steps.first { Double($0) / length * plot >= room } ?? Int64(length) + 1
  }

  /// Where ticks stand that are so many seconds apart: from the begin, or where the clock or the calendar is round.
  private func ticks(every seconds: Int64) -> [Int64] {
    if let times, seconds >= 28 * 86_400 {
      return times.firsts(from, to, every: Int((Double(seconds) / 2_628_000).rounded()))
    }
    let step = seconds * 1_000_000
    let beyond = times?.beyondStep(from, step: seconds) ?? 0
    return Array(stride(from: beyond > 0 ? from + step - beyond : from, through: to, by: Int64.Stride(step)))
  }

  private func draw(_ width: Width) -> (body: HTML, height: Double) {
    let isWide = width != .slim
    let left = isWide ? 162.0 : 0
    let right =
      isWide && lanes.contains { !$0.value.isEmpty } ? width.units - margin - 12 : width.units - 14
    let pitch = isWide ? (lanes.count > 12 ? 16.0 : 24.0) : 40
    let x = { (time: Int64) in
      let share = Double(min(max(time, from), to) - from) / Double(max(1, to - from))
      return left + share * (right - left)
    }
    let letters = letterRows(x)
    let tickBase = moments.contains { !$0.style.isLettered } ? 24.0 : 12
    let top = tickBase + 10 + Double(letters.map { $0.row + 1 }.max() ?? 0) * Self.letterPitch
    let height = top + Double(lanes.count) * pitch + 6
    var body: HTML = ""
    let seconds = step(plot: right - left, room: times == nil ? 44 : 62)
    var lastLabel = ""
    for tick in ticks(every: seconds) {
      let place = x(tick)
      let label = times?.tick(tick, step: seconds) ?? secondsText((tick - from) / 1_000_000)
      body += "<line class=\"grid\" x1=\"\(place)\" y1=\"\(top - 6)\" x2=\"\(place)\" y2=\"\(height)\"/>"
      // A label that a moment's line would cross says less than the line.
      let isFree = moments.allSatisfy {
        $0.style.isLettered || $0.from < $0.to || abs(x($0.from) - place) > 24
      }
      if label != lastLabel, isFree {
        let anchor = place - left < 24 ? "start" : width.units - place < 24 ? "end" : "middle"
        body += "<text class=\"ax\" x=\"\(place)\" y=\"\(tickBase)\" text-anchor=\"\(anchor)\">\(label)</text>"
        lastLabel = label
      }
    }
    for moment in moments where moment.to >= from && moment.from <= to && moment.to > moment.from {
      body +=
        "<rect class=\"band\" x=\"\(x(moment.from))\" y=\"\(tickBase + 4)\" width=\"\(max(1, x(moment.to) - x(moment.from)))\" height=\"\(height - tickBase - 4)\"/>"
    }
    // Where names stand above the bars a line through all would strike them out.
    let bars = lanes.indices.map { (top + Double($0) * pitch + 18, top + Double($0) * pitch + 36) }
    for (moment, row) in letters {
      let (place, foot) = (x(moment.from), tickBase + 6 + Double(row) * Self.letterPitch + 15)
      for (upper, lower) in isWide ? [(foot, height)] : [(foot, top)] + bars {
        body +=
          "<line class=\"ev-\(moment.style.rawValue)\" x1=\"\(place)\" y1=\"\(upper)\" x2=\"\(place)\" y2=\"\(lower)\"/>"
      }
    }
    for (moment, row) in letters {
      let (place, foot) = (x(moment.from), tickBase + 6 + Double(row) * Self.letterPitch + 15)
      body +=
        "<rect class=\"box-\(moment.style.rawValue)\" x=\"\(place - 7.5)\" y=\"\(foot - 15)\" width=\"15\" height=\"15\"/>"
      body += "<text class=\"b\" x=\"\(place)\" y=\"\(foot - 3.5)\" text-anchor=\"middle\">\(moment.label)</text>"
    }
    for (index, lane) in lanes.enumerated() {
      let base = top + Double(index) * pitch
      if index > 0 {
        body += "<line class=\"hair\" x1=\"0\" y1=\"\(base)\" x2=\"\(width.units)\" y2=\"\(base)\"/>"
      }
      let middle = isWide ? base + pitch / 2 : base + 27
      body += words(lane, width, y: isWide ? middle + 4 : base + 15)
      body += "<line class=\"base\" x1=\"\(left)\" y1=\"\(middle)\" x2=\"\(right)\" y2=\"\(middle)\"/>"
      for mark in lane.marks { body += draw(mark, middle, x) }
    }
    var labelEnd = -Double.infinity
    for moment in moments where moment.to >= from && moment.from <= to && !moment.style.isLettered {
      let place = x(moment.from)
      let text = moment.style == .now ? "b" : "cnit"
      for (upper, lower) in isWide ? [(4, height)] : bars where moment.from == moment.to {
        body +=
          "<line class=\"\(moment.style.rawValue)\" x1=\"\(place)\" y1=\"\(upper)\" x2=\"\(place)\" y2=\"\(lower)\"/>"
      }
      let room = Double(moment.label.unicodeScalars.count) * 6.6
      let isLeft = place + 5 + room > width.units
      guard (isLeft ? place - 5 - room : place) >= labelEnd else { continue }
      labelEnd = isLeft ? place : place + 5 + room
      body +=
        "<text class=\"\(text)\" x=\"\(isLeft ? place - 5 : place + 5)\" y=\"11\" text-anchor=\"\(isLeft ? "end" : "start")\">\(moment.label)</text>"
    }
    return (body, height)
  }

  /// The units from one row of letters to the next.
  private static let letterPitch = 18.0

  /// The moments with letters, each in the first row where the letter before leaves it room.
  private func letterRows(_ x: (Int64) -> Double) -> [(moment: Moment, row: Int)] {
    var ends: [Double] = []
    return moments.filter { $0.style.isLettered && $0.to >= from && $0.from <= to }.map { moment in
      let place = x(moment.from)
      let row = ends.firstIndex { place - $0 >= 18 } ?? ends.count
      if row == ends.count { ends.append(place) } else { ends[row] = place }
      return (moment, row)
    }
  }

  /// The texts of a lane: beside the plot where it is wide, above the bar where it is slim.
  private func words(_ lane: Lane, _ width: Width, y: Double) -> HTML {
    let most = width == .wide ? 22 : 28
    let detail = cutInTheMiddle(lane.detail, to: 18)
    let name = cutInTheMiddle(lane.name, to: most - min(most - 17, detail.unicodeScalars.count))
    var text: HTML =
      "<text class=\"t\" x=\"0\" y=\"\(y)\"><title>\(lane.name)</title><tspan class=\"b\">\(name)</tspan> <tspan class=\"t2\">\(detail)</tspan></text>"
    if width != .slim, !lane.value.isEmpty {
      text += "<text class=\"t\" x=\"\(width.units - margin)\" y=\"\(y)\">\(lane.value)</text>"
      text += "<text class=\"t2\" x=\"\(width.units)\" y=\"\(y)\" text-anchor=\"end\">\(lane.remark)</text>"
    } else if !lane.value.isEmpty {
      // Both where there is room on the line of the name.
      let both = [lane.value, lane.remark].filter { !$0.isEmpty }.joined(separator: ", ")
      let fits = Self.room(name + " " + detail + "  " + both) < width.units
      let words = fits ? both : lane.remark.isEmpty ? lane.value : lane.remark
      text += "<text class=\"t2\" x=\"\(width.units)\" y=\"\(y)\" text-anchor=\"end\">\(words)</text>"
    }
    return text
  }

  /// Where the words at the right begin, from the right; charts one below the other agree unless words are long.
  private var margin: Double {
    min(max(188, lanes.map { Self.room($0.value + $0.remark) + 10 }.max() ?? 0), 250)
  }

  private func draw(_ mark: Mark, _ middle: Double, _ x: (Int64) -> Double) -> HTML {
    switch mark {
    case .bar(let style, let from, let to, _, _) where style.isAssumed:
      return
        "<line class=\"m-\(style.rawValue)\" x1=\"\(x(from))\" y1=\"\(middle)\" x2=\"\(x(to))\" y2=\"\(middle)\"/>"
    case .bar(let style, let from, let to, let label, let hint):
      // NotReady stands at the foot with half the height; what expires is slim.
      let (rise, height) =
        switch style {
        case .notReady: (0.0, 7.0)
        case .valid, .bounds, .never, .perhaps: (-4.0, 8.0)
        default: (-7.0, 14.0)
        }
      let length = max(0.8, x(to) - x(from))
      let shape: HTML =
        "<rect class=\"m-\(style.rawValue)\" x=\"\(x(from))\" y=\"\(middle + rise)\" width=\"\(length)\" height=\"\(height)\""
      var text: HTML = hint.isEmpty ? shape + "/>" : shape + "><title>\(hint)</title></rect>"
      if style == .never {
        text +=
          "<path class=\"m-arrow\" d=\"M\(x(to)),\(middle - 8) l9,8 l-9,8 Z\"/>"
      }
      if to > self.to, style != .never {
        // It goes on beyond the axis.
        let end = x(self.to) - 9
        text += "<path class=\"cut\" d=\"M\(end - 3),\(middle + 9) l6,-18 h4 l-6,18 Z\"/>"
        text += "<path class=\"cutl\" d=\"M\(end - 3),\(middle + 9) l6,-18 m4,0 l-6,18\"/>"
      }
      if let label = fitting(label, in: style.isHatched ? length - 20 : length) {
        text +=
          "<text class=\"\(style.isSolid ? "tw" : style.isHatched ? "th" : "t")\" x=\"\(x(from) + 6)\" y=\"\(middle + 4)\">\(label)</text>"
      }
      return text
    case .end(let time):
      return "<line class=\"endl\" x1=\"\(x(time))\" y1=\"\(middle - 7)\" x2=\"\(x(time))\" y2=\"\(middle + 7)\"/>"
    case .ring(let time): return "<circle class=\"ring\" cx=\"\(x(time))\" cy=\"\(middle)\" r=\"4.5\"/>"
    case .cross(let time):
      return "<path class=\"cross\" d=\"M\(x(time) - 4),\(middle - 4) l8,8 m0,-8 l-8,8\"/>"
    case .stroke(let time):
      return "<line class=\"endl\" x1=\"\(x(time))\" y1=\"\(middle - 6)\" x2=\"\(x(time))\" y2=\"\(middle + 6)\"/>"
    case .open(let from):
      return
        "<line class=\"m-open\" x1=\"\(x(from))\" y1=\"\(middle)\" x2=\"\(x(to) - 12)\" y2=\"\(middle)\"/><text class=\"b\" x=\"\(x(to))\" y=\"\(middle + 4)\" text-anchor=\"end\">?</text>"
    }
  }

  /// The units that a text takes at most.
  private static func room(_ text: String) -> Double { Double(text.unicodeScalars.count) * 6.4 }

  /// `label`, or what is before its comma, where it fits in a bar.
  private func fitting(_ label: String, in length: Double) -> String? {
    [label, String(label.prefix { $0 != "," })].first { !$0.isEmpty && length > Self.room($0) + 10 }
  }

  private func secondsText(_ seconds: Int64) -> String {
    seconds == 0 ? "0 s" : humanDuration(Double(seconds))
  }
}

extension LaneChart.Style {
  fileprivate var isAssumed: Bool { rawValue.hasPrefix("assumed") }

  /// Whether text on it needs a ground of its own.
  fileprivate var isHatched: Bool { [.failed, .publishes, .atRisk].contains(self) }

  /// Whether text on it is in the colour of the page.
  fileprivate var isSolid: Bool { [.waits, .healthy, .lost].contains(self) }
}

extension LaneChart.Mark {
  /// Where it begins.
  var begin: Int64 {
    switch self {
    case .bar(_, let from, _, _, _), .open(let from): from
    case .end(let time), .ring(let time), .cross(let time), .stroke(let time): time
    }
  }

  /// Whether it leaves the upper half of its lane free.
  var isLow: Bool { if case .bar(.notReady, _, _, _, _) = self { true } else { false } }
}

extension LaneChart.Lane {
  /// The styles of its bars.
  var styles: Set<LaneChart.Style> {
    Set(marks.compactMap { if case .bar(let style, _, _, _, _) = $0 { style } else { nil } })
  }
}

/// `text` with `…` in its middle where it is longer than `most` characters.
func cutInTheMiddle(_ text: String, to most: Int) -> String {
  let shown = visible(text)
  guard shown.count > most else { return shown }
  return shown.prefix(most / 2) + "…" + shown.suffix(most - most / 2 - 1)
}
