// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]
/// For what is not in the way of a run: the program is promised to stay small.
let small: [SwiftSetting] =
  swift + [.unsafeFlags(["-Osize"], .when(configuration: .release))]
let c: [CSetting] = [
  .treatAllWarnings(as: .error),
  .unsafeFlags(["-std=gnu23", "-Wall", "-Wextra", "-fvisibility=hidden"]),
  // Without it the digests of all that tests compare take longer than all else that they do.
  .unsafeFlags(["-O2"], .when(configuration: .debug)),
  // The table by which they would be found is left out (Makefile).
  .unsafeFlags(
    ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables"], .when(configuration: .release)),
]
let testing: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"), .treatAllWarnings(as: .error),
]

let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

// Each target may import only what stands above it here; docs/architecture.md says why.
let package = Package(
  name: "alpod",
  products: [.executable(name: "alpod", targets: ["alpod"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    .target(name: "Values", swiftSettings: swift),

    // The script's side: Lua in a locked process of its own.
    .systemLibrary(
      name: "CLua", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"])]),
    .target(
      name: "CScript", dependencies: ["CLua"], cSettings: c,
      linkerSettings: [.linkedLibrary("lua5.4"), .linkedLibrary("m")]),
    .target(name: "ScriptKit", dependencies: ["CScript", "Values"], swiftSettings: swift),

    // Lua as text: for errors that show where, and for the lint.
    .target(name: "LuaSyntax", swiftSettings: small),

    // The machine's side.
    .target(name: "CLinux", cSettings: c),
    .target(name: "Kernel", dependencies: ["CLinux", system], swiftSettings: swift),
    .target(name: "Machines", dependencies: ["Kernel"], swiftSettings: small),
    .target(
      name: "Changes", dependencies: ["Machines", "Kernel", "CLinux", system], swiftSettings: small),
    .target(
      name: "Primitives", dependencies: ["Changes", "Machines", "Kernel", "Values"],
      swiftSettings: small),
    .target(
      name: "Planning",
      dependencies: ["Primitives", "Changes", "Machines", "Kernel", "Values", system],
      swiftSettings: small),

    // Where both meet, and what people see.
    .target(name: "CShipped", dependencies: ["CScript"], cSettings: c),
    .target(
      name: "PluginKit",
      dependencies: [
        "ScriptKit", "CShipped", "LuaSyntax", "Planning", "Primitives", "Changes", "Machines",
        "Kernel", "Values",
      ], swiftSettings: small),
    // Tests of plugins, and machines that are recorded.
    .target(
      name: "TestKit",
      dependencies: [
        "PluginKit", "ScriptKit", "Planning", "Primitives", "Changes", "Machines", "Kernel",
        "CLinux", "Values", system,
      ], swiftSettings: small),
    // What authors of plugins have at hand: reference, help, types for editors, the lint.
    .target(
      name: "AuthorKit",
      dependencies: [
        "TestKit", "PluginKit", "ScriptKit", "Planning", "Primitives", "LuaSyntax", "Changes",
        "Machines",
        "Kernel",
        "Values",
        system,
      ], swiftSettings: small),
    .executableTarget(
      name: "reference-writer", dependencies: ["AuthorKit"], swiftSettings: swift),
    .target(
      name: "AlpodCLI",
      dependencies: [
        "AuthorKit", "TestKit", "PluginKit", "LuaSyntax", "Planning", "Primitives", "Changes",
        "Machines",
        "Kernel",
        "Values",
        arguments, system,
      ],
      swiftSettings: small),
    .executableTarget(name: "alpod", dependencies: ["AlpodCLI"], swiftSettings: swift),

    // Programs that tests start.
    .target(name: "CProbe", path: "Tests/CProbe", cSettings: c),
    .executableTarget(
      name: "script-probe", dependencies: ["CProbe", "ScriptKit", "Values"],
      path: "Tests/ScriptProbe", swiftSettings: swift),

    // What scripts do to get out.
    .target(name: "PayloadSupport", path: "Tests/PayloadSupport", swiftSettings: testing),

    .testTarget(
      name: "ScriptKitTests",
      dependencies: ["CProbe", "CScript", "PayloadSupport", "ScriptKit", "Values", "script-probe"],
      swiftSettings: testing),
    // The program, started as people start it.
    .target(
      name: "ProgramSupport", dependencies: ["CProbe", "alpod", "Kernel"],
      path: "Tests/ProgramSupport",
      swiftSettings: testing),
    // Machines to test on, and what is compared of them.
    .target(
      name: "MachineSupport", dependencies: ["CProbe", "Kernel", "ProgramSupport"],
      path: "Tests/MachineSupport", swiftSettings: testing),
    .testTarget(
      name: "LiveTests", dependencies: ["MachineSupport", "ProgramSupport", "Kernel"],
      swiftSettings: testing),
    .testTarget(
      name: "DocsTests",
      dependencies: ["AuthorKit", "ProgramSupport", "Primitives", "Kernel", "Values"],
      swiftSettings: testing),

    // The lower layers.
    .testTarget(name: "LuaSyntaxTests", dependencies: ["LuaSyntax"], swiftSettings: testing),
    .testTarget(name: "ValuesTests", dependencies: ["Values"], swiftSettings: testing),
    .testTarget(
      name: "KernelTests", dependencies: ["CProbe", "Kernel", system], swiftSettings: testing),

    // The upper layers. PlanSupport is what their tests have in common.
    .target(
      name: "PlanSupport",
      dependencies: [
        "Planning", "Primitives", "Changes", "Machines", "Kernel", "Values",
      ], path: "Tests/PlanSupport", swiftSettings: testing),
    .testTarget(
      name: "MachinesTests", dependencies: ["PlanSupport", "Machines", "Kernel", system],
      swiftSettings: testing),
    .testTarget(
      name: "ChangesTests",
      dependencies: ["PlanSupport", "Changes", "Machines", "Kernel", system],
      exclude: ["Golden"], swiftSettings: testing),
    .testTarget(
      name: "PrimitivesTests",
      dependencies: ["PlanSupport", "Primitives", "Changes", "Machines", "Kernel", "Values"],
      swiftSettings: testing),
    .testTarget(
      name: "PlanningTests",
      dependencies: [
        "PlanSupport", "Planning", "Primitives", "Changes", "Machines", "Kernel", "Values", system,
      ], exclude: ["Golden"], swiftSettings: testing),
    .testTarget(
      name: "SymptomTests",
      dependencies: [
        "PlanSupport", "ProgramSupport", "PluginKit", "Planning", "Primitives", "Changes",
        "Machines", "Kernel", "Values",
      ], swiftSettings: testing),
    .testTarget(
      name: "PropertyTests",
      dependencies: [
        "PlanSupport", "TestKit", "PluginKit", "Planning", "Primitives", "Changes", "Machines",
        "Kernel",
        "CLinux", "Values",
      ], swiftSettings: testing),
    .testTarget(
      name: "TestKitTests",
      dependencies: [
        "CProbe", "ProgramSupport", "TestKit", "PluginKit", "Machines", "Kernel", "Values",
      ],
      swiftSettings: testing),
    .testTarget(
      name: "AuthorKitTests",
      dependencies: [
        "AuthorKit", "PluginKit", "LuaSyntax", "Primitives", "ScriptKit", "Kernel", "Values",
      ],
      swiftSettings: testing),
    .testTarget(
      name: "PluginKitTests",
      dependencies: ["PluginKit", "Planning", "Primitives", "ScriptKit", "Kernel", "Values"],
      swiftSettings: testing),
    // What is fuzzed (Tests/Fuzz), and has to go on taking what fuzzing found.
    .target(
      name: "FuzzParsers",
      dependencies: ["PluginKit", "Planning", "Machines", "ScriptKit", "Kernel", "Values"],
      path: "Tests/FuzzParsers", swiftSettings: testing),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzParsers"], swiftSettings: testing),
    .testTarget(
      name: "AlpodCLITests",
      dependencies: [
        "CProbe", "PayloadSupport", "PlanSupport", "ProgramSupport", "AlpodCLI", "AuthorKit",
        "PluginKit", "Kernel",
        arguments,
      ],
      exclude: ["Golden"], swiftSettings: testing),
    .testTarget(
      name: "CrashTests", dependencies: ["CProbe", "MachineSupport", "ProgramSupport", "Kernel"],
      swiftSettings: testing),
  ],
  swiftLanguageModes: [.v6]
)
