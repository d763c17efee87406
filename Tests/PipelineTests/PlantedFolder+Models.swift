import Foundation
import SmallRuns

/// Random models in the place of the planted ones: these write to the residual stream, and attend.
extension PlantedFolder {
    /// Puts a model in the place of each planted one.
    func replaceModels(by make: (_ seed: UInt64) -> TinyModel) throws {
        for (index, model) in configuration.models.enumerated() {
            try FileManager.default.removeItem(atPath: model.path.string)
            try make(UInt64(index)).write(to: model.path)
        }
    }

    /// Puts models of 20 neurons a layer in the place of the planted ones.
    /// - Parameter areSame: both have the same weights.
    func replaceModels(_ architecture: TinyModel.Architecture = .gpt2, layers: Int = 2, areSame: Bool = false) throws {
        try replaceModels {
            TinyModel(
                architecture, layers: layers, width: 24, mlp: 20, vocabulary: PlantedModel.vocabulary, positions: PlantedModel.positions,
                seed: areSame ? 0 : $0)
        }
    }
}
