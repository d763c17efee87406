/// Principal directions of each layer as columns: `columns: {principal: {components: 256, from: calibration}}`.
///
/// They are those of the tokens that the calibration looks at. With fewer of these than neurons the last directions are noise.
public struct PrincipalColumns: Hashable, Codable, Sendable {
    /// The tokens whose covariances they follow from.
    enum Origin: String, CaseIterable {
        /// The first counted tokens of the draw, as many as `calibration` says.
        case calibration
    }

    /// How many directions of each layer, the largest variance first; nil: as many as there are neurons.
    public var components: Int?

    /// The settings of `columns: principal`.
    public init() {}
}
