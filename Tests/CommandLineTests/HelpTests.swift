import Testing

@Suite("Help")
struct HelpTests {
    static let commands = [
        "run", "extend", "analyze", "inspect", "neuron", "pages", "roles", "attention", "similarity", "compare", "export", "clean",
        "doctor", "features", "tokenize", "plan", "tasks", "map", "reduce", "bench",
        "coordinator", "worker", "reducer", "status", "explain", "events", "resume", "retry", "cancel", "intervene", "substitute",
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

    @Test("the parts of keys have help with an example", arguments: ["init", "add"])
    func keys(part: String) throws {
        let outcome = try BuiltProgram.run(["keys", part, "--help"])
        #expect(outcome.status == 0 && outcome.output.contains("universal-neurons keys \(part) keys"), "\(outcome.output)")
        #expect(outcome.output.contains("--json"))
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
}
