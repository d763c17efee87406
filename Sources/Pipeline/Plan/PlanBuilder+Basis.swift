import Analysis
import Checkpoints
import Models
import Statistics
import Storage

extension PlanBuilder {
    /// Makes what the columns are projections on, where they are no neurons, and notes the content hash of what lies beside the plan.
    ///
    /// - Parameters:
    ///   - rows: the beginning of the draw that the calibration looks at.
    ///   - folders: the opened models, by id.
    /// - Throws: `KernelsError.notConverged`, `StatisticsError.activationNotFinite`, `PipelineError.stopped`; errors of the models and the disk.
    func directions(
        of numbers: inout PlannedNumbers, over rows: ShardRows, isCounted: [Bool], folders: [String: ModelFolder]
    ) throws -> LayerDirections? {
        guard let basis = numbers.basis else { return nil }
        switch basis.columns {
        case .rotated(let columns): return .rotated(columns)
        case .principal:
            let target = BasisFolder(folder.basis)
            // What lies there is of a plan that was not finished.
            if Folder.exists(target.path) { try folder.removeFolder(target.path) }
            try context.files.createFolder(target.path)
            if let pilot = screening {
                numbers.basis?.digest = pilot.numbers.basis?.digest
                try BasisFolder(folder.pilot.basis).copy(of: numbers.models, to: target, on: context.files)
                return .principal(try BasisFolder(target.path, of: numbers, team: context.team))
            }
            context.progress.begin(
                ProgressStage("finding principal directions", unit: .groups, total: numbers.models.reduce(0) { $0 + $1.layers }))
            defer { context.progress.end() }
            let loader = SourceLoader(folders: folders, features: nil, team: context.team)
            for model in numbers.models {
                try writeDirections(of: model, to: target, over: rows, isCounted: isCounted, loader: loader)
            }
            numbers.basis?.digest = try target.digest(of: numbers.models, team: context.team)
            return .principal(target)
        }
    }

    /// Finds and writes the principal directions of a model, as many layers at a time as memory holds.
    private func writeDirections(
        of model: PlannedModel, to target: BasisFolder, over rows: ShardRows, isCounted: [Bool], loader: SourceLoader
    ) throws {
        let layout = StatisticsLayout(
            models: [(0..<model.layers).map { ColumnGroup(source: model.id, layer: $0, columns: model.mlpWidth) }], features: [],
            pairing: .reference)
        let stop = context.stop
        let step = layersAtATime(of: model, context: rows.context, loader: loader)
        for first in stride(from: 0, to: model.layers, by: step) {
            let layers = first..<min(first + step, model.layers)
            try stop.check()
            for source in try loader.sources(through: [model.id: layers.upperBound - 1]) {
                let found = try CovariancePass(
                    layout: layout, source: StoppableSource(source: source, stop: stop), isCounted: isCounted,
                    tokens: configuration.calibration, team: context.team
                ).covariances(of: Array(layers), over: rows)
                let directions = try context.team.map(layers.count) { place, _ in
                    try stop.check()
                    return try PrincipalDirections(
                        destroying: found.covariances[place], neurons: model.mlpWidth, components: model.columns)
                }
                for (layer, directions) in zip(layers, directions) {
                    try target.write(directions, of: model, layer: layer, on: context.files)
                    context.progress.advance(by: 1)
                }
            }
        }
    }

    /// Each pass over the tokens computes all layers below again, so that the more fit the better.
    private func layersAtATime(of model: PlannedModel, context rowTokens: Int, loader: SourceLoader) -> Int {
        let neurons = model.mlpWidth
        let shape = loader.folder(of: model.id).map { Models.ModelShape($0.configuration) }
        let threads = context.team.count
        let passBytes =
            WorkingSet.baseBytes + (shape?.weightBytes(through: model.layers - 1) ?? 0)
            + threads * ((shape?.workspaceBytes(context: rowTokens) ?? 0) + (4 << 20))
        // What LAPACK works on, and the directions until they are written.
        let eigenBytes = WorkingSet.baseBytes + threads * 16 * neurons * neurons
        let layerBytes = CovariancePass.bytes(columns: neurons, context: rowTokens) + 4 * model.columns * neurons
        let memory = context.memory ?? AnalysisFootprint.defaultMemory
        return min(model.layers, max(1, (memory - max(passBytes, eigenBytes)) / layerBytes))
    }
}
