import Testing

@Suite("What is said of kernels")
struct KernelLineTests {
    @Test("stands in the logs of commands that compute, at the debug level of those that read statistics, and of no other one")
    func line() throws {
        try TinyRun.with { run in
            let planned = try run.program("plan", "run.yaml", "--output", "plan")
            #expect(planned.status == 0 && planned.errors.contains("OpenBLAS runs its"), "\(planned.errors)")
            for arguments in [["tasks", "--plan", "plan"], ["inspect", "plan"], ["clean", "plan"]] {
                let outcome = try BuiltProgram.run(arguments, in: run.folder)
                #expect(outcome.status == 0 && !outcome.errors.contains("OpenBLAS"), "\(arguments): \(outcome.errors)")
            }
            let computed = try run.program("run", "run.yaml", "--output", "out")
            #expect(computed.status == 0 && computed.errors.contains("OpenBLAS runs its"), "\(computed.errors)")
            let analysed = try run.program("analyze", "out")
            #expect(analysed.status == 0 && !analysed.errors.contains("OpenBLAS"), "\(analysed.errors)")
            let asked = try run.program("analyze", "out", "--verbose")
            #expect(asked.status == 0 && asked.errors.contains("OpenBLAS runs its"), "\(asked.errors)")
        }
    }
}
