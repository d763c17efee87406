import Corpus
import Foundation
import Testing

@testable import Pipeline

@Suite("A mask's tokens")
struct MaskedTokenTests {
    @Test("are refused where no model has them, whatever the rows hold")
    func unknown() throws {
        let last = PlantedModel.vocabulary - 1
        #expect(try PlantedFolder { $0.corpus.mask = [.id(3), .id(last)] }.plan().plan.numbers.corpus.mask == [3, Int32(last)])
        for id in [PlantedModel.vocabulary, 70_000] {
            let folder = try PlantedFolder { $0.corpus.mask = [.id(3), .id(id)] }
            let error = #expect(throws: CorpusError.self) { try folder.plan() }
            guard case .unknownMaskToken(let name, _) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(name == "\(id)" && error?.exitStatus == .configuration && !folder.run.hasPlan)
        }
    }

    @Test("are refused as well by what lists features, where no model has them or nothing is left; a model that is not here may have any")
    func features() throws {
        func list(_ folder: PlantedFolder) throws -> [ListedFeature] {
            try ListFeatures(configuration: folder.configuration, folder: folder.path.appending("rows"), context: folder.context()).run()
        }
        let unknown = try PlantedFolder {
            $0.features.isEnabled = true
            $0.corpus.mask = [.id(PlantedModel.vocabulary)]
        }
        let error = #expect(throws: CorpusError.self) { try list(unknown) }
        #expect(error?.message.contains("no model has such a token") == true)
        try FileManager.default.removeItem(atPath: unknown.configuration.models[1].path.string)
        #expect(try !list(unknown).isEmpty)
        let everything = try PlantedFolder {
            $0.features.isEnabled = true
            $0.corpus.mask = (0..<PlantedModel.vocabulary).map { .id($0) }
        }
        let nothing = #expect(throws: PipelineError.self) { try list(everything) }
        guard case .everythingMasked = nothing else {
            Issue.record("\(String(describing: nothing))")
            return
        }
    }
}
