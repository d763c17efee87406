import Analysis
import Models
import Pipeline

extension ReportContent {
    /// From how many universal neurons on shares and means among them say something; with fewer those of the table stand for the strong ones.
    static let enoughUniversal = 20

    /// Adds what follows from the reference's weights, from the files that the analysis has left: roles, percentiles, and the tokens that the
    /// table's neurons raise and lower. What is not there stays as it is.
    ///
    /// - Parameters:
    ///   - folder: the run.
    ///   - text: of a token; nil without a tokenizer, or for one that it does not have.
    /// - Throws: errors of the files.
    mutating func addWeights(in folder: RunFolder, options: ReportOptions, text: (Int) -> String?) throws {
        do {
            let found = try RolesInspection(folder, top: .max, joinsNeurons: false)
            add(found, strongest: options.strongest)
        } catch PipelineError.rolesMissing(_, let hasWeights) {
            rolesAbsence =
                hasWeights
                ? "Model \(reference) has no unembedding, so its neurons have no effect on a vocabulary and no roles."
                : "The weights of model \(reference) were not there when the run was analysed, so roles are not known; analyze finds them."
        } catch PipelineError.columnsNotNeurons {
            // What is of neurons alone is named at the report's end.
            rolesAbsence = nil
        }
        if let table = try NeuronTableFile(ifThere: folder.percentiles) { try addContrasts(table) }
        var layers: [Int: LayerVocabulary] = [:]
        for index in neurons.indices {
            let neuron = neurons[index]
            if layers[neuron.layer] == nil {
                layers[neuron.layer] = try LayerVocabulary(layer: neuron.layer, .unembedding, .output, in: folder)
            }
            guard let effect = layers[neuron.layer]?.effect(of: neuron.neuron, count: options.tokens, text: text) else { continue }
            neurons[index].promoted = effect.highest.map(ReportedToken.init)
            neurons[index].suppressed = effect.lowest.map(ReportedToken.init)
        }
    }

    /// Adds the neurons with a role.
    mutating func add(_ found: RolesInspection, strongest: Int) {
        roles = ReportedRoles(
            neuronsByLayer: found.neuronsByLayer, universalByLayer: found.universalByLayer,
            roles: found.roles.map { group in
                ReportedRoles.Role(
                    name: group.role.rawValue, all: group.neuronsByLayer, universal: group.universalByLayer,
                    strongest: group.strongest.prefix(strongest).map { neuron in
                        ReportedRoles.Neuron(
                            layer: neuron.layer, neuron: neuron.neuron, isUniversal: neuron.isUniversal, variance: neuron.vocabVar,
                            skewness: neuron.vocabSkew, kurtosis: neuron.vocabKurt, feature: neuron.feature,
                            featureShare: neuron.featureReduction, promoted: neuron.promoted.map(ReportedToken.init),
                            suppressed: neuron.suppressed.map(ReportedToken.init))
                    })
            })
        var names: [[Int]: String] = [:]
        for group in found.roles { for neuron in group.strongest { names[[neuron.layer, neuron.neuron]] = group.role.rawValue } }
        for index in neurons.indices { neurons[index].role = names[[neurons[index].layer, neurons[index].neuron]] }
    }

    /// Adds where universal neurons stand within their layers, by each of the paper's figures that `percentiles.csv` has.
    mutating func addContrasts(_ table: NeuronTableFile) throws {
        let areUniversal = Int(universal.value) >= Self.enoughUniversal
        let chosen =
            areUniversal
            ? Set(population.excess.indices.filter { Double(population.excess[$0]) > threshold })
            : Set(neurons.compactMap { neuron in table.neurons.firstIndex { $0 == (neuron.layer, neuron.neuron) } })
        let isChosen = table.neurons.indices.map(chosen.contains)
        let figures = try PercentileContrast.figures.compactMap { name in
            try table.numbers(of: name).map { try PercentileContrast(name, percentiles: $0, isChosen: isChosen) }
        }.filter { $0.chosen != nil && $0.others != nil }
        contrasts = figures.isEmpty ? nil : ReportedContrasts(areUniversal: areUniversal, figures: figures)
    }
}

extension ReportedToken {
    /// A token of an effect on a vocabulary.
    init(_ token: TokenEffect.Token) { self.init(token.text ?? "\(token.id)", isText: token.text != nil) }

    /// A token of `roles.csv`.
    init(_ cell: TableCell) {
        if case .text(let text) = cell { self.init(text) } else { self.init(cell.description, isText: false) }
    }
}
