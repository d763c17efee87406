/// A cluster whose processes a test starts by hand, on this machine over tcp.
struct StartedCluster {
    let run: TinyRun
    /// The folder of its keys; nil: it does without.
    var keys: String?
    /// Name of its configuration.
    var configuration = "run.yaml"
    let endpoint = "tcp://127.0.0.1:\(FreePort.find())"

    private var security: [String] { keys.map { ["--keys", $0] } ?? ["--insecure"] }

    /// Starts a coordinator of the run in `out`.
    func coordinator(_ options: [String] = [], log: String = "coordinator") throws -> StartedProgram {
        let arguments = ["coordinator", configuration, "--output", "out", "--listen", endpoint]
        return try StartedProgram(log, arguments + security + options, in: run.folder)
    }

    /// Starts a reducer on a store, by whose name its log is called.
    func reducer(
        _ store: String = "store", log: String? = nil, _ options: [String] = [], environment: [String: String] = [:]
    ) throws -> StartedProgram {
        let arguments = ["reducer", "--connect", endpoint, "--store", store, "--listen", "tcp://127.0.0.1:*"]
        return try StartedProgram(log ?? store, arguments + security + options, in: run.folder, environment: environment)
    }

    /// Starts a worker.
    func worker(
        _ name: String = "worker", _ options: [String] = [], environment: [String: String] = [:]
    ) throws -> StartedProgram {
        let arguments = ["worker", "--connect", endpoint, "--threads", "1", "--memory", "2G", "--cache", "models"]
        return try StartedProgram(name, arguments + security + options, in: run.folder, environment: environment)
    }
}
