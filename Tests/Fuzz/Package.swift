// swift-tools-version: 6.2
import PackageDescription

// A package of its own: what libFuzzer needs is nothing that kubelog's users build. `./run` builds it with the sanitizers.
let package = Package(
  name: "Fuzz",
  dependencies: [.package(name: "kubelog", path: "../..")],
  targets: [
    .executableTarget(
      name: "fuzz", dependencies: [.product(name: "FuzzTargets", package: "kubelog")], path: "Sources",
      swiftSettings: [.enableExperimentalFeature("Extern")])
  ],
  swiftLanguageModes: [.v6]
)
