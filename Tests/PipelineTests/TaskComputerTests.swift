import Foundation
import Kernels
import Models
import Statistics
import Storage
import SystemPackage
import Testing

@testable import Pipeline

@Suite("A task computer")
struct TaskComputerTests {
    private static let splits: [[[Int]]] = [
        [Array(0..<8)], [[0, 2, 3, 4], [1, 5, 6, 7]], [[0, 2], [1, 5], [3, 4, 6, 7]], (0..<8).map { [$0] },
    ]

    /// A computer for a plan whose blocks are grouped otherwise.
    private func computer(_ run: PlannedRun, groups: [[Int]], context: JobContext) throws -> TaskComputer {
        var plan = run.plan
        plan.blockGroups = groups
        return try TaskComputer(
            plan: plan, folder: run.folder, folders: try ModelFinder(context: context).openAll(of: plan), context: context)
    }

    private func checksums(_ sections: [Section]) -> [SectionKey: Digest] {
        Dictionary(sections.map { ($0.key, $0.shards[0].checksum) }) { first, _ in first }
    }

    @Test("gives the bits of a run, however the blocks are grouped", arguments: splits)
    func sameBits(groups: [[Int]]) throws {
        let folder = try PlantedFolder { $0.features.isEnabled = false }
        let run = try folder.plan()
        let task = try #require(run.tasks.first)
        let expected = checksums(try run.compute(task) { _ in }.sections)
        // Eight blocks, and examples, moments and tokens of the reference's two layers.
        #expect(expected.count == 14)
        let computer = try computer(run, groups: groups, context: folder.context())
        let rows = ShardRows(rows: task.shard.rows(in: run.corpus), of: run.corpus)
        func partial(_ groups: [Int]) throws -> Partial {
            try computer.compute(
                groups: groups, shard: task.shard.index, stratum: task.shard.stratum, rows: rows, worker: "somebody", progress: { _ in })
        }
        let together = try partial(Array(groups.indices))
        #expect(checksums(together.sections) == expected)
        var parts: [SectionKey: Digest] = [:]
        for group in groups.indices {
            let sections = computer.sections(of: together, group: group)
            #expect(sections.map(\.key) == sections.map(\.key).sorted())
            #expect(sections.filter { $0.key.kind == .block }.map(\.key.index) == groups[group])
            #expect(checksums(sections) == checksums(try partial([group]).sections))
            parts.merge(checksums(sections)) { first, _ in
                Issue.record("a section belongs to two groups")
                return first
            }
        }
        #expect(parts == expected)
    }

    @Test("loads only the models that its groups need, each once, and keeps them between tasks")
    func loads() throws {
        let folder = try PlantedFolder()
        let third = ModelReference(id: "c", path: folder.path.appending("c"))
        try PlantedModel(seed: 2, embedding: 9).write(to: third.path)
        folder.configuration.models.append(third)
        let run = try folder.plan()
        func needs(_ id: String, _ block: Block) -> Bool {
            [block.rows, block.columns].contains { run.layout.groups[$0].source == id }
        }
        let groups = [false, true].map { isOfThird in run.layout.blocks.filter { needs("c", $0) == isOfThird }.map(\.index) }
        let computer = try computer(run, groups: groups, context: folder.context())
        func models(afterShard shard: Int, group: Int) throws -> [String: TransformerModel] {
            let shard = run.shards[shard]
            _ = try computer.compute(
                groups: [group], shard: shard.index, stratum: shard.stratum, rows: run.rows(of: shard), worker: "somebody",
                progress: { _ in })
            return computer.loader.models
        }
        #expect(computer.loader.models.isEmpty)
        let first = try models(afterShard: 0, group: 0)
        #expect(first.keys.sorted() == ["a", "b"])
        // Held here, a model that were loaded again would be another object.
        let second = try models(afterShard: 1, group: 0)
        #expect(second.keys.sorted() == ["a", "b"] && second.allSatisfy { first[$0.key] === $0.value })
        let other = try models(afterShard: 1, group: 1)
        #expect(other.keys.sorted() == ["a", "c"] && other["a"] === first["a"])
        computer.forget()
        #expect(computer.loader.models.isEmpty)
    }

