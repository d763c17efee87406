import Foundation
import Kernels
import Testing

@Suite("doctor")
struct DoctorTests {
    @Test("reports the machine as JSON, with logs on standard error only")
    func json() throws {
        let outcome = try BuiltProgram.run(["doctor", "--json"])
        #expect(outcome.status == 0)
        let report = try #require(outcome.json)
        #expect(report["version"] is String)
        #expect((report["gigaflops"] as? [String: Any])?["one_thread"] as? Double ?? 0 > 0.1)
        let checks = try #require(report["checks"] as? [[String: Any]])
        #expect(checks.contains { $0["name"] as? String == "own kernels give the reference bits" && $0["passed"] as? Bool == true })
        let integers = try #require(checks.first { $0["name"] as? String == "integer products are exact" })
        #expect(integers["passed"] as? Bool == true)
        // 8 where the processor has VNNI and oneDNN uses it, else 7.
        let bits = Int8Gemm.mostBits.rawValue
        #expect((integers["finding"] as? String)?.hasPrefix("up to \(bits) bits") == true, "\(integers)")
        #expect(outcome.errors.contains("OpenBLAS runs its"))
    }

    @Test("--quiet leaves standard error empty")
    func quiet() throws {
        let outcome = try BuiltProgram.run(["doctor", "--quiet"])
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        #expect(outcome.output.contains("GFLOP/s"))
    }

    @Test("a full disk under standard output is an error with a remedy, not silence", arguments: [[], ["--json"]])
    func fullDisk(options: [String]) throws {
        let process = try BuiltProgram.process(["doctor", "--quiet"] + options)
        process.standardOutput = try DiscardedOutput.fullDisk()
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(BuiltProgram.status(of: process) == 75)
        #expect(text.contains("error: cannot write to standard output"), "\(text)")
        #expect(text.contains("remedy: give standard output a place with room"), "\(text)")
    }

    @Test("a reader that goes away ends it as a broken pipe does")
    func closedPipe() throws {
        let pipe = Pipe()
        let process = try BuiltProgram.process(["doctor"])
        process.standardOutput = pipe
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        try pipe.fileHandleForReading.close()
        process.waitUntilExit()
        #expect(BuiltProgram.status(of: process) == 141)
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(!text.contains("error:"))
    }
}
