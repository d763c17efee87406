import Foundation
import Testing

@Suite("neuron and roles")
struct NeuronCommandTests {
    @Test("show one neuron and the roles of a tiny run, as text, JSON and a page; inspect has the same text")
    func tiny() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let text = try run.program("neuron", "out", "1.7")
            #expect(text.status == 0, "\(text.errors)")
            #expect(text.output.hasPrefix("neuron 1.7 of model a: not universal, excess correlation "), "\(text.output)")
            for words in [
                "Partners in other models", "Tokens that its output raises and lowers", "Tokens that its input reads",
                "Where it is most active", "Where in a row it fires", "The closest and most opposed weights in each layer",
                "percentile in its layer", "vocab_kurt",
            ] {
                #expect(text.output.contains(words), "\(words): \(text.output)")
            }
            #expect(try run.program("inspect", "out", "--neuron", "1.7").output == text.output)
            let outcome = try run.program("neuron", "out", "1.7", "--json", "--html", "card.html")
            let json = try #require(outcome.json, "\(outcome.output)\(outcome.errors)")
            #expect(json["model"] as? String == "a" && json["layer"] as? Int == 1 && json["neuron"] as? Int == 7)
            #expect((json["partners"] as? [[String: Any]])?.map { $0["model"] as? String } == ["b", "c"])
            #expect((json["vocabulary"] as? [[String: Any]])?.map { $0["weights"] as? String } == ["out", "in"])
            #expect((json["percentiles"] as? [String: Any])?["l2_penalty"] is Double && json["explanations"] == nil)
            #expect((json["positions"] as? [String: Any])?["rows"] as? Int == TinyRun.rows)
            let page = try String(contentsOfFile: run.path("card.html"), encoding: .utf8)
            #expect(page.contains("<h1>Neuron 1.7 of model a</h1>") && page.contains("id=\"figure-positions\""))
            #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("<script"))

            // What is measured later is known from then on, with both other models.
            #expect(!text.output.contains("Tokens at which it fires with its best partners"))
            #expect(try run.program("similarity", "out", "--firing", "--tokens", "300").status == 0)
            let later = try run.program("neuron", "out", "1.7", "--json").json?["tables"] as? [[String: Any]]
            let firing = try #require(later?.first { $0["table"] as? String == "firing.csv" })
            #expect((firing["rows"] as? [[Any]])?.map { $0.first as? String } == ["a-b", "a-c"])
            #expect(try run.program("neuron", "out", "1.7").output.contains("Tokens at which it fires with its best partners"))

