import Testing

@Suite("Help")
struct HelpTests {
    static let commands = [
        "run", "extend", "analyze", "inspect", "clean", "doctor", "features", "tokenize", "plan", "map", "reduce", "bench",
    ]

    @Test("every command has help with an example", arguments: commands)
    func help(command: String) throws {
        let outcome = try BuiltProgram.run([command, "--help"])
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        #expect(
            outcome.output.contains("EXAMPLE:\n  universal-neurons \(command) ")
                || outcome.output.contains("EXAMPLE:\n  universal-neurons \(command)\n"))
        #expect(outcome.output.contains("--json"))
        #expect(try BuiltProgram.run(["help", command]).output == outcome.output)
    }

    @Test("the root lists every command, and its version")
    func root() throws {
        let outcome = try BuiltProgram.run(["--help"])
        #expect(outcome.status == 0)
        for command in Self.commands { #expect(outcome.output.contains("\n  \(command) "), "\(command)") }
        let version = try BuiltProgram.run(["--version"])
        #expect(version.status == 0)
        #expect(version.output.hasPrefix("universal-neurons 0."))
    }

    @Test("help starts in less than 50 ms")
    func speed() throws {
        // The fastest of many: a busy machine delays some, a slow start all of them.
        var fastest = Duration.seconds(1)
        for _ in 0..<40 where fastest >= .milliseconds(50) {
            let process = try BuiltProgram.process(["run", "--help"])
            process.standardOutput = try DiscardedOutput.handle()
            let time = try ContinuousClock().measure {
                try process.run()
                process.waitUntilExit()
            }
            fastest = min(fastest, time)
        }
        #expect(fastest < .milliseconds(50))
    }
}
