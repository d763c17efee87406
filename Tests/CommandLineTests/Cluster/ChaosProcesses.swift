import Foundation

/// The processes of a run that blows fall on.
protocol ChaosProcesses: AnyObject {
    /// The coordinator that was started last.
    var coordinator: Int32 { get }
    /// Workers and reducers that are alive.
    var others: [ProcessTree.Child] { get }
    /// Whether these end with their coordinator.
    var endTogether: Bool { get }
    /// Where the reducers' stores lie.
    var stores: [URL] { get }
    /// What somebody ended with whom nobody killed and whose work was not over.
    var problem: String? { get }
    /// What all of them have printed on standard error.
    var log: String { get }

    /// Starts a coordinator, and with it whoever does not live.
    func start() throws -> StartedProgram
    /// Starts workers and reducers again that were killed, where their coordinator does not.
    func revive() throws
    /// Leases that workers hold whose coordinator was killed.
    func leases() throws -> Int
    /// Ends whoever lives still.
    func end()
}
