import Foundation

/// The name under which this process's results are known.
enum HostName {
    /// The machine's name: kept beside each checksum, so that a disagreement names the machines.
    static let current = ProcessInfo.processInfo.hostName
}
