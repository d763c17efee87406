import Analysis

extension ComparedResults {
    /// What the columns of a table are by their names; neurons where it has none, or others.
    static func columnNames(in file: NeuronTableFile) -> ColumnNames {
        guard let name = file.cells(of: "name")?.first, let neuron = file.neurons.first else { return ColumnNames() }
        let known = [ColumnBasis.rotated(RotatedColumns()), .principal(PrincipalColumns())]
        return ColumnNames(known.first { $0.name(layer: neuron.layer, column: neuron.neuron) == name })
    }

    /// Makes sure that what has a number in a layer is the same on both sides: a neuron, or the same direction. Of a table only its columns'
    /// names are known.
    ///
    /// - Throws: `PipelineError.otherColumns`.
    func checkColumns(against other: ComparedResults) throws {
        func refuse(_ columns: String, _ others: String) -> PipelineError {
            .otherColumns(file: path, columns: columns, other: other.path, otherColumns: others)
        }
        // A table without rows says nothing.
        guard !table.neurons.isEmpty, !other.table.neurons.isEmpty else { return }
        guard let x = run?.plan.numbers.basis, let y = other.run?.plan.numbers.basis else {
            guard names.basis?.mark == other.names.basis?.mark else { throw refuse(columns, other.columns) }
            return
        }
        guard x.columns == y.columns else { throw refuse(columns, other.columns) }
        switch x.columns {
        case .principal:
            // They follow from the models and from the text of the calibration.
            guard x.digest != y.digest else { return }
            func named(_ basis: PlannedBasis) -> String {
                "\(basis.columns) with the content hash \(basis.digest.map { String($0.hex.prefix(12)) } ?? "none")"
            }
            throw refuse(named(x), named(y))
        case .rotated:
            // They are drawn for a model by its id.
            let ids = (run?.models.first ?? "", other.run?.models.first ?? "")
            guard ids.0 != ids.1 else { return }
            throw refuse("\(columns) of model \(ids.0)", "\(other.columns) of model \(ids.1)")
        }
    }

    /// What the columns are, for messages.
    private var columns: String { run.map { $0.plan.numbers.basis.map { "\($0.columns)" } ?? "neurons" } ?? names.kinds }
}
