import TestSamples
import Testing

@testable import KubelogStore

@Suite struct OccurrencesTests {
  @Test(arguments: [
    [0], [59_999_999], [0, 1, 2], [0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152], [5, 1_000_000, 59_999_999],
  ])
  func storedAndReadAgain(_ offsets: [Int]) throws {
    let set = try set(of: offsets)
    #expect(set.offsets == offsets)
    #expect(Occurrences(stored: set.bytes) == set)
    #expect(set.count == offsets.count)
  }

  @Test func bytesAreTheSortedDifferencesSevenBitsEach() throws {
    #expect(try set(of: [300, 0, 128]).bytes == [0, 0x80, 0x01, 0xAC, 0x01])
    #expect(try set(of: [7]).bytes == [7])
  }

  @Test func orderDoesNotMatter() throws {
    let offsets = [4_000_000, 9_000_001, 14_000_002, 19_000_003, 24_000_004]
    let expected = try set(of: offsets)
    var random = Dice(seed: 1)
    for _ in 0..<50 { #expect(try set(of: offsets.shuffled(using: &random)) == expected) }
  }

  @Test func unionIsTheSameFromBothSides() throws {
    let (left, right) = ([1, 5, 9, 700_000], [5, 6, 700_000, 800_000])
    var one = try set(of: left)
    for offset in right { _ = one.insert(offset) }
    var other = try set(of: right)
    for offset in left { _ = other.insert(offset) }
    #expect(one == other)
    #expect(one.offsets == [1, 5, 6, 9, 700_000, 800_000])
    #expect(one.bytes == other.bytes)
  }

  @Test func duplicatesAreRefusedWhereverTheyStand() throws {
    var set = try set(of: [10, 20, 30])
    for offset in [10, 20, 30] {
      let isNew = set.insert(offset)
      #expect(!isNew)
    }
    let isNew = set.insert(15)
    #expect(isNew)
    #expect(set.offsets == [10, 15, 20, 30])
  }

  @Test func nothingStoredIsNothing() {
    var set = Occurrences(stored: [])
    #expect(set.offsets == [])
    #expect(set.count == 0)
    #expect(set.bytes == [])
    let isNew = set.insert(3)
    #expect(isNew)
    #expect(set.offsets == [3])
  }

  @Test(arguments: [[0x80], [0x05, 0xFF], Array(repeating: UInt8(0xFF), count: 40)])
  func brokenBytesEndTheSet(_ bytes: [UInt8]) {
    let expected = bytes.first == 5 ? [5] : []
    #expect(Occurrences(stored: bytes).offsets == expected)
  }

  private func set(of offsets: [Int]) throws -> Occurrences {
    var set = Occurrences(try #require(offsets.first))
    for offset in offsets.dropFirst() { _ = set.insert(offset) }
    return set
  }
}