            let roles = try run.program("roles", "out", "--top", "2")
            #expect(roles.status == 0 && roles.output.contains("Neurons of model a by role"), "\(roles.output)\(roles.errors)")
            let listed = try #require(try run.program("roles", "out", "--role", "partition", "--universal", "--json").json)
            let groups = try #require(listed["roles"] as? [[String: Any]])
            #expect(groups.count == 1 && groups[0]["role"] as? String == "partition" && groups[0]["asked"] as? Int == 0)
            #expect((groups[0]["neurons_by_layer"] as? [Int])?.count == 2 && listed["universal_by_layer"] as? [Int] == [0, 0])
            let files = try run.program("inspect", "out").output
            for name in ["percentiles.csv", "roles.csv", "vocabulary"] { #expect(files.contains(name), "\(files)") }
        }
    }

    @Test("refuse a neuron and a model that there are not, a run that is not analysed, and a folder that is no run")
    func errors() throws {
        try TinyRun.with { run in
            #expect(try run.program("plan", "run.yaml", "--output", "out").status == 0)
            for command in [["neuron", "out", "0.3"], ["roles", "out"]] {
                let outcome = try BuiltProgram.run(command, in: run.folder)
                #expect(outcome.status == 66 && outcome.errors.contains("the run has no results"), "\(outcome.errors)")
            }
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            for (arguments, status, words) in [
                (["neuron", "out", "2.0"], 64, "model a has no neuron 2.0"), (["neuron", "out", "0.24"], 64, "no neuron 0.24"),
                (["neuron", "out", "0.0", "--model", "b"], 65, "it has those of a"),
                (["neuron", "a", "0.0"], 66, "there is no plan"), (["roles", "a"], 66, "there is no plan"),
                (["roles", "nothing"], 66, "there is no plan"),
            ] {
                let outcome = try BuiltProgram.run(arguments, in: run.folder)
                #expect(outcome.status == status && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
            }
            // Roles need the reference's weights: without them the analysis finds all the rest.
            try FileManager.default.moveItem(atPath: run.path("a"), toPath: run.path("elsewhere"))
            #expect(try run.program("analyze", "out").status == 0)
            let roles = try run.program("roles", "out")
            #expect(roles.status == 66 && roles.errors.contains("the reference's weights were not there"), "\(roles.errors)")
            let neuron = try run.program("neuron", "out", "0.3")
            #expect(neuron.status == 0 && !neuron.output.contains("Tokens that") && neuron.output.contains("Partners in other models"))
            let page = try String(contentsOfFile: run.path("out/report.html"), encoding: .utf8)
            #expect(page.contains("so roles are not known; analyze finds them."))
            // A run of neurons has no directions, and neither has an intervention.
            for command in [["intervene", "out", "--neurons"], ["neuron", "out"]] {
                let refused = try BuiltProgram.run(command + ["0.pc3"], in: run.folder)
                #expect(refused.status == 64 && refused.errors.contains("0.pc3: its columns are neurons"), "\(refused.errors)")
                #expect(refused.errors.contains("name a neuron such as 0.3") && !refused.errors.contains("--help"), "\(refused.errors)")
            }
        }
    }

    @Test("show a column that is no neuron by its name, and refuse other names, roles and interventions")
    func columns() throws {
        try TinyRun.with { run in
            try run.configure(extra: "columns: {rotated: {seed: 7}}")
            let outcome = try run.program("run", "run.yaml", "--output", "out")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let text = try run.program("neuron", "out", "1.r7")
            #expect(text.output.hasPrefix("rotated direction 1.r7 of model a: "), "\(text.output)\(text.errors)")
            #expect(try run.program("neuron", "out", "1.7").output == text.output)
            #expect(try run.program("inspect", "out", "--neuron", "1.r7").output == text.output)
            let json = try #require(run.program("neuron", "out", "1.r7", "--json").json)
            let best = (json["partners"] as? [[String: Any]])?.first?["best"] as? [String: Any]
            let (layer, number) = try (#require(best?["layer"] as? Int), #require(best?["neuron"] as? Int))
            #expect(json["name"] as? String == "1.r7" && best?["name"] as? String == "\(layer).r\(number)")
            #expect(text.output.contains(" \(layer).r\(number) "))
            #expect(outcome.output.contains(" rotated directions universal") && outcome.output.contains("highest   "))
            let strongest = try #require(outcome.output.components(separatedBy: "highest   ").last?.split(separator: " ").first)
            #expect(strongest.contains(".r"))
            for (arguments, status, words) in [
                (["neuron", "out", "1.pc7"], 64, "the run has no column 1.pc7: its columns are rotated directions"),
                (["neuron", "out", "1.x7"], 64, "LAYER.INDEX"),
                (["roles", "out"], 65, "roles are of neurons, and the run's columns are {rotated: {kind: orthogonal, seed: 7}}"),
                (["intervene", "out", "--neurons", "1.7"], 65, "interventions are of neurons"),
                (["intervene", "out", "--neurons", "1.r7,1.8"], 65, "interventions are of neurons, and the run's columns are {rotated"),
                (["substitute", "out", "--neurons", "1.r7"], 65, "substitutions are of neurons"),
                (["explain", "out", "--out", "p.jsonl", "--neurons", "1.r7"], 65, "explanations are of neurons"),
                (["attention", "out", "--neurons", "1.r7"], 65, "paths to attention heads are of neurons"),
                (["neuron", "out", "1.r999"], 64, "model a has no direction 1.r999"),
            ] {
                let outcome = try BuiltProgram.run(arguments, in: run.folder)
                #expect(outcome.status == status && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
            }
            let page = try String(contentsOfFile: run.path("out/report.html"), encoding: .utf8)
            #expect(page.contains("The columns of this run are no neurons but rotated directions of each layer"))
            #expect(page.contains("all these are of neurons, and the columns of this run are rotated directions."))
            for words in ["explain RUN", "analyze RUN", "intervene RUN", "href=\"#roles\""] { #expect(!page.contains(words), "\(words)") }
        }
    }

    @Test("of a run of several groups show the neurons of each group's reference")
    func groups() throws {
        try TinyRun.with { run in
            try run.groupModels()
            #expect(try run.program("run", "run.yaml", "--output", "out").status == 0)
            let outcome = try run.program("neuron", "out", "2.39", "--model", "c", "--json")
            let json = try #require(outcome.json, "\(outcome.output)\(outcome.errors)")
            #expect((json["partners"] as? [[String: Any]])?.map { $0["model"] as? String } == ["d", "e"])
            #expect(json["model"] as? String == "c" && (json["columns"] as? [String: Any])?["layer"] as? Int == 2)
            #expect(json["percentiles"] == nil && json["vocabulary"] == nil)
        }
    }

    @Test("of the demo have explanations, roles with words, and a report with the sections of both")
    func demo() throws {
        try DemoRun.with { demo in
            try demo.configure()
            let run = try BuiltProgram.run(["run", "run.yaml", "--output", "RUN"], in: demo.folder)
            try #require(run.status == 0, "\(run.errors)")
            let outcome = try BuiltProgram.run(["neuron", "RUN", "0.0", "--json"], in: demo.folder)
            let json = try #require(outcome.json, "\(outcome.errors)")
            let explanations = try #require(json["explanations"] as? [[String: Any]])
            #expect(explanations.count == 2 && explanations.allSatisfy { $0["feature"] is String && $0["score"] is Double })
            #expect(try #require(explanations[0]["score"] as? Double) >= #require(explanations[1]["score"] as? Double))
            let effects = try #require(json["vocabulary"] as? [[String: Any]])
            let tokens = try #require(effects[0]["highest"] as? [[String: Any]])
            #expect(tokens.count == 20 && tokens.allSatisfy { $0["text"] is String && $0["cosine"] is Double })
            let roles = try #require(try BuiltProgram.run(["roles", "RUN", "--json"], in: demo.folder).json)
            let groups = try #require(roles["roles"] as? [[String: Any]])
            // The demo's models have partition neurons in their last layers, and no others.
            #expect(groups.map { $0["neurons"] as? Int } == [0, 0, 28])
            let strongest = try #require((groups[2]["strongest"] as? [[String: Any]])?.first)
            #expect(strongest["excess"] is Double && (strongest["promoted"] as? [String])?.count == 10 && strongest["feature"] is String)
            let page = try String(decoding: demo.bytes("RUN/report.html"), as: UTF8.self)
            for words in [
                "id=\"roles\"", "id=\"figure-roles-all\"", "id=\"figure-contrasts\"", "class=\"members\"", "class=\"effect\"",
                "<section id=\"antipodes\"", "<section id=\"opposed\"",
            ] {
                #expect(page.contains(words), "\(words)")
            }
        }
    }
}
