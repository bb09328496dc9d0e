// swift-tools-version: 6.2
import PackageDescription

// The modules of alpod that read what others have written, built so that a fuzzer sees which way they take. They are links
// to the sources themselves; a package apart, because all of it is built in another way. scripts/fuzz builds and runs it.
//
// With COVERAGE it is built to say which lines ran instead: scripts/decoder-coverage.
let measures = Context.environment["COVERAGE"] != nil
let instrumented = SwiftSetting.unsafeFlags(
  measures ? ["-profile-generate", "-profile-coverage-mapping"] : ["-sanitize=fuzzer"])
let swift: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  instrumented,
]
let plain: [SwiftSetting] = [instrumented]
let c: [CSetting] = [.unsafeFlags(["-std=gnu23", "-fvisibility=hidden"])]
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "alpod-fuzz",
  products: [
    .library(name: "Fuzz", type: .static, targets: ["Fuzz"]),
    .executable(name: "decode", targets: ["decode"]),
  ],
  dependencies: [.package(url: "https://github.com/apple/swift-system", from: "1.8.1")],
  targets: [
    .target(name: "Values", swiftSettings: swift),
    .systemLibrary(name: "CLua", pkgConfig: "lua5.4"),
    .target(name: "CScript", dependencies: ["CLua"], cSettings: c),
    .target(name: "ScriptKit", dependencies: ["CScript", "Values"], swiftSettings: swift),
    .target(name: "CLinux", cSettings: c),
    .target(name: "Kernel", dependencies: ["CLinux", system], swiftSettings: swift),
    .target(name: "Machines", dependencies: ["Kernel"], swiftSettings: swift),
    .target(
      name: "Changes", dependencies: ["Machines", "Kernel", "CLinux", system], swiftSettings: swift),
    .target(
      name: "Primitives", dependencies: ["Changes", "Machines", "Kernel", "Values"],
      swiftSettings: swift),
    .target(
      name: "Planning",
      dependencies: ["Primitives", "Changes", "Machines", "Kernel", "Values", system],
      swiftSettings: swift),
    .target(name: "CShipped", dependencies: ["CScript"], cSettings: c),
    .target(name: "LuaSyntax", swiftSettings: swift),
    .target(
      name: "PluginKit",
      dependencies: [
        "ScriptKit", "CShipped", "LuaSyntax", "Planning", "Primitives", "Changes", "Machines",
        "Kernel", "Values",
      ], swiftSettings: swift),
    .target(
      name: "FuzzParsers",
      dependencies: ["PluginKit", "Planning", "Machines", "ScriptKit", "Kernel", "Values"],
      swiftSettings: plain),
    .target(name: "Fuzz", dependencies: ["FuzzParsers"], swiftSettings: plain),
    .executableTarget(
      name: "decode", dependencies: ["ScriptKit", "Values"], swiftSettings: plain,
      linkerSettings: [
        .linkedLibrary("lua5.4"), .linkedLibrary("m"), .unsafeFlags(["-profile-generate"]),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
