import ArgumentParser
import Kernels
import Pipeline

/// `doctor`: is this machine fit, and how fast is it?
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check this machine: processor, OpenBLAS kernels and why, memory, speed, reference bits.",
        discussion: """
            EXAMPLE:
              universal-neurons doctor

            Takes a few seconds. The exit code is 69 when a check fails that makes results untrustworthy.
            """)

    @Option(
        parsing: .unconditional, help: "Threads that multiply at once (default: UN_THREADS, one a core).",
        transform: ConfigurationOverrides.threads(parsing:))
    var threads: Int?

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "doctor")
        let kernels = try session.selectKernels(nil)
        let overrides = ConfigurationOverrides(threads: threads).over(try ResourceOptions.environment())
        let machine = try MachineReport.measure(kernels: kernels, threads: overrides.threads ?? ThreadTeam.coresOfThisProcess)
        try session.finish(machine) { Self.text(of: machine) }
        let failed = machine.checks.count { !$0.passed && !$0.isAdvice }
        if failed > 0 { throw CommandLineError.unhealthy(findings: failed) }
    }

    private static func text(of machine: MachineReport) -> String {
        let processor = machine.processor
        let sets = [
            ("AVX2", processor.hasAVX2), ("FMA", processor.hasFMA), ("AVX-512", processor.hasAVX512), ("VNNI", processor.hasVNNI),
        ]
        let memory = machine.memory
        let speed = machine.gigaflops
        var table = TextTable()
        table.add("program", "universal-neurons \(machine.version)")
        table.add("processor", "\(processor.brand) (\(processor.vendor)), \(AmountText.count(machine.cores, "core")) for this process")
        table.add("instruction sets", sets.map { "\($0.0) \($0.1 ? "yes" : "no")" }.joined(separator: ", "))
        table.add("own kernels", "level \(processor.kernelLevel)")
        table.add("OpenBLAS", machine.openBLAS.configuration)
        table.add("its kernels", "\(machine.openBLAS.kernels.core): \(machine.openBLAS.reason)")
        table.add("memory", "\(ByteCount.memory(memory.available)) free of \(ByteCount.memory(memory.total))")
        table.add(
            "SGEMM",
            "\(ProgressMeter.short(speed.oneThread)) GFLOP/s on one thread, \(ProgressMeter.short(speed.allThreads)) on \(speed.threads)")
        for check in machine.checks {
            table.add(check.name, "\(check.passed ? "yes" : check.isAdvice ? "note" : "NO"): \(check.finding)")
            if !check.remedy.isEmpty { table.add("", check.remedy) }
        }
        return table.text
    }
}
