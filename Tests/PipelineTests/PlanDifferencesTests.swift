import Kernels
import Statistics
import Storage
import Testing

@testable import Pipeline

@Suite("Differences of plans")
struct PlanDifferencesTests {
    /// The numbers of a plan, changed.
    private func changed(
        _ n: PlannedNumbers, corpus: PlannedCorpus? = nil, features: PlannedFeatures? = nil, accumulation: AccumulationSettings? = nil,
        moments: MomentSettings? = MomentSettings()
    ) -> PlannedNumbers {
        PlannedNumbers(
            models: n.models, corpus: corpus ?? n.corpus, pairs: n.pairs, band: n.band, screening: n.screening,
            features: features ?? n.features, accumulation: accumulation ?? n.accumulation, examples: n.examples,
            moments: moments, calibrationTokens: n.calibrationTokens, kernels: n.kernels, calibration: nil, fingerprint: nil)
    }

    @Test("each is named by the key that was changed, and by no other")
    func named() throws {
        let numbers = try PlantedFolder().plan().plan.numbers
        func differences(_ old: AccumulationSettings, _ new: AccumulationSettings) -> [String] {
            changed(numbers, accumulation: new).differences(from: changed(numbers, accumulation: old))
        }
        let exact = AccumulationSettings(resolutionExponent: -4)
        let coarse = AccumulationSettings(resolutionExponent: 0)
        let (seven, eight) = (AccumulationSettings(bits: .seven), AccumulationSettings(bits: .eight))
        #expect(differences(exact, exact).isEmpty && differences(eight, eight).isEmpty)
        #expect(differences(seven, eight) == ["precision: {int8: 7} → {int8: 8}"])
        #expect(differences(exact, eight) == ["precision: exact → {int8: 8}"])
        #expect(differences(eight, coarse) == ["precision: {int8: 8} → exact"])
        #expect(differences(exact, coarse) == ["resolution: 0.0625 → 1.0"])
        #expect(
            differences(exact, AccumulationSettings(chunk: 2048, bits: .seven)) == [
                "chunk: 4096 → 2048", "precision: exact → {int8: 7}",
            ])
        func differences(_ old: MomentSettings?, _ new: MomentSettings?) -> [String] {
            changed(numbers, moments: new).differences(from: changed(numbers, moments: old))
        }
        #expect(differences(MomentSettings(), nil) == ["moments: some → none"])
        #expect(differences(MomentSettings(maxima: 100), MomentSettings(maxima: 7)) == ["moments.maxima: 100 → 7"])
        #expect(differences(MomentSettings(), MomentSettings(means: 50)) == ["moments.means: 0 → 50"])
    }

    @Test("features and domains that are other ones without being more or fewer are said to be that")
    func others() throws {
        let numbers = try PlantedFolder().plan().plan.numbers
        let banks = ["one", "two"].map { PlannedFeatures(digest: Digest(of: $0), columns: 12) }
        let (one, two) = (changed(numbers, features: banks[0]), changed(numbers, features: banks[1]))
        #expect(two.differences(from: one) == ["features: 12 other columns"])
        #expect(one.differences(from: changed(numbers)) == ["features: none → 12 columns"])
        func of(_ models: ExplainedModels?) -> PlannedNumbers {
            changed(numbers, features: PlannedFeatures(digest: banks[0].digest, columns: 12, models: models))
        }
        #expect(of(.all).differences(from: of(nil)) == ["features.models: reference → all"])
        #expect(
            changed(numbers, features: banks[1]).differences(from: of(.all)) == [
                "features: 12 other columns", "features.models: all → reference",
            ])
        #expect(of(.all).differences(from: changed(numbers)) == ["features: none → 12 columns"])
        let old = numbers.corpus
        let corpus = PlannedCorpus(
            digest: old.digest, rows: old.rows, context: old.context, vocabulary: old.vocabulary, domains: old.domains + ["more"],
            mask: old.mask, seed: old.seed, windowRows: old.windowRows, replicates: old.replicates, separatesDomains: old.separatesDomains)
        #expect(changed(numbers, corpus: corpus).differences(from: numbers) == ["corpus: other domains"])
    }
}
