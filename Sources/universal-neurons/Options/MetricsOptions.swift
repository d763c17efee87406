import ArgumentParser
import Cluster

/// Where a process of a cluster serves its metrics.
struct MetricsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Serve metrics for Prometheus at http://ADDRESS/metrics, such as 127.0.0.1:9400.", valueName: "address"),
        transform: { try MetricsAddress($0) })
    var metrics: MetricsAddress?
}
