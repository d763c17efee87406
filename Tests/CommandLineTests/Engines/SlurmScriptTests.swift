import Foundation
import SmallRuns
import Testing

@Suite("The script of a job on Slurm, with job steps that only end")
struct SlurmScriptTests {
    /// What stands in for programs of Slurm and of the system. A step of the coordinator ends with the next of the exit codes in `STATUSES`,
    /// or the last of them; every step is counted.
    private static let programs = [
        "srun": """
        while [[ $1 == --* ]]; do shift; done
        echo start >>"$HERE/$2.starts"
        [[ $2 == coordinator ]] || exit 0
        read -ra statuses <<<"$STATUSES"
        starts=$(wc -l <"$HERE/$2.starts")
        exit "${statuses[starts <= ${#statuses[@]} ? starts - 1 : -1]}"
        """,
        "program": #"mkdir "$3""#,
        "scontrol": "echo node1",
        "hostname": "echo node1",
        "sleep": "exit 0",
    ]

    /// Runs the script.
    ///
    /// - Returns: its exit code, how often the coordinator was started, and what it wrote.
    private func run(coordinatorEndsWith statuses: String) throws -> (status: Int32, starts: Int, text: String) {
        try TemporaryFolder.with { folder in
            let bin = folder.appendingPathComponent("bin")
            try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
            for (name, body) in Self.programs {
                let file = bin.appendingPathComponent(name)
                try Data("#!/usr/bin/env bash\n\(body)\n".utf8).write(to: file)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
            }
            let environment = [
                "PATH": "\(bin.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")", "PROGRAM": "program", "HERE": folder.path,
                "STATUSES": statuses, "SLURM_JOB_ID": "7", "SLURM_JOB_NODELIST": "node1",
            ]
            let outcome = try EngineTools.run(
                "bash", [PythonEngines.deployed("slurm/cluster.sbatch"), "run.yaml", "out"], environment: environment, in: folder)
            let starts = try String(contentsOf: folder.appendingPathComponent("coordinator.starts"), encoding: .utf8)
            return (outcome.status, starts.split(separator: "\n").count, outcome.text)
        }
    }

    @Test(
        "starts again what a signal or the disk ended or what is not to be had for a while, and nothing that would end so again",
        arguments: [
            ("0", Int32(0), 1), ("137 75 74 0", 0, 4), ("69 69 0", 0, 3), ("69", 69, 30), ("65", 65, 1), ("78", 78, 1), ("130", 130, 1),
        ])
    func again(statuses: String, status: Int32, starts: Int) throws {
        let outcome = try run(coordinatorEndsWith: statuses)
        #expect(outcome.status == status && outcome.starts == starts, "\(outcome)")
    }
}
