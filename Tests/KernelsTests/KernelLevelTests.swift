import Testing

@testable import Kernels

/// What the tests of our own kernels compare: a level that the processor lacks is missing in them, and named here.
@Suite("Levels of our own kernels")
struct KernelLevelTests {
    private static let levels = KernelLevel.all.map(\.description)

    @Test("the baseline's is compared, and the level that the program runs at")
    func always() {
        #expect(Self.levels.first == "x86-64" && Self.levels.last == Processor.current.kernelLevel)
    }

    @Test("AVX2's is compared", .enabled(if: Processor.current.families.contains(.haswell), "only on a processor with AVX2"))
    func avx2() { #expect(Self.levels.contains("x86-64-v3")) }

    @Test("AVX-512's is compared", .enabled(if: Processor.current.families.contains(.skylakex), "only on a processor with AVX-512"))
    func avx512() { #expect(Self.levels.contains("x86-64-v4")) }
}
