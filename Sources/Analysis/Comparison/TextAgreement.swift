/// How often two tables say the same of a neuron, in words or by name.
public struct TextAgreement: Codable, Sendable {
    /// What is compared: a column such as `family`, or the best partners in a model.
    public let column: String
    /// Neurons of which both say something.
    public let neurons: Int
    /// Neurons of which both say the same.
    public let same: Int

    /// Compares two columns; nil where there is no neuron of which both say something.
    ///
    /// - Parameter first: what the first table says of each neuron; empty for nothing.
    public init?(_ column: String, _ first: [String], _ second: [String]) {
        let known = zip(first, second).filter { !$0.isEmpty && !$1.isEmpty }
        guard !known.isEmpty else { return nil }
        self.column = column
        neurons = known.count
        same = known.count { $0 == $1 }
    }
}
