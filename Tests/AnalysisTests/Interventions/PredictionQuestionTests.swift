import Models
import Storage
import Testing

@testable import Analysis

@Suite("Questions about predictions")
struct PredictionQuestionTests {
    // SHA-256 by Python's hashlib, of: the length of the first words, as eight little-endian bytes, and the words; the plan's digest; where
    // kernels are not the plan's the same of "kernels NAME"; json.dumps(question, sort_keys=True, separators=(",", ":")) and a line feed.

    @Test("are known by the same digits as ever, so that answers that lie in folders are found again")
    func identities() throws {
        let plan = Digest(of: "plan")
        let intervention = InterventionQuestion(model: "a", neurons: [NeuronPlace(layer: 0, neuron: 3)], frozen: [.nothing]) { _ in
            [Intervention(.zero)]
        }
        #expect(
            try intervention.identity(in: plan).hex == "5a74ee804dd3d644d720f699af8440f682374461ec49a4d6a03fb11fea00c82e")
        let substitution = SubstitutionQuestion(
            model: "a", other: "b",
            neurons: [
                .init(
                    NeuronPlace(layer: 0, neuron: 2), mean: 0.5,
                    match: NeuronSubstitution.Source(layer: 1, neuron: 4, mean: 0.25, slope: 2), correlation: 0.75,
                    random: NeuronSubstitution.Source(layer: 1, neuron: 6, mean: 0, slope: 0.125), randomCorrelation: 0.0625)
            ])
        #expect(
            try substitution.identity(in: plan, kernels: "Haswell").hex
                == "aba12d480b51b0f32ab75a2a1368b2394e20d74db6db08121ac291e709e0f6f9")
    }
}
