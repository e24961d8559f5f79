internal import CSigns

/// Whether each of the `length` bytes at `text` is at least the one in `lowest` and at most so much above it as `above` has.
///
/// So many can be read of all three.
public func liesWithin(
  _ text: UnsafePointer<UInt8>, _ lowest: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt8>, length: Int
) -> Bool {
  unsafe kl_lies_within(text, lowest, above, length) != 0
}

/// The place of the first `byte` among the 64 at `text`, all of which can be read; 64 where there is none.
public func placeIn64(_ text: UnsafePointer<UInt8>, _ byte: UInt8) -> Int { Int(unsafe kl_place_in_64(text, byte)) }

/// Whether the first `length` bytes of both are the same: at most 64, and at least 64 can be read of both.
public func isSame64(_ text: UnsafePointer<UInt8>, _ other: UnsafePointer<UInt8>, length: Int) -> Bool {
  unsafe kl_is_same_64(text, other, length) != 0
}
