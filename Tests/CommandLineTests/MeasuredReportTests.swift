import Foundation
import Testing

@Suite("What was measured of neurons, in the report")
struct MeasuredReportTests {
    @Test("an analysis puts curves of interventions beside entropy neurons, ablations beside scores, and tables of changed predictions")
    func demo() throws {
        try DemoRun.with { demo in
            func succeed(_ arguments: String...) throws {
                let outcome = try BuiltProgram.run(arguments, in: demo.folder)
                try #require(outcome.status == 0, "\(outcome.errors)")
            }
            func page() throws -> String { String(decoding: try demo.bytes("RUN/report.html"), as: UTF8.self) }
            try demo.configure()
            try succeed("run", "run.yaml", "--output", "RUN")
            let before = try page()
            for words in ["<section id=\"entropy\"", "<section id=\"attention\"", "id=\"figure-entropy-null\"", "20 controls"] {
                #expect(before.contains(words), "\(words)")
            }
            #expect(!before.contains("figure-entropy-response") && !before.contains("Measured by ablating paths"))
            // The first neuron of the table: a candidate, or else a control.
            let table = String(decoding: try demo.bytes("RUN/entropy.csv"), as: UTF8.self)
            let cells = try #require(table.split(separator: "\n").dropFirst().first).split(separator: ",")
            let (layer, neuron) = (cells[0], cells[1])
            try succeed("intervene", "RUN", "--neurons", "\(layer).\(neuron)", "--values", "0,2", "--frozen-norm", "--tokens", "2k")
            try succeed("substitute", "RUN", "--neurons", "\(layer).\(neuron)", "--tokens", "2k")
            try succeed("attention", "RUN", "--tokens", "2k", "--top", "2")
            try succeed("analyze", "RUN")
            let after = try page()
            #expect(after.contains("id=\"figure-entropy-response-\(layer)-\(neuron)\"") && after.contains("its scale frozen"))
            for id in ["interventions", "substitution"] {
                #expect(!before.contains("<section id=\"\(id)\"") && after.contains("<section id=\"\(id)\""), "\(id)")
            }
            #expect(after.contains("<td class=\"text\">fixed to 2.00; the final norm’s scale frozen</td>"))
            #expect(after.contains("Measured by ablating paths") && after.contains("2,032 tokens of 8 rows"))
        }
    }
}
