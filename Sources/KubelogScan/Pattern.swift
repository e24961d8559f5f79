internal import CPCRE2

/// A compiled PCRE2 pattern with its named groups, JIT-compiled.
///
/// Not for several threads at once: it owns the memory its matches are put into.
@safe
public final class Pattern {
  /// A pattern that PCRE2 does not take.
  public struct CompileError: Error, Equatable {
    /// PCRE2's own words.
    public var message: String
    /// Where in the pattern, in bytes from 0.
    public var offset: Int
  }

  /// How a match ended.
  public enum Outcome: Sendable {
    /// The pattern matched; ``Pattern/range(of:)`` tells where.
    case matched
    /// It did not.
    case noMatch
    /// PCRE2's match or depth limit was hit: the line is given up and counted, never waited for.
    case limit
  }

  /// The named groups, in the order of their numbers.
  public let groups: [(name: String, number: Int)]

  private let code: OpaquePointer
  private let matchData: OpaquePointer
  private let context: OpaquePointer
  /// As many backtracks as a line of 1 MiB may honestly need.
  private static let matchLimit: UInt32 = 200_000
  private static let depthLimit: UInt32 = 1_000

  /// Compiles `text`. Broken UTF-8 in what is searched never matches but does no harm.
  ///
  /// Throws ``CompileError`` when the pattern is wrong.
  public init(_ text: String) throws(CompileError) {
    var (errorCode, errorOffset): (Int32, Int) = (0, 0)
    let bytes = Array(text.utf8)
    let options = UInt32(PCRE2_UTF) | UInt32(PCRE2_MATCH_INVALID_UTF) | UInt32(PCRE2_DUPNAMES)
    let compiled = unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe pcre2_compile_8(buffer.baseAddress, buffer.count, options, &errorCode, &errorOffset, nil)
    }
    guard let compiled = unsafe compiled else {
      var message = [UInt8](repeating: 0, count: 256)
      let length = unsafe message.withUnsafeMutableBufferPointer { buffer in
        unsafe pcre2_get_error_message_8(errorCode, buffer.baseAddress, buffer.count)
      }
      throw CompileError(
        message: String(decoding: message.prefix(Int(max(0, length))), as: UTF8.self), offset: errorOffset)
    }
    unsafe pcre2_jit_compile_8(compiled, UInt32(PCRE2_JIT_COMPLETE))
    guard let data = unsafe pcre2_match_data_create_from_pattern_8(compiled, nil),
      let limits = unsafe pcre2_match_context_create_8(nil)
    else {
      unsafe pcre2_code_free_8(compiled)
      throw CompileError(message: "out of memory", offset: 0)
    }
    unsafe pcre2_set_match_limit_8(limits, Self.matchLimit)
    unsafe pcre2_set_depth_limit_8(limits, Self.depthLimit)
    unsafe code = compiled
    unsafe matchData = data
    unsafe context = limits
    unsafe groups = Self.names(of: compiled)
  }

  deinit {
    unsafe pcre2_match_context_free_8(context)
    unsafe pcre2_match_data_free_8(matchData)
    unsafe pcre2_code_free_8(code)
  }

  /// Searches `range` of `bytes` for the first match; nothing outside `range` is seen.
  public func match(_ bytes: Bytes, in range: Range<Int>) -> Outcome {
    let result = unsafe bytes.withUnsafeBufferPointer { buffer -> Int32 in
      guard let base = buffer.baseAddress else { return PCRE2_ERROR_NOMATCH }
      return unsafe pcre2_match_8(
        code, base + range.lowerBound, range.count, 0, 0, matchData, context)
    }
    searched = range
    switch result {
    case 1...: return .matched
    case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_JIT_STACKLIMIT, PCRE2_ERROR_HEAPLIMIT:
      return .limit
    default: return .noMatch
    }
  }

  /// Whether a text that begins with the ASCII bytes of `range` can match; false only where no further bytes would help.
  public func mayMatch(textBeginningWith bytes: Bytes, in range: Range<Int>) -> Bool {
    // Not the pattern's own memory: JIT does not answer this, and what PCRE2 needs instead, 20 KiB, would stay with each pattern.
    guard isAnchored, let data = unsafe pcre2_match_data_create_8(1, nil) else { return true }
    defer { unsafe pcre2_match_data_free_8(data) }
    let result = unsafe bytes.withUnsafeBufferPointer { buffer -> Int32 in
      guard let base = buffer.baseAddress else { return PCRE2_ERROR_PARTIAL }
      return unsafe pcre2_match_8(
        code, base + range.lowerBound, range.count, 0, UInt32(PCRE2_PARTIAL_HARD), data, context)
    }
    return result != PCRE2_ERROR_NOMATCH
  }

  /// Whether it matches at the beginning of a text or not at all.
  private var isAnchored: Bool {
    var options: UInt32 = 0
    unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_ALLOPTIONS), &options)
    return options & PCRE2_ANCHORED != 0
  }

  private var searched = 0..<0

  /// Where group `number` of the last match lies, nil if it took no part. Group 0 is the whole match.
  public func range(of number: Int) -> Range<Int>? {
    guard let vector = unsafe pcre2_get_ovector_pointer_8(matchData),
      number < Int(unsafe pcre2_get_ovector_count_8(matchData))
    else { return nil }
    let (low, high) = unsafe (vector[2 * number], vector[2 * number + 1])
    guard low != kl_pcre2_unset(), high >= low else { return nil }
    return searched.lowerBound + low..<searched.lowerBound + high
  }

  private static func names(of code: OpaquePointer) -> [(name: String, number: Int)] {
    var (count, size): (UInt32, UInt32) = (0, 0)
    var table: UnsafePointer<UInt8>?
    unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
    unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
    unsafe pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
    guard let table = unsafe table else { return [] }
    var found: [(name: String, number: Int)] = []
    for entry in 0..<Int(count) {
      let start = unsafe table + entry * Int(size)
      let number = unsafe Int(start[0]) << 8 | Int(start[1])
      unsafe found.append((String(cString: start + 2), number))
    }
    return found.sorted { $0.number < $1.number }
  }
}
