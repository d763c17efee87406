/// Numbers that say how a model predicts one token, each by its name.
public protocol NamedMeasures: Sendable {
    /// The names, in files the raw values.
    associatedtype Kind: RawRepresentable<String>, Hashable, Codable, Sendable

    /// One of the numbers by its name.
    subscript(kind: Kind) -> Double { get }
}

extension PredictionMeasures: NamedMeasures {}
extension SubstitutionMeasures: NamedMeasures {}
