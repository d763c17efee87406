import Foundation

/// The processes of `run --workers`: workers and reducers are their coordinator's children and end with it.
final class FamilyProcesses: ChaosProcesses {
    private let arguments: [String]
    private let folder: URL
    private var started: [StartedProgram] = []
    let stores: [URL]
    let endTogether = true
    let problem: String? = nil

    /// The processes of a run in `out`, of which none is started.
    ///
    /// - Parameter options: the coordinator's.
    init(_ run: TinyRun, configuration: String = "run.yaml", workers: Int, reducers: Int, options: [String]) {
        let processes = ["--workers", "\(workers)", "--reducers", "\(reducers)"]
        arguments = ["run", configuration, "--output", "out", "--quiet"] + processes + options
        folder = run.folder
        stores = (0..<reducers).map { run.folder.appendingPathComponent("out/reducers/\($0)") }
    }

    var coordinator: Int32 { started.last?.process.processIdentifier ?? 0 }
    var others: [ProcessTree.Child] { ProcessTree.children(of: coordinator) }
    var log: String { started.map(\.errors).joined() }

    func start() throws -> StartedProgram {
        let program = try StartedProgram("attempt\(started.count)", arguments, in: folder)
        started.append(program)
        return program
    }

    func revive() {}
    func leases() -> Int { 0 }
    func end() {}
}
