import KubelogScan
import Testing

@testable import KubelogParse

@Suite struct NamesTests {
  /// Programs, of which a log may name any number, and hosts each have a limit of their own.
  @Test func programsTakeNoHostItsName() {
    var names = Names()
    func name(_ text: String, isHost: Bool) -> Name? {
      let bytes = Array(text.utf8)
      return names.name(bytes.span, 0..<bytes.count, isHost: isHost)
    }
    for number in 0..<65_536 { #expect(name("program\(number)", isHost: false) != nil) }
    #expect(name("one more", isHost: false) == nil)
    #expect(name("cp1", isHost: true).map { names.text($0) } == "cp1")
    #expect(name("cp1", isHost: false) != nil, "what is known is known")
    #expect(name("program7", isHost: false).map { names.text($0) } == "program7")
    for number in 1..<65_536 { #expect(name("host\(number)", isHost: true) != nil) }
    #expect(name("one more", isHost: true) == nil)
  }
}
