import ArgumentParser
import Cluster
import Foundation

/// What every process has that takes part in a run of a coordinator elsewhere.
struct MemberOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Where the coordinator listens, such as tcp://head:7400.", valueName: "endpoint"),
        transform: EndpointArgument.parse)
    var connect: Endpoint

    @Option(help: .hidden)
    var withParent: Int32?

    /// Ends this process soon after the one that has started it, where one is named.
    ///
    /// - Returns: false when that one is gone already.
    func watchParent() -> Bool { withParent.map { ParentWatch.begin($0, status: 128 + SIGKILL) } ?? true }
}
