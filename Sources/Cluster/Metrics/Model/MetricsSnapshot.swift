/// What a process's loop knows at one moment.
public protocol MetricsSnapshot: Sendable {
    /// The metrics of that moment. They are asked for on the server's thread, when somebody reads them.
    var families: [MetricFamily] { get }
}
