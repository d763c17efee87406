import Statistics
import Testing

@testable import Analysis

@Suite("The memory of a screened run's analysis")
struct ScreenedMemoryTests {
    private static func memory(
        models: Int, layers: Int, columns: Int, replicates: Int, draws: Int, kept: Int?
    ) throws -> ScreenedMemory {
        let ids = (0..<models).map { "m\($0)" }
        let layout = StatisticsLayout(
            models: ids.map { id in (0..<layers).map { ColumnGroup(source: id, layer: $0, columns: columns) } }, features: [],
            pairing: .reference)
        return try ScreenedMemory(
            layout: layout, replicates: replicates,
            configuration: UniversalityConfiguration(
                reference: "m0", others: Array(ids.dropFirst()),
                rotations: RotationConfiguration(kinds: [.gaussian], draws: draws, seed: 1)),
            kept: layout.blocks.map { $0.isWithin ? 0 : kept })
    }

    @Test(
        "is of each thread a block of the pilot in float32: 38 MB of GPT-2 small, 67 MB of GPT-2 medium",
        arguments: [(12, 3_072), (24, 4_096)])
    func blocks(layers: Int, columns: Int) throws {
        let memory = try Self.memory(models: 5, layers: layers, columns: columns, replicates: 4, draws: 5, kept: 10_000)
        #expect(memory.blockBytes == columns * columns * 4)
        let fixed = memory.mergedBytes + memory.findingBytes
        func blocks(_ bytes: Int) -> Int { memory.placement(threads: 16, memory: bytes).blocks }
        #expect(blocks(0) == 1 && blocks(fixed + 2 * memory.blockBytes - 1) == 1 && blocks(fixed + 2 * memory.blockBytes) == 2)
        #expect(blocks(fixed + 100 * memory.blockBytes) == 16)
        // Less than the finding itself is one thread's too.
        #expect(memory.placement(threads: 16, memory: -1 << 40).groups == 1)
    }

    @Test("is the sum of tables, correlations and probabilities, counted by hand")
    func byHand() throws {
        let memory = try Self.memory(models: 2, layers: 2, columns: 10, replicates: 2, draws: 2, kept: 30)
        // 50 partners at either end and 101 counts. Two replicates make three sets: both, the first, the second.
        let table = 2 * 50 * 8 + 101 * 4
        // 20 rows with four sums, three maxima and two choices of three numbers; 10 columns with four sums and three correlations.
        let summary = 20 * (table + 32 + 12 + 24) + 10 * (table + 32 + 12)
        // Two matrices over three sets; of each of 30 pairs three 64-bit sums, and correlations over three sets and two halves.
        let group = summary + (20 + 10) * table + 20 * 2 * 3 * 4 + 30 * (3 * 8 + 5 * 4)
        #expect(memory.groupBytes == group)
        // Four blocks of ten rows, and five numbers of each neuron.
        #expect(memory.findingBytes == (4 * 10 + 20 * 5) * 8 && memory.blockBytes == 400)
        let merged = memory.mergedBytes
        for (bytes, groups) in [(0, 1), (merged + 2 * group - 1, 1), (merged + 2 * group, 2), (merged + 9 * group, 2)] {
            let placement = memory.placement(threads: 4, memory: bytes)
            #expect(placement.groups == groups && placement.bytes == merged + groups * group, "\(bytes)")
        }
        // There are no more than four blocks, and no more than two groups.
        #expect(memory.placement(threads: 64, memory: 1 << 40).blocks == 4)
        let all = try Self.memory(models: 2, layers: 2, columns: 10, replicates: 2, draws: 2, kept: nil)
        #expect(all.groupBytes == group + 70 * (3 * 8 + 5 * 4))
    }

    @Test("never passes the offer where that is enough for one thread", arguments: [1, 2, 7, 32])
    func within(threads: Int) throws {
        let memory = try Self.memory(models: 5, layers: 12, columns: 3_072, replicates: 4, draws: 5, kept: 50_000)
        let least = memory.placement(threads: 1, memory: 0).bytes
        var last = 0
        for offer in stride(from: least, to: least + (4 << 30), by: 100 << 20) {
            let bytes = memory.placement(threads: threads, memory: offer).bytes
            #expect(bytes <= offer && bytes >= last)
            last = bytes
        }
        #expect(memory.placement(threads: threads, memory: 0).bytes == least)
    }
}
