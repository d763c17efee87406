import Foundation
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Pipeline
@testable import Statistics

@Suite("Findings of column groups, made where their numbers lie")
struct RunFindingsTests {
    /// The bytes of all result files, by their names in the run's folder.
    private func results(of folder: PlantedFolder) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in ["neurons.csv", "summary.json", "pairs", "correlations.zarr"] {
            let root = URL(fileURLWithPath: folder.run.path.appending(name).string)
            let below = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
            for file in [root] + below {
                if let data = try? Data(contentsOf: file) { found[file.path] = data }
            }
        }
        return found
    }

    private func summariser(
        _ folder: PlantedFolder, store: StatisticsStore? = nil, place: MatricesPlace = .run
    ) throws -> GroupSummariser {
        let plan = try RunPlan.read(folder.run.plan)
        return try GroupSummariser(
            plan, folder: folder.run, store: store ?? plan.store(at: folder.run.store), matrices: (folder.run.correlations, place),
            context: folder.context())
    }

    /// Writes the findings of all groups into the run's folder.
    private func summarise(_ folder: PlantedFolder, place: MatricesPlace = .run) throws {
        let (summariser, layout) = (try summariser(folder, place: place), try RunPlan.read(folder.run.plan).layout)
        try LocalFiles().createFolder(folder.run.findings)
        // The order in which they are made does not matter.
        for group in layout.groups.indices.reversed() {
            let bytes = try summariser.findings(ofGroup: group).encoded()
            try DurableFile.replace(folder.run.findings(ofGroup: layout.groups[group].name), with: bytes)
        }
    }

    /// Takes the blocks away: the reducers have them.
    private func removeBlocks(_ folder: PlantedFolder) throws {
        let sections = try RunPlan.read(folder.run.plan).store(at: folder.run.store).sections
        for name in try Folder.names(in: sections) where name.hasSuffix(".sums") { try LocalFiles().remove(sections.appending(name)) }
    }

    @Test("give the same files as the statistics themselves", arguments: [false, true])
    func same(isRich: Bool) throws {
        let folder = try PlantedFolder {
            $0.features.isEnabled = isRich
            if isRich { $0.rotations.kinds = [.gaussian, .orthogonal] }
        }
        try folder.compute()
        try folder.analyze()
        let expected = try results(of: folder)
        #expect(expected.keys.contains { $0.hasSuffix("correlations.zarr/a-b/0.0") })
        try folder.run.removeFolder(folder.run.correlations)
        try summarise(folder)
        try removeBlocks(folder)
        let outcome = try folder.analyze()
        #expect(try results(of: folder) == expected)
        #expect(try outcome.examples(ofLayer: 0) != nil)
    }

    @Test("of a group depend on its own sections only")
    func own() throws {
        let folder = try PlantedFolder()
        try folder.compute()
        let plan = try RunPlan.read(folder.run.plan)
        let layout = plan.layout
        let group = try #require(layout.groups.indices.last)
        let all = try summariser(folder).findings(ofGroup: group)
        let own = plan.store(at: folder.path.appending("own"))
        try own.create()
        for key in plan.sections(ofGroup: group, in: layout) {
            try FileManager.default.copyItem(
                atPath: plan.store(at: folder.run.store).path(of: key).string, toPath: own.path(of: key).string)
        }
        let alone = try summariser(folder, store: own).findings(ofGroup: group)
        #expect(alone.header == all.header && alone.universality != nil)
        // In bytes: what is not a number is equal to itself.
        #expect(alone.universality?.encoded() == all.universality?.encoded())
    }

    @Test("are known again unless numbers, settings or the place of the matrices are others")
    func current() throws {
        let folder = try PlantedFolder { $0.tokens = .tokens(32 * 32) }
        try folder.compute()
        let header = try summariser(folder).findings(ofGroup: 0).header
        let findings = try summariser(folder).findings(ofGroup: 2)
        #expect(try summariser(folder).isCurrent(header) && summariser(folder).isCurrent(findings.header))
        #expect(try !summariser(folder, place: .store(host: "h", folder: "f")).isCurrent(header))
        try LocalFiles().remove(folder.run.correlations.appending("a-b/0.0"))
        #expect(try !summariser(folder).isCurrent(findings.header))
        folder.configuration.threshold = 0.25
        try folder.compute()
        #expect(try !summariser(folder).isCurrent(header))
        folder.configuration.threshold = 0.5
        folder.configuration.tokens = .all
        try folder.compute()
        #expect(try !summariser(folder).isCurrent(header))
    }

    @Test("are not taken for a run's when one is missing, or they are of fewer shards")
    func incomplete() throws {
        let folder = try PlantedFolder { $0.tokens = .tokens(32 * 32) }
        try folder.compute()
        try summarise(folder)
        let few = try RunPlan.read(folder.run.plan)
        let shards = few.shards(of: try few.openCorpus(in: folder.run)).map(\.index)
        #expect(try RunFindings(of: few, in: folder.run, shards: shards) != nil)
        folder.configuration.tokens = .all
        try folder.compute()
        let more = try RunPlan.read(folder.run.plan)
        #expect(try RunFindings(of: more, in: folder.run, shards: more.shards(of: more.openCorpus(in: folder.run)).map(\.index)) == nil)
        try removeBlocks(folder)
        #expect(throws: PipelineError.self) { try folder.analyze() }
        try LocalFiles().remove(folder.run.findings(ofGroup: "b.0"))
        #expect(try RunFindings(of: few, in: folder.run, shards: shards) == nil)
    }

    @Test("whose file is damaged anywhere are refused, and never a crash")
    func damaged() throws {
        let folder = try PlantedFolder { $0.features.isEnabled = true }
        try folder.compute()
        try summarise(folder)
        let group = try #require(RunPlan.read(folder.run.plan).layout.groups.first { $0.source == "b" })
        let path = folder.run.findings(ofGroup: group.name)
        let bytes = try MappedFile(path).withBytes { Array($0) }
        #expect(try GroupFindings(contentsOf: path).universality != nil)
        for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
            var changed = bytes
            changed[place] ^= 0x10
            try DurableFile.replace(path, with: changed)
            #expect(throws: (any Error).self) { try GroupFindings(contentsOf: path) }
            try DurableFile.replace(path, with: Array(bytes[..<place]))
            #expect(throws: (any Error).self) { try GroupFindings(contentsOf: path) }
        }
    }

    @Test("keep matrices that were gathered, and take away those of other statistics")
    func matricesElsewhere() throws {
        let folder = try PlantedFolder()
        try folder.compute()
        try folder.analyze()
        let expected = try results(of: folder)
        try summarise(folder, place: .store(host: "far", folder: "/store"))
        try removeBlocks(folder)
        // Summarising has begun the matrices anew, as a reducer would in its own folder.
        try folder.analyze()
        #expect(!folder.holds("correlations.zarr"))
        let plan = try RunPlan.read(folder.run.plan)
        let findings = try #require(
            try RunFindings(of: plan, in: folder.run, shards: plan.shards(of: plan.openCorpus(in: folder.run)).map(\.index)))
        #expect(findings.groupsWithMatricesElsewhere == Array(plan.layout.groups.indices) && !findings.hasMatrices(in: folder.run))
        for (path, data) in expected where path.contains("/correlations.zarr/a-b/") && !path.contains("/.z") {
            let url = URL(fileURLWithPath: path)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: url)
        }
        try findings.finishMatrices(in: folder.run)
        #expect(findings.hasMatrices(in: folder.run))
        try folder.analyze()
        #expect(try results(of: folder) == expected)
    }
}
