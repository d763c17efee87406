import Testing

@Suite("What is said of kernels")
struct KernelLineTests {
    @Test("stands in the logs of commands that compute, and of no other one, which does not start itself again either")
    func line() throws {
        try TinyRun.with { run in
            let planned = try run.program("plan", "run.yaml", "--output", "plan")
            #expect(planned.status == 0 && planned.errors.contains("OpenBLAS runs its"), "\(planned.errors)")
            for arguments in [["tasks", "--plan", "plan"], ["inspect", "plan"], ["clean", "plan"]] {
                let outcome = try BuiltProgram.run(arguments, in: run.folder)
                #expect(outcome.status == 0 && !outcome.errors.contains("OpenBLAS"), "\(arguments): \(outcome.errors)")
            }
        }
    }
}
