/// All samples of one metric: what Prometheus calls a family.
///
///     MetricFamily(gauge: "universal_neurons_tasks", "Tasks by state.", [MetricSample(["state": "done"], 12)])
///     MetricFamily(counter: "universal_neurons_leases_granted", "Leases given.", 40)        // shown as …_granted_total
///
/// Names are of small letters, digits and underscores and end in the unit, which is a base unit: seconds, bytes.
public struct MetricFamily: Sendable {
    /// What the numbers do.
    public enum Kind: String, Sendable {
        /// It only grows, from zero at the process's start.
        case counter
        /// It goes up and down.
        case gauge
    }

    /// Its name; a counter's ends in `_total`.
    public let name: String
    /// What the numbers do.
    public let kind: Kind
    /// One sentence for people.
    public let help: String
    /// The samples, which differ in the values of their labels.
    public let samples: [MetricSample]

    /// A family of numbers that go up and down.
    public init(gauge name: String, _ help: String, _ samples: [MetricSample]) {
        self.init(name, .gauge, help, samples)
    }

    /// A number that goes up and down.
    public init(gauge name: String, _ help: String, _ value: Double) {
        self.init(name, .gauge, help, [MetricSample(value)])
    }

    /// A count that goes up and down.
    public init(gauge name: String, _ help: String, _ count: Int) { self.init(gauge: name, help, Double(count)) }

    /// Whether something is so: 1 or 0.
    public init(gauge name: String, _ help: String, _ isSo: Bool) { self.init(gauge: name, help, isSo ? 1 : 0) }

    /// A family of counters.
    ///
    /// - Parameter name: without `_total`, which is added.
    public init(counter name: String, _ help: String, _ samples: [MetricSample]) {
        self.init("\(name)_total", .counter, help, samples)
    }

    /// A counter.
    ///
    /// - Parameter name: without `_total`, which is added.
    public init(counter name: String, _ help: String, _ value: Double) {
        self.init(counter: name, help, [MetricSample(value)])
    }

    /// A counter of whole things.
    ///
    /// - Parameter name: without `_total`, which is added.
    public init(counter name: String, _ help: String, _ count: Int) { self.init(counter: name, help, Double(count)) }

    private init(_ name: String, _ kind: Kind, _ help: String, _ samples: [MetricSample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }
}
