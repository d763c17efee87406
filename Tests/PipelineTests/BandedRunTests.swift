import Foundation
import Storage
import SystemPackage
import Testing

@testable import Pipeline
@testable import Statistics

@Suite("A run within a band of layers")
struct BandedRunTests {
    typealias Fixture = ConfigurationFixture

    @Test("is asked for by layers: {band: N}")
    func configuration() throws {
        #expect(try Fixture.parse(Fixture.text).layers == nil)
        #expect(try Fixture.adding("layers: all").layers == nil)
        #expect(try Fixture.adding("layers: {band: 2}").layers == LayerSelection(band: 2))
    }

    @Test(
        "is refused with line and key for what is no band",
        arguments: ["layers: 2", "layers: {}", "layers: {band: -1}", "layers: {band: two}", "layers: [2]", "layers: {bands: 2}", "band: 2"])
    func errors(line: String) {
        let message = Fixture.error { try Fixture.adding(line) }?.message
        #expect(message?.hasPrefix("/runs/study.yaml:10: ") == true, "\(message ?? "no error")")
    }

    @Test("has the bits of the full run in the blocks that it has, and NaN without chunks for the others")
    func sameBits() throws {
        func run(_ band: Int?) throws -> PlantedRun {
            let models = ["a", "b"].enumerated().map { ($1, PlantedModel(seed: UInt64($0), embedding: 9, layers: 3)) }
            return try PlantedRun(models: models, rows: 64) { $0.layers = band.map { LayerSelection(band: $0) } }
        }
        let (full, banded) = (try run(nil), try run(1))
        let layout = banded.statistics.layout
        #expect(layout.blocks.count == full.statistics.layout.blocks.count - 2)
        for block in layout.blocks {
            let same = try #require(full.statistics.layout.block(rows: block.rows, columns: block.columns))
            #expect(try banded.correlations(block).map(\.bitPattern) == full.correlations(same).map(\.bitPattern))
        }
    }

    @Test("is a plan of its own, unless the band excludes nothing; matrices lack the chunks outside and say so")
    func identity() throws {
        let folder = try PlantedFolder()
        let plain = try folder.plan().plan
        #expect(!String(decoding: try JSONFile.encode(plain.numbers, isPretty: false), as: UTF8.self).contains("band"))
        // Two layers are one apart.
        folder.configuration.layers = LayerSelection(band: 1)
        #expect(try folder.plan().plan.identity == plain.identity)
        folder.configuration.layers = LayerSelection(band: 0)
        #expect(throws: PipelineError.self) { try folder.plan() }

        let banded = try PlantedFolder { $0.layers = LayerSelection(band: 0) }
        try banded.compute()
        try banded.analyze()
        #expect(banded.holds("correlations.zarr/a-b/0.0") && !banded.holds("correlations.zarr/a-b/0.1"))
        let attributes = try String(contentsOfFile: banded.run.path.appending("correlations.zarr/a-b/.zattrs").string, encoding: .utf8)
        #expect(attributes.contains("not_computed"))
    }
}
