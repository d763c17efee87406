import Foundation
import Testing

@testable import universal_neurons

@Suite("A wrong command line")
struct CommandLineErrorTests {
    @Test(
        "is refused with exit code 64 and how it is used",
        arguments: [
            ["run", "c.yaml", "--output", "r", "--frobnicate"], ["run", "c.yaml"], ["run", "--output", "r"],
            ["run", "c.yaml", "--output", "r", "--workers", "0"], ["run", "c.yaml", "--output", "r", "--tokens=-5"],
            ["run", "c.yaml", "--output", "r", "--tokens", "0"], ["run", "c.yaml", "--output", "r", "--tokens", "lots"],
            ["run", "c.yaml", "--output", "r", "--threads", "0"], ["run", "c.yaml", "--output", "r", "--memory", "4"],
            ["run", "", "--output", "r"], ["extend", "r"], ["extend", "r", "--tokens", "1k", "--until-se", "0.1"],
            ["extend", "r", "--until-se", "0"], ["extend", "r", "--until-se", "1"],
            ["extend", "r", "--tokens", "1k", "--max-tokens", "2k"], ["plan", "c.yaml", "--gigaflops", "0"],
            ["plan", "c.yaml", "--output", "r", "--gigaflops", "9"], ["map", "--plan", "p", "--task=-1", "--output", "f"],
            ["map", "--plan", "p", "--task", "x", "--output", "f"], ["reduce", "a", "b"],
            ["reduce", "a", "--output", "f", "--store", "s"], ["inspect", "r", "--neuron", "3"], ["inspect", "r", "--neuron", "3.-1"],
            ["neuron", "r"], ["neuron", "r", "3"], ["neuron", "r", "3.1", "--html", ""], ["roles", "r", "--role", "oracle"],
            ["roles", "r", "--top=-1"],
            ["doctor", "--quiet", "--verbose"], ["doctor", "extra"], ["bench", "--from", "b.json"],
            ["bench", "--from", "b.json", "--html", "b.html", "--quick"], ["bench", "--only", "nothing"], ["compare", "r"],
            ["compare", "r", "s", "--tolerance", "-1"], ["compare", "r", "s", "--top=-1"],
            ["compare", "r", "s", "--threshold", "2"], ["export", "r"], ["export", "r", "--authors", "d", "--rename", "a"],
            ["export", "r", "--authors", "d", "--rename", "a=b/c"],
            ["export", "r", "--authors", "d", "--rename", "a=b", "--rename", "a=c"],
        ])
    func usage(arguments: [String]) throws {
        let outcome = try BuiltProgram.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
        #expect(outcome.errors.lowercased().contains("usage: universal-neurons"))
    }

    @Test(
        "says what is wrong with a value, also with one that looks like an option",
        arguments: [
            (["run", "c.yaml", "--output", "r", "--tokens", "-5"], "'-5' is negative"),
            (["extend", "r", "--max-tokens", "-1k", "--until-se", "0.1"], "'-1k' is negative"),
            (["extend", "r", "--until-se", "-1"], "--until-se is a number between 0 and 1"),
            (["run", "c.yaml", "--output", "r", "--memory", "-1G"], "'-1G'"),
            (["explain", "r", "x"], "a task is named SHARD.GROUP, as `status` shows it"),
            (["explain", "r", "1.+2"], "a task is named SHARD.GROUP, as `status` shows it"),
            (["retry", "r", "--task", "1.2.3"], "a task is named SHARD.GROUP, as `status` shows it"),
            (["inspect", "r", "--neuron", "L3.178"], "a neuron is named LAYER.INDEX, both numbers of the first model, for example 3.178"),
            (["inspect", "r", "--neuron", "b.3.178"], "a neuron is named LAYER.INDEX"),
            (["neuron", "r", "L3.178"], "a neuron is named LAYER.INDEX"),
            (["tokenize", "c.yaml", "--output", "t.npy"], "'--output' is a folder"),
            (["explain", "tcp://127.0.0.1:7400", "3", "--insecure"], "Name task 3 as SHARD.GROUP"),
            (["explain", "r"], "Name a task to be told its history, or give '--out' or '--in'"),
            (["explain", "r", "3.1", "--out", "p"], "A task excludes '--out' and '--in'"),
            (["explain", "r", "--out", "p", "--in", "a"], "'--out' and '--in' exclude each other"),
            (["explain", "tcp://127.0.0.1:7400", "--out", "p", "--insecure"], "'--out' and '--in' need the run's folder"),
            (["explain", "r", "--in", "a", "--top", "3"], "say what '--out' writes"),
            (["explain", "r", "3.1", "--held-out", "3"], "say what '--out' writes"),
            (["explain", "r", "--out", "p", "--top", "3", "--universal"], "'--neurons', '--universal' and '--top' exclude each other"),
            (["explain", "r", "--out", "p", "--top", "0"], "--top is a number from 1 to 10000"),
            (["explain", "r", "--out", "p", "--top", "10001"], "--top is a number from 1 to 10000; --neurons names others"),
            (["explain", "r", "--out", "p", "--neurons", "3.1,x"], "a neuron is named LAYER.INDEX"),
            (["explain", "r", "--out", "p", "--examples", "0"], "--examples is a number from 1 to 1000"),
        ])
    func value(arguments: [String], problem: String) throws {
        let outcome = try BuiltProgram.run(arguments)
        #expect(outcome.status == 64 && outcome.errors.contains(problem), "\(outcome.errors)")
    }

