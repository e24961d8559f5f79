import KubelogScan
import Testing

@Suite struct KeyedDigestTests {
  /// The vectors of SipHash's authors: the key is 00 01 … 0f, the input 00 01 ….
  @Test(
    arguments: [
      (0, 0x726F_DB47_DD0E_0E31), (1, 0x74F8_39C5_93DC_67FD), (8, 0x93F5_F579_9A93_2462), (15, 0xA129_CA61_49BE_45E5),
    ] as [(Int, UInt64)])
  func isSipHash(_ count: Int, _ expected: UInt64) {
    let digest = KeyedDigest(key: (0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908))
    #expect(digest.digest((0..<count).map { UInt8($0) }) == expected)
  }

  @Test func everyKeyIsAnother() { #expect(KeyedDigest().digest([1]) != KeyedDigest().digest([1])) }
}
