/// What the columns of a run are called where people read of them: neurons, or the directions that stand in their place.
public struct ColumnNames: Hashable, Codable, Sendable {
    /// What the columns are; nil for neurons.
    public let basis: ColumnBasis?

    /// The names of a basis.
    public init(_ basis: ColumnBasis? = nil) { self.basis = basis }

    /// A column as people write it: `3.117`, or with its mark, `3.pc5`.
    public func name(layer: Int, column: Int) -> String { basis?.name(layer: layer, column: column) ?? "\(layer).\(column)" }

    /// What one of them is: neuron, or direction.
    public var noun: String { basis == nil ? "neuron" : "direction" }

    /// What several are.
    public var nouns: String { noun + "s" }

    /// The noun at the beginning of a sentence or a heading.
    public var capitalNoun: String { basis == nil ? "Neuron" : "Direction" }

    /// The same of several.
    public var capitalNouns: String { capitalNoun + "s" }

    /// What one of them is, of which kind: neuron, rotated direction, principal direction.
    public var kind: String {
        switch basis {
        case nil: noun
        case .rotated?: "rotated direction"
        case .principal?: "principal direction"
        }
    }

    /// The same of several.
    public var kinds: String { kind + "s" }
}

extension RunPlan {
    /// What its columns are called.
    public var columnNames: ColumnNames { ColumnNames(numbers.basis?.columns) }
}
