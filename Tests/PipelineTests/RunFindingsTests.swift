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
        for name in ["neurons.csv", "features.csv", "domains.csv", "summary.json", "pairs", "correlations.zarr"] {
            let root = URL(fileURLWithPath: folder.run.path.appending(name).string)
            let below = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
            for file in [root] + below {
                if let data = try? Data(contentsOf: file) { found[file.path] = data }
            }
        }
        return found
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
        #expect(expected.keys.contains { $0.hasSuffix("features.csv") } == isRich)
        try folder.run.removeFolder(folder.run.correlations)
        try folder.summarise()
        try folder.removeBlocks()
        let outcome = try folder.analyze()
        #expect(try results(of: folder) == expected)
        #expect(try outcome.examples(ofLayer: 0) != nil)
    }

    @Test("give the same universality by domain as the statistics themselves, of few and of more replicates", arguments: [2, 4])
    func domains(replicates: Int) throws {
        let folder = try PlantedFolder {
            $0.strata = .domain
            $0.replicates = replicates
            $0.rotations.kinds = [.orthogonal, .gaussian]
        }
        try folder.compute()
        try folder.analyze()
        let expected = try results(of: folder)
        let table = try #require(expected.first { $0.key.hasSuffix("domains.csv") }?.value)
        #expect(String(decoding: table, as: UTF8.self).split(separator: "\n").count == 41)
        try folder.summarise()
        try LocalFiles().remove(folder.run.domains)
        try folder.removeBlocks()
        #expect(try folder.analyze().domains?.domains.map(\.name) == ["0", "1", "2"])
        #expect(try results(of: folder) == expected)
    }

    @Test("about other domains than the plan has are refused")
    func otherDomains() throws {
        let folder = try PlantedFolder { $0.strata = .domain }
        try folder.compute()
        try folder.summarise()
        try folder.removeBlocks()
        let file = folder.run.findings(ofGroup: "b.0")
        let found = try GroupFindings(contentsOf: file)
        #expect(found.domains.count == 3 && found.domains.allSatisfy { $0 != nil })
        #expect(try GroupFindings(contentsOf: folder.run.findings(ofGroup: "a.0")).domains.isEmpty)
        let few = GroupFindings(
            header: found.header, universality: found.universality, domains: Array(found.domains.dropLast()),
            explanations: found.explanations)
        try DurableFile.replace(file, with: few.encoded())
        #expect { try folder.analyze() } throws: { "\($0)".contains("2 domains of 3") }
    }

    @Test("of a group depend on its own sections only")
    func own() throws {
        let folder = try PlantedFolder()
        try folder.compute()
        let plan = try RunPlan.read(folder.run.plan)
        let layout = plan.layout
        let group = try #require(layout.groups.indices.last)
        let all = try folder.summariser().findings(ofGroup: group)
        let own = plan.store(at: folder.path.appending("own"))
        try own.create()
        for key in plan.sections(ofGroup: group, in: layout) {
            try FileManager.default.copyItem(
                atPath: plan.store(at: folder.run.store).path(of: key).string, toPath: own.path(of: key).string)
        }
        let alone = try folder.summariser(store: own).findings(ofGroup: group)
        #expect(alone.header == all.header && alone.universality != nil)
        // In bytes: what is not a number is equal to itself.
        #expect(alone.universality?.encoded() == all.universality?.encoded())
    }

    @Test("are known again unless numbers, settings or the place of the matrices are others")
    func current() throws {
        let folder = try PlantedFolder { $0.tokens = .tokens(32 * 32) }
        try folder.compute()
        let header = try folder.summariser().findings(ofGroup: 0).header
        let findings = try folder.summariser().findings(ofGroup: 2)
        #expect(try folder.summariser().isCurrent(header) && folder.summariser().isCurrent(findings.header))
        #expect(try !folder.summariser(place: .store(host: "h", folder: "f")).isCurrent(header))
        try LocalFiles().remove(folder.run.correlations.appending("a-b/0.0"))
        #expect(try !folder.summariser().isCurrent(findings.header))
        folder.configuration.threshold = 0.25
        try folder.compute()
        #expect(try !folder.summariser().isCurrent(header))
        folder.configuration.threshold = 0.5
        folder.configuration.tokens = .all
        try folder.compute()
        #expect(try !folder.summariser().isCurrent(header))
    }

    @Test("are not taken for a run's when one is missing, or they are of fewer shards")
    func incomplete() throws {
        let folder = try PlantedFolder { $0.tokens = .tokens(32 * 32) }
        try folder.compute()
        try folder.summarise()
        let few = try RunPlan.read(folder.run.plan)
        let shards = few.shards(of: try few.openCorpus(in: folder.run)).map(\.index)
        #expect(try RunFindings(of: few, in: folder.run, shards: shards) != nil)
        folder.configuration.tokens = .all
        try folder.compute()
        let more = try RunPlan.read(folder.run.plan)
        #expect(try RunFindings(of: more, in: folder.run, shards: more.shards(of: more.openCorpus(in: folder.run)).map(\.index)) == nil)
        try folder.removeBlocks()
        #expect(throws: PipelineError.self) { try folder.analyze() }
        try LocalFiles().remove(folder.run.findings(ofGroup: "b.0"))
        #expect(try RunFindings(of: few, in: folder.run, shards: shards) == nil)
    }

    @Test("whose file is damaged anywhere are refused, and never a crash")
    func damaged() throws {
        let folder = try PlantedFolder { $0.features.isEnabled = true }
        try folder.compute()
        try folder.summarise()
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
        try folder.summarise(place: .store(host: "far", folder: "/store"))
        try folder.removeBlocks()
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

    @Test("made by leave of the run's owner change nothing of matrices that it has finished, once the leave has ended")
    func endedLeave() throws {
        let folder = try PlantedFolder()
        let planned = try folder.compute()
        try folder.summarise()
        let group = try #require(planned.plan.layout.groups.indices.last)
        // Made before the matrices are finished, as by a process that sleeps from here on.
        let sleeper = try folder.summariser(permit: WritePermit(tag: ".epoch1.sleeper") { throw PipelineError.stopped })
        try folder.analyze()
        let before = try results(of: folder)
        #expect(throws: PipelineError.stopped) { try sleeper.findings(ofGroup: group) }
        // One that begins only now removes no metadata either.
        _ = try folder.summariser(permit: WritePermit(tag: ".epoch1.late") {})
        #expect(try results(of: folder) == before)
        #expect(before.keys.contains { $0.hasSuffix("correlations.zarr/.zmetadata") })

        // Asked again about the same statistics, they stay complete; about others, they are begun anew.
        let unfinished = folder.run.correlations.appending("a-b").appending("0.0.epoch1.sleeper.part")
        try #require(FileManager.default.createFile(atPath: unfinished.string, contents: Data([1])))
        try planned.beginMatrices()
        #expect(try results(of: folder) == before)
        try LocalFiles().remove(folder.run.findings(ofGroup: planned.plan.layout.groups[group].name))
        try planned.beginMatrices()
        #expect(!folder.holds("correlations.zarr/.zmetadata") && folder.holds("correlations.zarr/a-b/0.0"))
    }
}
