/// One number of a metric, with the labels that tell it from the others.
public struct MetricSample: Sendable {
    /// Names and values, in the order in which they are shown; values may be any text.
    public let labels: KeyValuePairs<String, String>
    /// The number; any Double, also one that is not finite.
    public let value: Double

    /// A number with labels.
    public init(_ labels: KeyValuePairs<String, String>, _ value: Double) {
        self.labels = labels
        self.value = value
    }

    /// A count with labels.
    public init(_ labels: KeyValuePairs<String, String>, _ count: Int) { self.init(labels, Double(count)) }

    /// A number without labels.
    public init(_ value: Double) { self.init([:], value) }

    /// Counts by the value of one label, in its order.
    static func counts(_ counts: [String: Int], by label: String) -> [MetricSample] {
        counts.sorted { $0.key < $1.key }.map { MetricSample([label: $0.key], $0.value) }
    }

    /// Counts of every case of an enumeration, also of those that never came.
    static func counts<Case: CaseIterable & RawRepresentable<String> & Hashable>(
        _ counts: [Case: Int], by label: String
    ) -> [MetricSample] {
        Case.allCases.map { MetricSample([label: $0.rawValue], counts[$0] ?? 0) }
    }
}
