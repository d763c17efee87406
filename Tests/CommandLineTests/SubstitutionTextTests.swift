import Foundation
import Pipeline
import Testing

@testable import universal_neurons

@Suite("Substitutions as text")
struct SubstitutionTextTests {
    private static func figure(_ value: Double, _ error: Double?) -> String {
        "{\"value\": \(value), \"standard_error\": \(error.map { "\($0)" } ?? "null")}"
    }

    /// A neuron, or all together, with what its mean costs.
    private static func subject(_ neuron: Int?, cost: Double, error: Double?, recovered: Double?) -> String {
        func source(_ neuron: Int) -> String { "{\"layer\": 1, \"neuron\": \(neuron), \"mean\": 0, \"slope\": 0.25}" }
        func effect(_ change: String) -> String {
            "{\"loss\": {\"mean\": \(figure(3, 0.5)), \"change\": \(change)}, \"kl\": {\"mean\": \(figure(0.125, 0.5))}}"
        }
        let name = neuron.map { neuron in
            """
            "neuron": {"place": {"layer": 0, "neuron": \(neuron)}, "mean": 0, "match": \(source(4)), "correlation": 0.5,
              "random": \(source(6)), "random_correlation": 0},
            """
        }
        let share = recovered.map { "\"recovered\": \(figure($0, 0.125)), \"random_recovered\": \(figure(0, 0.125))," }
        return """
            {\(name ?? "")\(share ?? "")
            "effects": {"match": \(effect(figure(0.5, 0.25))), "mean": \(effect(figure(cost, error))), "random": \(effect(figure(1, 0.25)))}}
            """
    }

    private static func text(_ subjects: [String]) throws -> String {
        let json = """
            {"folder": "runs/x/substitution/abc", "computedRows": 3, "summary": {"model": "a", "other": "b", "rows": 3, "tokens": 42,
            "neurons": 2, "unmodified": {"loss": {"mean": \(figure(4, 0.5))}}, "subjects": [\(subjects.joined(separator: ","))]}}
            """
        return try JSONDecoder().decode(SubstitutionOutcome.self, from: Data(json.utf8)).text
    }

    @Test("say what a column holds, which shares are of nothing, and where the table lies")
    func marks() throws {
        let text = try Self.text([
            Self.subject(3, cost: 1, error: 0.25, recovered: 0.5), Self.subject(7, cost: -0.5, error: 0.25, recovered: nil),
            Self.subject(nil, cost: 0.25, error: 0.25, recovered: 2),
        ])
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == 8, "\(text)")
        #expect(lines[0] == "model a with neurons of b, 42 tokens of 3 rows; unmodified loss 4.0000 ± 0.5000")
        #expect(lines[1].hasPrefix("neuron  match · β") && lines[2].hasPrefix("0.3     1.4 · 0.250"), "\(text)")
        #expect(lines[2].hasSuffix("  0.500 ± 0.125   0.000 ± 0.125") && lines[4].hasSuffix("  ~2.000 ± 0.125  ~0.000 ± 0.125"), "\(text)")
        #expect(lines[3].contains("  −0.50000 ± 0.25000") && !text.contains("-0."), "\(text)")
        #expect(lines[3].hasPrefix("0.7") && lines[3].hasSuffix("  –               –") && lines[4].hasPrefix("all 2"), "\(text)")
        #expect(lines[5].hasPrefix("–  nothing to recover") && lines[6].hasPrefix("~  says little"))
        #expect(lines[7] == "table  runs/x/substitution/abc/substitution.csv")
    }

    @Test("have no words about marks that are not there")
    func unmarked() throws {
        let text = try Self.text([Self.subject(3, cost: 1, error: 0.25, recovered: 0.5)])
        #expect(text.split(separator: "\n").count == 4 && !text.contains("–") && !text.contains("~"), "\(text)")
        // Of one row nobody knows how sure a cost is.
        #expect(try Self.text([Self.subject(3, cost: 1, error: nil, recovered: 0.5)]).contains("~0.500"))
    }
}
