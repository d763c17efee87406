import Analysis

/// What the columns of a run's models are where they are not neurons: projections of each layer's post-activations on other directions.
///
/// ```yaml
/// columns: {rotated: {seed: 7}}
/// columns: {principal: {components: 256}}
/// ```
/// If neurons of different models correspond and such columns do not, it is the basis of the neurons that is privileged.
public enum ColumnBasis: Hashable, Sendable {
    /// As many random directions as there are neurons.
    case rotated(RotatedColumns)
    /// The directions in which the layer varies most.
    case principal(PrincipalColumns)

    /// What a configuration may say, for messages.
    static let expected = "neurons, rotated, principal, or a mapping such as {rotated: {seed: 7}} or {principal: {components: 256}}"
    /// Names of columns.
    static let names = ["neurons", "rotated", "principal"]

    /// All marks.
    public static let marks = ["r", "pc"]

    /// What stands before a column's number within its layer, where people read it: `3.r117`, `3.pc5`.
    public var mark: String {
        switch self {
        case .rotated: "r"
        case .principal: "pc"
        }
    }

    /// The mark in a column's name, `pc` of `3.pc5`; nil where it has none, as that of a neuron.
    public static func mark(in name: some StringProtocol) -> String? {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? marks.first { parts[1].hasPrefix($0) } : nil
    }

    /// A column as people write it.
    public func name(layer: Int, column: Int) -> String { "\(layer).\(mark)\(column)" }

    /// How many of them a layer has.
    ///
    /// - Parameter neurons: of the layer.
    func columns(ofNeurons neurons: Int) -> Int {
        switch self {
        case .rotated: neurons
        case .principal(let columns): columns.components ?? neurons
        }
    }
}

extension ColumnBasis: CustomStringConvertible {
    /// The value of the configuration's key, with all of its settings.
    public var description: String {
        switch self {
        case .rotated(let columns): "{rotated: {kind: \(columns.kind.rawValue), seed: \(columns.seed)}}"
        case .principal(let columns): "{principal: {components: \(columns.components.map(String.init) ?? "all")}}"
        }
    }
}

extension ColumnBasis: Codable {
    private enum CodingKeys: String, CodingKey { case rotated, principal }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self =
            values.contains(.principal)
            ? .principal(try values.decode(PrincipalColumns.self, forKey: .principal))
            : .rotated(try values.decode(RotatedColumns.self, forKey: .rotated))
    }

    /// Writes a mapping of one key, as the configuration has it.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .rotated(let columns): try values.encode(columns, forKey: .rotated)
        case .principal(let columns): try values.encode(columns, forKey: .principal)
        }
    }
}
