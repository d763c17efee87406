import Diagnostics
import Foundation
import Pipeline
import Testing

@testable import universal_neurons

@Suite("Text that comes from files")
struct PrintedTextTests {
    @Test("has its control characters written as escapes, and an end")
    func printable() {
        #expect("a\u{1B}[2Jb\n\u{7}".printable() == "a\\u{1b}[2Jb\\u{a}\\u{7}")
        #expect("größer ⟦x⟧ 漢字".printable() == "größer ⟦x⟧ 漢字")
        #expect("abcdef".printable(limit: 3) == "abc…" && "abc".printable(limit: 3) == "abc")
    }

    @Test("does not move a table's columns")
    func table() {
        var table = TextTable(columns: 2)
        table.add("na\u{1B}me", "x")
        table.add("b", "two\nlines")
        #expect(table.text == "na\\u{1b}me  x\nb           two\\u{a}lines\n")
    }

    @Test("of a neuron has an explanation with its strength as the report says it, or none", arguments: [true, false])
    func score(isExplained: Bool) throws {
        let explanations = #""explanations": [{"feature": "is a digit", "correlation": -0.14, "score": 0.02}],"#
        let json = """
            {"layer": 0, "neuron": 1, "order": ["layer", "neuron", "sparsity", "explanation", "explanation_score"], "examples": [],
            \(isExplained ? explanations : "")
            "columns": {"sparsity": 0.5, "explanation": \(isExplained ? "\"is a digit\"" : "null"), "explanation_score": 0.02}}
            """
        let text = try JSONDecoder().decode(NeuronInspection.self, from: Data(json.utf8)).text
        #expect(
            text.hasPrefix("neuron 0.1: no verdict\n\n")
                && text.contains("\nFigures\n  column of neurons.csv  value\n  sparsity               0.5\n"), "\(text)")
        #expect(!text.contains("explanation_score") && text.contains("What it responds to") == isExplained, "\(text)")
        // So little is no explanation to rely on.
        #expect(text.contains("  not: is a digit  weakly (2\u{202F}%)\n") == isExplained, "\(text)")
    }

    @Test("of a neuron has its tokens between quotation marks and its examples in brackets, on one line each")
    func neuron() throws {
        let json = #"""
            {"layer": 0, "neuron": 1, "order": [], "columns": {},
            "examples": [{"value": 1.5, "row": 2, "position": 3, "before": "a\n", "token": "\u001b[2J", "after": "\tb"}],
            "vocabulary": [{"weights": "in", "matrix": "embedding", "highest": [{"id": 4, "text": " \u001b", "cosine": 0.5}],
                "lowest": [{"id": 5, "cosine": -0.5}]}]}
            """#
        let text = try JSONDecoder().decode(NeuronInspection.self, from: Data(json.utf8)).text
        #expect(text.contains("Tokens that its input reads\n") && !text.contains("\u{1B}"), "\(text)")
        #expect(text.contains("  rises with  0.500 to 0.500") && text.contains(#"" \u{1B}""#), "\(text)")
        #expect(text.contains("  1.500       2, 3           a⏎⟦·[2J⟧→b\n"), "\(text)")
    }

    @Test("reaches the terminal neither in an error nor in a log line")
    func errors() throws {
        try TinyRun.with { run in
            let name = "b\u{1B}[31m"
            try run.rewrite("run.yaml", "{id: b, path: b}", "{id: b, path: \"b\\e[31m\"}")
            let missing = try run.program("run", "run.yaml", "--output", "out")
            #expect(missing.status == 66 && missing.errors.contains("b\\u{1b}[31m"), "\(missing.errors)")
            #expect(!missing.errors.contains("\u{1B}"))
            try FileManager.default.moveItem(atPath: run.path("b"), toPath: run.path(name))
            let plan = try run.program("plan", "run.yaml", "--output", "out")
            #expect(plan.status == 0 && plan.output.contains("b\\u{1b}[31m") && !plan.output.contains("\u{1B}"))
        }
    }
}
