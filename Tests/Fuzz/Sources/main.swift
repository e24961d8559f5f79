import FuzzTargets
import Glibc

// `FUZZ_TARGET=klog fuzz …`: libFuzzer over one target, with libFuzzer's own arguments.

/// libFuzzer's driver (llvm, compiler-rt/lib/fuzzer/FuzzerInterface.h), from `clang_rt.fuzzer_no_main`.
@_extern(c, "LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ runOne: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

private func makeRunner() throws -> FuzzRunner {
  let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = FuzzTarget(rawValue: name) else {
    fatalError("FUZZ_TARGET must be one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
  }
  return try FuzzRunner(target)
}

nonisolated(unsafe) private let runner = try makeRunner()

private var count = CommandLine.argc
private var arguments = CommandLine.unsafeArgv
exit(
  runDriver(&count, &arguments) { bytes, count in
    do {
      try runner.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
      fatalError("\(error)")
    }
    return 0
  })
