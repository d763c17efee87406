import Analysis
import Models

extension Configuration {
    /// Makes sure that the reference has the same neurons at each step of its training.
    ///
    /// - Throws: `AnalysisError.sizeMismatch`.
    func checkSteps(_ shapes: [(reference: ModelReference, shape: Models.ModelShape)]) throws {
        guard let last = shapes.first(where: { $0.reference.id == reference.id })?.shape else { return }
        for (model, shape) in shapes where model.name == reference.name {
            let layers = (shape.layers, shape.mlpWidth)
            guard layers != (last.layers, last.mlpWidth) else { continue }
            throw AnalysisError.sizeMismatch(
                what: "neurons of '\(model.id)', a checkpoint of the training of '\(reference.id)'", expected: last.layers * last.mlpWidth,
                found: shape.layers * shape.mlpWidth)
        }
    }
}

extension ModelReference {
    /// A model's shape with its neurons projected on the directions of a basis; nil: with the neurons themselves.
    ///
    /// - Throws: `PipelineError.tooManyComponents`.
    func projected(_ shape: Models.ModelShape, on basis: ColumnBasis?) throws -> Models.ModelShape {
        let directions = basis?.columns(ofNeurons: shape.mlpWidth)
        if let directions, directions > shape.mlpWidth {
            throw PipelineError.tooManyComponents(model: id, asked: directions, neurons: shape.mlpWidth)
        }
        return shape.projected(on: directions)
    }

    /// Makes sure that a model of this shape reads rows of some length.
    ///
    /// - Throws: `PipelineError.contextTooLong`.
    func check(_ shape: Models.ModelShape, reads context: Int) throws {
        guard shape.positions >= context else {
            throw PipelineError.contextTooLong(model: id, path: path, positions: shape.positions, context: context)
        }
    }
}
