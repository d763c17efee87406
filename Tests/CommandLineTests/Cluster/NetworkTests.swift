import Foundation
import SmallRuns
import Testing

@Suite(
    "Three hosts with networks of their own", .serialized,
    .enabled(if: NetworkHosts.areAskedFor, "only with UN_NAMESPACES=1: a cable is cut for a minute"),
    .enabled(if: NetworkHosts.arePossible, "network namespaces need root and the program ip (apt-get install iproute2)"))
struct NetworkTests {
    /// Seconds for which a cable is cut: longer than a lease lasts.
    private static let cut = 60.0
    private static let leaseSeconds = 10
    /// Tasks that are done before that.
    private static let begun = 20

    /// The host whose cable is cut: the coordinator's, or that of the reducer and a worker.
    @Test("compute the bits of one process over tcp with keys, though a cable is cut in the middle for a minute", arguments: [0, 2])
    func cutCable(host: Int) throws {
        try TinyRun.with { run in
            // So many tasks that they are not done before the cut.
            var generator = SeededGenerator(tiny: 12)
            try run.writeTokens((0..<4_000 * TinyRun.context).map { _ in Int32.random(in: 0..<61, using: &generator) })
            let calm = try run.calm()
            #expect(try run.program("keys", "init", "keys").status == 0)
            let hosts = try NetworkHosts(3, in: run.folder)
            let endpoint = "tcp://\(hosts.address(of: 0)):7400"
            let keys = ["--keys", "keys"]
            let coordinator = try hosts.start(
                "coordinator", on: 0,
                ["coordinator", "run.yaml", "--output", "out", "--listen", endpoint, "--lease-timeout", "\(Self.leaseSeconds)"] + keys)
            let listen = ["--listen", "tcp://\(hosts.address(of: 2)):*"]
            let reducer = try hosts.start("reducer", on: 2, ["reducer", "--connect", endpoint, "--store", "store"] + listen + keys)
            let workers = try [1, 2].map { host in
                try hosts.start(
                    "worker\(host)", on: host,
                    ["worker", "--connect", endpoint, "--threads", "1", "--memory", "2G", "--scratch", "scratch\(host)"] + keys)
            }
            try Patience.wait(for: "the first tasks", of: coordinator.process) {
                usleep(50_000)
                return try done(run) >= Self.begun
            }
            try hosts.setCable(of: host, isWhole: false)
            Thread.sleep(forTimeInterval: Self.cut)
            #expect(try done(run) < tasks(run), "the run was over before the cut")
            try hosts.setCable(of: host, isWhole: true)

            #expect(coordinator.end() == 0, "\(coordinator.errors)")
            #expect(coordinator.errors.contains("nothing was heard of it"), "\(coordinator.errors)")
            #expect(try run.result("out") == calm)
            for process in workers + [reducer] { #expect(process.end() == 0, "\(process.errors)") }
        }
    }

    private func tasks(_ run: TinyRun) throws -> Int {
        try run.program("tasks", "--plan", "out/plan.json", "--numbers").output.split(separator: "\n").count
    }

    /// Tasks that are done, as the ledger has it: the coordinator itself cannot be reached from here.
    private func done(_ run: TinyRun) throws -> Int {
        guard run.holds("out/ledger.sqlite") else { return 0 }
        return try run.program("events", "out").output.split(separator: "\n").filter { $0.contains("was done by") }.count
    }
}
