/// Lanes of marks on one linear axis, drawn as SVG in two widths.
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
    /// Assumed since nothing was observed any more.
    case assumed
    case assumedLost = "assumed lost"
    case valid
    /// Between the earliest and the latest end.
    case bounds
    case never
  }

  /// What is drawn on a lane; positions are on the axis, microseconds.
  enum Mark {
    /// A bar, with text in it where there is room.
    case bar(Style, from: Int64, to: Int64, label: String = "")
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
    var isNow = false
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

    var units: Double { self == .wide ? 800 : 320 }
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

  private func draw(_ width: Width) -> (body: HTML, height: Double) {
    let isWide = width == .wide
    let left = isWide ? 176.0 : 0
    let right = isWide && lanes.contains { !$0.value.isEmpty } ? width.units - 188 : width.units - 14
    let pitch = isWide ? (lanes.count > 12 ? 16.0 : 24.0) : 40
    let top = 34.0
    let height = top + Double(lanes.count) * pitch + 6
    let x = { (time: Int64) in
      let share = Double(min(max(time, from), to) - from) / Double(max(1, to - from))
      return left + share * (right - left)
    }
    var body: HTML = ""
    let seconds = step(plot: right - left, room: times == nil ? 44 : 62)
    var tick = from
    if let times {
      let beyond = times.beyondStep(from, step: seconds)
      if beyond > 0 { tick += seconds * 1_000_000 - beyond }
    }
    var lastLabel = ""
    while tick <= to {
      let place = x(tick)
      let label = times?.tick(tick, step: seconds) ?? secondsText((tick - from) / 1_000_000)
      body += "<line class=\"grid\" x1=\"\(place)\" y1=\"\(top - 6)\" x2=\"\(place)\" y2=\"\(height)\"/>"
      // A label that a moment's line would cross says less than the line.
      let isFree = moments.allSatisfy { abs(x($0.from) - place) > 24 }
      if label != lastLabel, isFree {
        let anchor = place - left < 24 ? "start" : width.units - place < 24 ? "end" : "middle"
        body += "<text class=\"ax\" x=\"\(place)\" y=\"\(top - 10)\" text-anchor=\"\(anchor)\">\(label)</text>"
        lastLabel = label
      }
      tick += seconds * 1_000_000
    }
    for moment in moments where moment.to >= from && moment.from <= to && moment.to > moment.from {
      body +=
        "<rect class=\"band\" x=\"\(x(moment.from))\" y=\"\(top - 6)\" width=\"\(max(1, x(moment.to) - x(moment.from)))\" height=\"\(height - top + 6)\"/>"
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
    for moment in moments where moment.to >= from && moment.from <= to {
      let place = x(moment.from)
      let (style, text) = moment.isNow ? ("now", "b") : ("cni", "cnit")
      // Where names stand above the bars a line through all would strike them out.
      var pieces: [(Double, Double)] = [(4, height)]
      if !isWide {
        pieces = lanes.indices.map { (top + Double($0) * pitch + 18, top + Double($0) * pitch + 36) }
      }
      for (upper, lower) in pieces where moment.from == moment.to {
        body += "<line class=\"\(style)\" x1=\"\(place)\" y1=\"\(upper)\" x2=\"\(place)\" y2=\"\(lower)\"/>"
      }
      let room = Double(moment.label.unicodeScalars.count) * 6.6
      let isLeft = place + 5 + room > width.units
      body +=
        "<text class=\"\(text)\" x=\"\(isLeft ? place - 5 : place + 5)\" y=\"11\" text-anchor=\"\(isLeft ? "end" : "start")\">\(moment.label)</text>"
    }
    return (body, height)
  }

  /// The texts of a lane: beside the plot where it is wide, above the bar where it is slim.
  private func words(_ lane: Lane, _ width: Width, y: Double) -> HTML {
    let detail = cutInTheMiddle(lane.detail, to: 18)
    let name = cutInTheMiddle(lane.name, to: 26 - min(9, detail.unicodeScalars.count))
    var text: HTML =
      "<text class=\"t\" x=\"0\" y=\"\(y)\"><title>\(lane.name)</title><tspan class=\"b\">\(name)</tspan> <tspan class=\"t2\">\(detail)</tspan></text>"
    if width == .wide, !lane.value.isEmpty {
      text += "<text class=\"t\" x=\"\(width.units - 176)\" y=\"\(y)\">\(lane.value)</text>"
      text += "<text class=\"t2\" x=\"\(width.units)\" y=\"\(y)\" text-anchor=\"end\">\(lane.remark)</text>"
    } else if !lane.value.isEmpty {
      text +=
        "<text class=\"t2\" x=\"\(width.units)\" y=\"\(y)\" text-anchor=\"end\">\(lane.remark.isEmpty ? lane.value : lane.remark)</text>"
    }
    return text
  }

  private func draw(_ mark: Mark, _ middle: Double, _ x: (Int64) -> Double) -> HTML {
    switch mark {
    case .bar(let style, let from, let to, _) where style == .assumed || style == .assumedLost:
      return
        "<line class=\"m-\(style.rawValue)\" x1=\"\(x(from))\" y1=\"\(middle)\" x2=\"\(x(to))\" y2=\"\(middle)\"/>"
    case .bar(let style, let from, let to, let label):
      // NotReady stands at the foot with half the height; what expires is slim.
      let (rise, height) =
        switch style {
        case .notReady: (0.0, 7.0)
        case .valid, .bounds, .never: (-4.0, 8.0)
        default: (-7.0, 14.0)
        }
      let length = max(0.8, x(to) - x(from))
      var text: HTML =
        "<rect class=\"m-\(style.rawValue)\" x=\"\(x(from))\" y=\"\(middle + rise)\" width=\"\(length)\" height=\"\(height)\"/>"
      if style == .never {
        text +=
          "<path class=\"m-arrow\" d=\"M\(x(to)),\(middle - 8) l9,8 l-9,8 Z\"/>"
      }
      if !label.isEmpty, length > Double(label.unicodeScalars.count) * 6.4 + 10 {
        if style == .failed || style == .publishes {
          text +=
            "<rect class=\"paper\" x=\"\(x(from) + 4)\" y=\"\(middle - 6)\" width=\"\(Double(label.unicodeScalars.count) * 6.4 + 4)\" height=\"12\"/>"
        }
        text +=
          "<text class=\"\(style == .waits ? "tw" : "t")\" x=\"\(x(from) + 6)\" y=\"\(middle + 4)\">\(label)</text>"
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

  private func secondsText(_ seconds: Int64) -> String {
    seconds == 0 ? "0 s" : humanDuration(Double(seconds))
  }
}

/// `text` with `…` in its middle where it is longer than `most` characters.
func cutInTheMiddle(_ text: String, to most: Int) -> String {
  let shown = visible(text)
  guard shown.count > most else { return shown }
  return shown.prefix(most / 2) + "…" + shown.suffix(most - most / 2 - 1)
}