    @Test("lists the values that there are once")
    func values() throws {
        let error = try #require(throws: (any Error).self) { try UniversalNeurons.parseAsRoot(["bench", "--only", "nothing"]) }
        let report = ErrorReport(error, command: "bench")
        guard case .failure(let usage?) = report.form else { throw error }
        #expect(report.message.contains("'nothing'") && report.message.contains("start-up"), "\(report.message)")
        #expect(!usage.contains("start-up") && !usage.contains("'nothing'") && usage.contains("bench"), "\(usage)")
    }

    @Test(
        "leads to the help of the command that was given",
        arguments: [
            (["roles", "r", "--top=-1"], " roles"), (["extend", "r"], " extend"), (["map", "--task", "x"], " map"),
            (["keys", "add"], " keys add"), (["run", "See 'universal-neurons map --help'"], " run"), (["--frobnicate"], ""),
        ])
    func help(arguments: [String], command: String) throws {
        let error = try #require(throws: (any Error).self) { try UniversalNeurons.parseAsRoot(arguments) }
        #expect(ErrorReport(error, command: arguments.first).remedy == "see `universal-neurons\(command) --help`")
        // A command that has begun knows nothing of its name.
        let late = try #require(throws: (any Error).self) { try TaskName.parse("3").id(in: RunPlace.parse("tcp://head:7400")) }
        #expect(ErrorReport(late, command: "explain").remedy == "see `universal-neurons explain --help`")
    }

    @Test("with an unknown command names it, whatever follows", arguments: [[], ["--json"], ["run", "--output"], ["--frob"]])
    func unknownCommand(rest: [String]) throws {
        let outcome = try BuiltProgram.run(["frobnicate"] + rest)
        #expect(outcome.status == 64)
        let message = "unknown command 'frobnicate'"
        let isNamed =
            rest == ["--json"] ? outcome.jsonError?["message"] as? String == message : outcome.errors.hasPrefix("error: \(message)\n")
        #expect(isNamed, "\(outcome.output)\(outcome.errors)")
    }

    @Test("is an object with error on standard output under --json")
    func json() throws {
        let outcome = try BuiltProgram.run(["run", "c.yaml", "--output", "r", "--tokens=-5", "--json"])
        #expect(outcome.status == 64)
        #expect(outcome.errors == "")
        let error = try #require(outcome.jsonError)
        #expect(error["status"] as? Int == 64)
        #expect(error["kind"] as? String == "usage")
        #expect((error["message"] as? String)?.contains("'-5' is negative") == true)
    }

    @Test("names the remedy for a bad environment variable", arguments: [("UN_LOG", "loud"), ("UN_THREADS", "none"), ("UN_MEMORY", "-1G")])
    func environment(name: String, value: String) throws {
        let outcome = try BuiltProgram.run(["doctor"], environment: [name: value])
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("error: the environment variable \(name) is '\(value)'"))
        #expect(outcome.errors.contains("remedy: set \(name) to"))
    }
}
