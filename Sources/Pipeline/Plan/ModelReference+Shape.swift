import Models

extension ModelReference {
    /// Makes sure that a model of this shape reads rows of some length.
    ///
    /// - Throws: `PipelineError.contextTooLong`.
    func check(_ shape: Models.ModelShape, reads context: Int) throws {
        guard shape.positions >= context else {
            throw PipelineError.contextTooLong(model: id, path: path, positions: shape.positions, context: context)
        }
    }
}
