/// A change of one neuron's activation, the same at every position of a row (SPEC 7).
public struct Intervention: Hashable, Codable, Sendable {
    /// What is done to the number.
    public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
        /// It is set to a value.
        case fixed
        /// It is set to 0.
        case zero
        /// It is set to the neuron's mean, which whoever asks knows.
        case mean
        /// min(x, 0): what is above 0 is taken away.
        case threshold
        /// max(x, 0): what is below 0 is taken away.
        case relu
        /// It is multiplied with a value.
        case multiply

        /// Whether it comes with a number.
        public var hasValue: Bool { [.fixed, .mean, .multiply].contains(self) }
    }

    /// Which number is changed.
    public enum Place: String, Hashable, Codable, Sendable, CaseIterable {
        /// What goes into the nonlinearity.
        case pre
        /// What comes out of it.
        case post
    }

    /// What is done.
    public let kind: Kind
    /// The value that is set, or multiplied with; nil for kinds without.
    public let value: Float?
    /// To which number.
    public let place: Place

    /// A change of an activation.
    ///
    /// - Precondition: There is a value where the kind has one, and only there.
    public init(_ kind: Kind, value: Float? = nil, place: Place = .post) {
        precondition(kind.hasValue == (value != nil), "a value for kinds that have one")
        self.kind = kind
        self.value = value
        self.place = place
    }

    /// The values that the authors fix activations to: GELU's minimum, and small numbers.
    public static let authorsValues: [Float] = [-0.17, 0, 1, 2, 3, 4, 5, 6]

    /// What a number becomes.
    func changed(_ x: Float) -> Float {
        switch kind {
        case .fixed, .mean: value ?? 0
        case .zero: 0
        case .threshold: x > 0 ? 0 : x
        case .relu: x < 0 ? 0 : x
        case .multiply: x * (value ?? 1)
        }
    }
}
