// swift-tools-version: 6.0
import PackageDescription

// Tests that wait, or ask what others have computed: without optimisation they are compiled in a third of the time.
// Those with plain loops over much, or a simulator, are optimised as the program is.
let unoptimised: [SwiftSetting] = [.unsafeFlags(["-Onone"])]

// Modules are layers: each imports only modules listed before it. A test holds this list against the imports.
let package = Package(
    name: "universal-neurons",
    products: [
        .executable(name: "universal-neurons", targets: ["universal-neurons"]),
        .library(name: "Diagnostics", targets: ["Diagnostics"]),
        .library(name: "Kernels", targets: ["Kernels"]),
        .library(name: "Storage", targets: ["Storage"]),
        .library(name: "Corpus", targets: ["Corpus"]),
        .library(name: "Checkpoints", targets: ["Checkpoints"]),
        .library(name: "Statistics", targets: ["Statistics"]),
        .library(name: "Models", targets: ["Models"]),
        .library(name: "Analysis", targets: ["Analysis"]),
        .library(name: "Pipeline", targets: ["Pipeline"]),
        .library(name: "Scheduling", targets: ["Scheduling"]),
        .library(name: "Cluster", targets: ["Cluster"]),
        .library(name: "Reporting", targets: ["Reporting"]),
        .library(name: "Benchmarks", targets: ["Benchmarks"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.4.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        // Without pkg-config: Debian's package has no .pc file.
        .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // Without pkg-config: Debian's libzmq.pc names -isystem, which SwiftPM refuses with a warning; header and library lie where
        // the compiler looks anyway.
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .target(name: "CKernels"),
        .target(name: "Diagnostics"),
        .target(name: "Kernels", dependencies: ["CKernels", "COneDNN", "COpenBLAS", "Diagnostics"]),
        .target(
            name: "Storage",
            dependencies: [
                "CCrypto", "CZlib", "CZstd", "Diagnostics", "Kernels",
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .target(name: "Corpus", dependencies: ["Diagnostics", "Kernels", "Storage"]),
        .target(name: "Checkpoints", dependencies: ["CKernels", "Diagnostics", "Kernels", "Storage"]),
        .target(name: "Statistics", dependencies: ["CKernels", "Diagnostics", "Kernels", "Storage", "Corpus"]),
        .target(
            name: "Models", dependencies: ["CKernels", "Diagnostics", "Kernels", "Storage", "Corpus", "Checkpoints", "Statistics"]),
        .target(
            name: "Analysis", dependencies: ["CKernels", "Diagnostics", "Kernels", "Storage", "Corpus", "Statistics", "Models"]),
        .target(
            name: "Pipeline",
            dependencies: [
                "Diagnostics", "Kernels", "Storage", "Corpus", "Checkpoints", "Statistics", "Models", "Analysis",
                .product(name: "Logging", package: "swift-log"), "Yams",
            ]),
        .target(name: "Scheduling", dependencies: ["Diagnostics", "Storage", "Statistics"]),
        .target(
            name: "Cluster",
            dependencies: [
                "CZeroMQ", "Diagnostics", "Kernels", "Storage", "Corpus", "Checkpoints", "Statistics", "Models", "Analysis", "Pipeline",
                "Scheduling",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .target(
            name: "Reporting",
            dependencies: [
                "Diagnostics", "Storage", "Corpus", "Statistics", "Analysis", "Pipeline",
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            resources: [.embedInCode("Templates")]),
        .target(
            name: "Benchmarks",
            dependencies: [
                "CKernels", "Diagnostics", "Kernels", "Storage", "Corpus", "Checkpoints", "Statistics", "Models", "Analysis", "Pipeline",
                "Cluster", "Reporting",
                .product(name: "Logging", package: "swift-log"), .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .executableTarget(
            name: "universal-neurons",
            dependencies: [
                "Diagnostics", "Kernels", "Storage", "Corpus", "Statistics", "Models", "Analysis", "Pipeline", "Scheduling", "Cluster",
                "Reporting", "Benchmarks",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "FaultInjection", dependencies: ["Storage", .product(name: "SystemPackage", package: "swift-system")],
            path: "Tests/FaultInjection"),
        .target(
            name: "SmallRuns",
            dependencies: [
                "Storage", .product(name: "Logging", package: "swift-log"), .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/SmallRuns"),
        .testTarget(name: "HouseTests", swiftSettings: unoptimised),
        .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"], swiftSettings: unoptimised),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "CKernels"]),
        .testTarget(name: "StorageTests", dependencies: ["CZlib", "FaultInjection", "SmallRuns", "Storage"]),
        .testTarget(name: "CorpusTests", dependencies: ["Corpus", "FaultInjection", "SmallRuns"]),
        .testTarget(name: "CheckpointsTests", dependencies: ["Checkpoints", "SmallRuns"], swiftSettings: unoptimised),
        .testTarget(name: "StatisticsTests", dependencies: ["SmallRuns", "Statistics"]),
        .testTarget(name: "ModelsTests", dependencies: ["Models"]),
        .testTarget(name: "AnalysisTests", dependencies: ["Analysis", "SmallRuns"]),
        .testTarget(
            name: "PipelineTests",
            dependencies: ["FaultInjection", "Pipeline", "SmallRuns", .product(name: "Logging", package: "swift-log")],
            swiftSettings: unoptimised),
        .testTarget(name: "SchedulingTests", dependencies: ["Scheduling", "SmallRuns"]),
        .testTarget(
            name: "ClusterTests",
            dependencies: [
                "Analysis", "Checkpoints", "Cluster", "Corpus", "CZeroMQ", "Diagnostics", "FaultInjection", "Kernels", "Models", "Pipeline",
                "Scheduling", "SmallRuns", "Statistics", "Storage",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: unoptimised),
        .testTarget(
            name: "ReportingTests",
            dependencies: ["Analysis", "Corpus", "Models", "Pipeline", "Reporting", "SmallRuns", "Statistics", "Storage"],
            swiftSettings: unoptimised),
        .testTarget(name: "BenchmarksTests", dependencies: ["Benchmarks", "SmallRuns"], swiftSettings: unoptimised),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "universal-neurons", "Benchmarks", "Cluster", "Kernels", "Pipeline", "Reporting", "Scheduling", "SmallRuns", "Storage",
            ],
            swiftSettings: unoptimised),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)

// For `deploy/fuzz`: what the tests feed to decoders, as a library for the coverage-guided fuzzer, in place of the tests.
if Context.environment["UN_FUZZING"] != nil {
    package.targets.removeAll { $0.type == .test }
    package.targets.append(
        .target(
            name: "Fuzzing",
            dependencies: [
                "Analysis", "Checkpoints", "Cluster", "Corpus", "Diagnostics", "Kernels", "Models", "Pipeline", "Scheduling", "SmallRuns",
                "Statistics", "Storage", .product(name: "SystemPackage", package: "swift-system"),
            ], path: "Tests/ClusterTests",
            sources: ["Fuzzing", "Worker/TinyPlan.swift"]))
    package.products.append(.library(name: "Fuzzing", type: .dynamic, targets: ["Fuzzing"]))
}
