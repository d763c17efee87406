import Models
import Statistics

extension StatisticsLayout {
    /// A run's columns and blocks: a group for each layer of each model, and the feature bank.
    ///
    /// - Parameters:
    ///   - models: their ids, layers and columns of a layer; the first is the reference.
    ///   - features: columns of the feature bank; nil without one.
    ///   - explained: which models are compared with them.
    ///   - pairing: which models are compared.
    ///   - band: which of their layers; nil for all.
    init(
        models: [(id: String, layers: Int, columns: Int)], features: Int?, explained: ExplainedModels = .reference,
        pairing: SourcePairing, band: LayerBand? = nil
    ) {
        self.init(
            models: models.map { model in
                (0..<model.layers).map { ColumnGroup(source: model.id, layer: $0, columns: model.columns) }
            },
            features: features.map { [ColumnGroup(source: FeatureBank.sourceID, layer: 0, columns: $0)] } ?? [], explained: explained,
            pairing: pairing, band: band)
    }

    /// Columns of the feature bank; 0 without one.
    var featureColumns: Int { groups(of: FeatureBank.sourceID).reduce(0) { $0 + groups[$1].columns } }

    /// The models beside the reference whose neurons are compared with features, in order.
    var otherExplainedModels: [String] {
        let explained = Set(
            groups(of: FeatureBank.sourceID).flatMap { blocks(ownedBy: $0) }.filter { !$0.isWithin }.map { groups[$0.rows].source })
        return sources.dropFirst().filter(explained.contains)
    }

    /// About how many of them are of the token itself: most of the others are the same of the one before.
    var tokenFeatures: Int { (featureColumns + 1) / 2 }
}
