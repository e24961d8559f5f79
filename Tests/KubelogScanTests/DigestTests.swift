import KubelogScan
import Testing

@Suite struct DigestTests {
  private func digest(_ build: (inout Digester) -> Void) -> Digest {
    var digester = Digester()
    build(&digester)
    return digester.digest()
  }

  /// Stores keep digests: these values may never change. Computed apart from this code, with a few lines of Python.
  @Test func valuesAreTheSameInEveryVersion() {
    #expect(digest { _ in }.hex == "1afd69f84c4162b98bf1c9591df34204")
    #expect(digest { $0.add("kubeadm.phase.started") }.hex == "616ff77ab66132c0274c274e8482c7af")
    #expect(digest { $0.add(42 as Int64) }.hex == "a85a51d979974107825263b7812b8e2c")
    #expect(digest { $0.add("") }.hex == "9fbd8977c985e5f5ca8844e59c450c5c")
    #expect(
      digest {
        $0.add("cp3")
        $0.add(-1 as Int64)
        $0.add("Führungsknoten, 32 bytes und mehr")
      }.hex == "154186e926e1b387c30abb5b6a2451d1")
    #expect(Digester(after: Digest(high: 1, low: 2)).digest().hex == "378d054377aec6bcf381947470f47882")
  }

  @Test func digestsLieByTheNumberThatLeadsThem() {
    let (one, other) = (digest { $0.add("a") }, digest { $0.add("b") })
    #expect(one.led(by: 7).hex.hasPrefix("00000007"))
    #expect(one.led(by: 7) < other.led(by: 8))
    #expect(other.led(by: 7) < one.led(by: 8))
    #expect(one.led(by: 7) != other.led(by: 7))
    #expect(one.led(by: 7).low == one.low)
    #expect(one.led(by: -1).hex.hasPrefix("ffffffff"))
  }

  @Test func fieldsDoNotRunTogether() {
    let whole = digest { $0.add("abc") }
    let early = digest {
      $0.add("ab")
      $0.add("c")
    }
    let late = digest {
      $0.add("a")
      $0.add("bc")
    }
    #expect(Set([whole, early, late]).count == 3)
  }

  @Test func everythingCounts() {
    let texts = [
      "", "\0", "\0\0", "a", "b", "a\0", String(repeating: "x", count: 15), String(repeating: "x", count: 16),
    ]
    #expect(Set(texts.map { text in digest { $0.add(text) } }).count == texts.count)
    #expect(digest { $0.add(1 as Int64) } != digest { $0.add("1") })
    #expect(digest { $0.add(0 as Int64) } != digest { _ in })
    let one = digest {
      $0.add("a")
      $0.add("b")
    }
    let other = digest {
      $0.add("b")
      $0.add("a")
    }
    #expect(one != other)
  }

  @Test func aRangeIsAsGoodAsItsBytes() {
    let text = Array("..sixteen bytes and then some..".utf8)
    let ranged = digest { $0.add(text.span, in: 2..<29) }
    #expect(ranged == digest { $0.add("sixteen bytes and then some") })
  }

  @Test func chainsDependOnAllTheirLinks() {
    func chain(_ lines: [String]) -> Digest {
      var last = Digester().digest()
      for line in lines {
        var digester = Digester(after: last)
        digester.add(line)
        last = digester.digest()
      }
      return last
    }
    #expect(chain(["a", "b", "c"]) == chain(["a", "b", "c"]))
    #expect(chain(["a", "b", "c"]) != chain(["x", "b", "c"]))
    #expect(chain(["a", "b", "c"]) != chain(["b", "a", "c"]))
    #expect(chain(["a", "b"]) != chain(["a", "b", ""]))
  }

  @Test func digestDoesNotEndTheDigester() {
    var digester = Digester()
    digester.add("a")
    _ = digester.digest()
    digester.add("b")
    #expect(
      digester.digest()
        == digest {
          $0.add("a")
          $0.add("b")
        })
  }

  @Test func hexAndBytesAndOrder() {
    let digest = Digest(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
    #expect(digest.hex == "0123456789abcdeffedcba9876543210")
    #expect(digest.bytes.prefix(3) == [0x01, 0x23, 0x45])
    #expect(digest.bytes.count == 16)
    #expect(Digest(high: 1, low: 9) < Digest(high: 2, low: 0))
    #expect(Digest(high: 1, low: 1) < Digest(high: 1, low: 2))
    #expect(!(Digest(high: 1, low: 2) < Digest(high: 1, low: 2)))
  }
}