    @Test("bundles the groups that its memory holds together")
    func bundles() throws {
        let folder = try PlantedFolder()
        let run = try folder.plan()
        let groups = (0..<8).map { [$0] }
        let computer = try computer(run, groups: groups, context: folder.context())
        let workingSet = computer.workingSet(threads: 2)
        let needs = computer.layout.blocks.map { workingSet.bytes(of: [$0]) }
        let (smallest, largest) = (try #require(needs.min()), try #require(needs.max()))
        #expect(try computer.bundles(memory: 1 << 40) == [Array(0..<8)])
        let some = try computer.bundles(memory: largest)
        #expect(some.flatMap { $0 } == Array(0..<8))
        for bundle in some { #expect(workingSet.bytes(of: bundle.map { computer.layout.blocks[$0] }) <= largest) }
        #expect(try computer.bundles(memory: smallest).flatMap { $0 } == groups.indices.filter { needs[$0] <= smallest })
        // What is compressed meanwhile counts too.
        let encoded = computer.encodingBytes(of: [0])
        let beside = computer.bytes(of: [0], beside: encoded)
        #expect(encoded > 0 && beside > needs[0] && computer.bytes(of: [0], beside: 0) == needs[0])
        #expect(computer.encodingBytes(of: [0, 1]) > encoded && computer.bytes(of: [0], beside: 2 * encoded) == beside + encoded)
        let first = try #require(needs.firstIndex(of: smallest))
        #expect(throws: PipelineError.memoryTooSmall(offered: smallest - 1, needed: smallest, block: "group \(first)")) {
            try computer.bundles(memory: smallest - 1)
        }
    }

    @Test("knows from the draw's first row whether this machine computes the plan's bits")
    func fingerprint() throws {
        let folder = try PlantedFolder()
        let run = try folder.plan()
        let computer = try computer(run, groups: [Array(0..<8)], context: folder.context())
        let first = try #require(run.shards.first?.rows(in: run.corpus).first)
        try computer.checkKernels(row: ShardRows(rows: [first], of: run.corpus))
        // Without a kernel family a plan has no fingerprint, and every machine will do.
        guard run.plan.numbers.fingerprint != nil else { return }
        #expect(throws: PipelineError.self) {
            try computer.checkKernels(row: ShardRows(rows: [(first + 1) % run.corpus.rowCount], of: run.corpus))
        }
    }

    @Test("finds models at the plan's paths, else by content hash among the copies, and no others")
    func models() throws {
        let folder = try PlantedFolder()
        let plan = try folder.plan().plan
        let cache = folder.path.appending("cache")
        let finder = ModelFinder(cache: cache, context: folder.context())
        let model = try #require(plan.numbers.models.first)
        let path = folder.configuration.models[0].path
        #expect(try finder.open(model, of: plan).path == path)
        try FileManager.default.createDirectory(atPath: cache.string, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: path.string, toPath: cache.appending(model.digest.hex).string)
        #expect(try finder.open(model, of: plan).path == cache.appending(model.digest.hex))
        #expect { try ModelFinder(context: folder.context()).open(model, of: plan) } throws: { error in
            guard case .modelNotReachable(model: "a", path: path, reason: _)? = error as? PipelineError else { return false }
            return true
        }
        // Another model has taken its path; the copy still is the right one, until it is another one too.
        try PlantedModel(seed: 8, embedding: 9).write(to: path)
        #expect(try finder.open(model, of: plan).path == cache.appending(model.digest.hex))
        try PlantedModel(seed: 8, embedding: 9).write(to: cache.appending(model.digest.hex))
        #expect(throws: PipelineError.modelChanged(model: "a", path: path)) { try finder.open(model, of: plan) }
    }
}
