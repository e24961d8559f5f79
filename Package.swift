// swift-tools-version: 6.2
import PackageDescription

// One straight line: bytes → lines → records → events → store → questions → answers.
// Imports point left only; README.md's architecture section says what each room may import.

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "kubelog",
  products: [
    .library(name: "KubelogKit", targets: ["KubelogKit"]),
    .executable(name: "kubelog", targets: ["kubelog"]),
    // For Tests/Fuzz alone, a package of its own: a package reaches nothing of another but its products.
    .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(
      name: "CSQLite3", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

    .target(name: "CStartup"),
    .target(name: "CProcess"),
    .target(name: "CSigns"),

    .target(
      name: "KubelogScan", dependencies: ["CPCRE2", "CSigns", "CZlib"],
      swiftSettings: strict + [.strictMemorySafety()]),
    .target(
      name: "KubelogParse", dependencies: ["KubelogScan", "CYaml"], exclude: ["Rules/Packs"],
      swiftSettings: strict, plugins: ["EmbedTexts"]),
    .target(
      name: "KubelogStore",
      dependencies: [
        "KubelogParse", "KubelogScan", "CSQLite3", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .target(
      name: "KubelogQuery", dependencies: ["KubelogStore", "KubelogParse", "KubelogScan"],
      swiftSettings: strict, plugins: ["EmbedTexts"]),
    .target(name: "KubelogReport", dependencies: ["KubelogQuery"], swiftSettings: strict),
    .target(name: "KubelogLive", dependencies: ["KubelogScan", "CProcess"], swiftSettings: strict),
    .target(
      name: "KubelogKit",
      dependencies: [
        "KubelogScan", "KubelogParse", "KubelogStore", "KubelogQuery", "KubelogReport",
        "KubelogLive",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "kubelog",
      dependencies: [
        "KubelogKit", "CStartup", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict, plugins: ["EmbedTexts"]),

    .executableTarget(name: "EmbedText", swiftSettings: strict),
    .plugin(name: "EmbedTexts", capability: .buildTool(), dependencies: ["EmbedText"]),

    .target(
      name: "TestSamples", dependencies: ["KubelogStore"], path: "Tests/TestSamples", swiftSettings: strict),
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .target(
      name: "FuzzTargets", dependencies: ["KubelogParse", "KubelogScan"], path: "Tests/FuzzTargets",
      swiftSettings: strict),
    .testTarget(name: "KubelogScanTests", dependencies: ["KubelogScan", "TestSamples"], swiftSettings: strict),
    .testTarget(
      name: "KubelogParseTests",
      dependencies: ["KubelogParse", "KubelogScan", "FuzzTargets", "TestSamples", "CAllocations"],
      swiftSettings: strict),
    .testTarget(
      name: "KubelogStoreTests", dependencies: ["KubelogStore", "KubelogParse", "KubelogScan", "TestSamples"],
      swiftSettings: strict),
    .testTarget(
      name: "KubelogQueryTests", dependencies: ["KubelogQuery", "KubelogKit", "TestSamples"], swiftSettings: strict),
    .testTarget(name: "KubelogReportTests", dependencies: ["KubelogReport", "KubelogQuery"], swiftSettings: strict),
    .testTarget(name: "KubelogLiveTests", dependencies: ["KubelogLive"], swiftSettings: strict),
    .testTarget(name: "KubelogKitTests", dependencies: ["KubelogKit", "TestSamples"], swiftSettings: strict),
    .testTarget(name: "FixtureTests", dependencies: ["KubelogKit", "TestSamples"], swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["kubelog", "KubelogKit", "TestSamples"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
