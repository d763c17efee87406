import Corpus
import Testing

@testable import Pipeline

@Suite("Token ids in a mask")
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
}
