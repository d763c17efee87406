import Models
import Pipeline
import Testing

@testable import Analysis
@testable import Reporting

@Suite("Interventions and substitutions in the report")
struct PredictionTablesTests {
    private static func figures(_ change: Double?, error: Double? = 0.25) -> [String: InterventionSummary.Figure] {
        ["loss": .init(mean: Estimate(value: 3, standardError: 0.5), change: change.map { Estimate(value: $0, standardError: error) })]
    }

    private func answer(
        _ effects: [(InterventionCondition, Double)], tokens: Int, model: String = "a", _ state: AnswerState? = nil, runTokens: Int? = nil
    ) -> KeptAnswer<InterventionSummary> {
        KeptAnswer(
            InterventionSummary(
                model: model, rows: 4, tokens: tokens, measures: [.loss], unmodified: Self.figures(nil),
                conditions: effects.map { .init(condition: $0, figures: Self.figures($1)) }), of: state, runTokens: runTokens)
    }

    @Test("conditions come by their change of the loss, each from the answer over most tokens")
    func interventions() throws {
        let six = InterventionCondition(layer: 3, neuron: 7, Intervention(.fixed, value: 6))
        let frozen = InterventionCondition(layer: 3, neuron: 7, Intervention(.fixed, value: -0.17), frozen: .norm)
        let threshold = InterventionCondition(layer: 0, neuron: 1, Intervention(.threshold, place: .pre))
        let answers = [
            answer([(six, 1), (frozen, -2)], tokens: 1_000), answer([(six, 9)], tokens: 100),
            answer([(threshold, 0.5)], tokens: 10, model: "b"),
        ]
        let table = try #require(ReportedTable.interventions(answers, limit: 40))
        #expect(table.id == "interventions" && table.columns == ["model", "neuron", "condition", "tokens", "change of loss"])
        #expect(
            table.rows == [
                ["a", "3.7", "fixed to −0.170; the final norm’s scale frozen", "1,000", "−2.00 ± 0.25"],
                ["a", "3.7", "fixed to 6.00", "1,000", "1.00 ± 0.25"],
                ["b", "0.1", "min(x, 0), before the nonlinearity", "10", "0.50 ± 0.25"],
            ])
        #expect(table.sentences.last == "The folder interventions has them, with entropy, rank and the final norm’s scale.")
        let cut = try #require(ReportedTable.interventions(answers.reversed(), limit: 2))
        #expect(cut.rows == Array(table.rows.prefix(2)) && cut.sentences.last?.hasPrefix("Shown are the largest 2 of 3 changes") == true)
        #expect(ReportedTable.interventions([], limit: 40) == nil)
        // An answer that says nothing of a condition leaves it to one over fewer tokens.
        let endless = answer([(six, .infinity), (frozen, .nan)], tokens: 9_000)
        #expect(ReportedTable.interventions(answers + [endless], limit: 40)?.rows == table.rows)
        #expect(ReportedTable.interventions([endless], limit: 40) == nil)
    }

    @Test("a mean is shown once, of the run as it is, and marked where it is not")
    func states() throws {
        func mean(_ neuron: Int, _ value: Float) -> InterventionCondition {
            InterventionCondition(layer: 0, neuron: neuron, Intervention(.mean, value: value))
        }
        let answers = [
            answer([(mean(1, 0.5), 4), (mean(2, 0.5), 3)], tokens: 1_000, .earlier, runTokens: 4_096),
            answer([(mean(1, 0.25), 1)], tokens: 10, .current, runTokens: 8_192),
            answer([(mean(1, 0.75), 9), (mean(3, 1), 2)], tokens: 1_000, .provisional), answer([(mean(4, 2), 0.5)], tokens: 5, .unknown),
            answer([(mean(5, 1), 0.25)], tokens: 7, .later, runTokens: 16_384),
        ]
        let table = try #require(ReportedTable.interventions(answers, limit: 40))
        #expect(
            table.rows == [
                ["a", "0.2", "fixed to its mean, 0.500 (earlier, of 4,096 tokens)", "1,000", "3.00 ± 0.25"],
                ["a", "0.3", "fixed to its mean, 1.00 (provisional)", "1,000", "2.00 ± 0.25"],
                ["a", "0.1", "fixed to its mean, 0.250", "10", "1.00 ± 0.25"],
                ["a", "0.4", "fixed to its mean, 2.00 (unknown)", "5", "0.50 ± 0.25"],
                ["a", "0.5", "fixed to its mean, 1.00 (later, of 16,384 tokens)", "7", "0.25 ± 0.25"],
            ])
        #expect(table.sentences.map { String($0.prefix(8)) } == ["Each neu", "Later: w", "Earlier:", "Unknown:", "Provisio", "The fold"])
        // Marks that no row has are not explained.
        #expect(ReportedTable.interventions([answers[1]], limit: 40)?.sentences.count == 2)
        #expect(ReportedTable.interventions(answers.reversed(), limit: 40)?.rows == table.rows)
    }

    @Test("of neurons with others in their place, alone and together, those of the run as it is are shown")
    func substitutedStates() throws {
        func answer(
            _ neurons: Set<Int>, _ subjects: [Int?], tokens: Int, _ state: AnswerState, runTokens: Int
        ) -> KeptAnswer<SubstitutionSummary> {
            KeptAnswer(
                SubstitutionSummary(
                    model: "a", other: "b", rows: 4, tokens: tokens, neurons: neurons.count, unmodified: Self.figures(nil),
                    subjects: subjects.map { Self.subject($0, mean: Double(tokens), recovered: 1) }),
                about: Set(neurons.map { NeuronPlace(layer: 0, neuron: $0) }), of: state, runTokens: runTokens)
        }
        let answers = [
            answer([1, 2], [1, 2, nil], tokens: 400, .earlier, runTokens: 4_096),
            answer([1, 2], [nil], tokens: 300, .current, runTokens: 8_192),
            answer([1, 3], [nil], tokens: 200, .earlier, runTokens: 4_096), answer([1], [1], tokens: 100, .current, runTokens: 8_192),
        ]
        let rows = try #require(ReportedTable.substitutions(answers, limit: 40)).rows
        #expect(
            rows.map { [$0[1], $0[2], $0[4]] } == [
                ["0.2", "b:1.4 (earlier, of 4,096 tokens)", "400"], ["all 2", "b", "300"],
                ["all 2", "b (earlier, of 4,096 tokens)", "200"], ["0.1", "b:1.4", "100"],
            ])
    }

    private static func neuron(_ neuron: Int) -> SubstitutionQuestion.Neuron {
        .init(
            NeuronPlace(layer: 0, neuron: neuron), mean: 0.5,
            match: NeuronSubstitution.Source(layer: 1, neuron: 4, mean: 0.25, slope: 2), correlation: 0.9,
            random: NeuronSubstitution.Source(layer: 1, neuron: 6, mean: 0, slope: 0.1), randomCorrelation: 0.05)
    }

    private static func subject(_ neuron: Int?, mean: Double, error: Double? = 0.25, recovered: Double?) -> SubstitutionSummary.Subject {
        .init(
            neuron: neuron.map(Self.neuron),
            effects: ["match": figures(0.125), "mean": figures(mean, error: error), "random": figures(0.5)],
            recovered: recovered.map { Estimate(value: $0, standardError: 0.125) }, randomRecovered: nil)
    }

    @Test("neurons with others in their place come by what their mean costs, with what is recovered of it or why nothing is")
    func substitutions() throws {
        func answer(_ subjects: [SubstitutionSummary.Subject], tokens: Int) -> KeptAnswer<SubstitutionSummary> {
            KeptAnswer(
                SubstitutionSummary(
                    model: "a", other: "b", rows: 4, tokens: tokens, neurons: 2, unmodified: Self.figures(nil), subjects: subjects))
        }
        let many = answer(
            [
                Self.subject(2, mean: 0.25, recovered: 0.5), Self.subject(7, mean: -0.5, recovered: nil),
                Self.subject(nil, mean: 4, recovered: 0.875),
            ], tokens: 1_000)
        let few = answer([Self.subject(2, mean: 9, recovered: 1)], tokens: 10)
        let table = try #require(ReportedTable.substitutions([few, many], limit: 40))
        #expect(table.id == "substitution")
        #expect(
            table.rows == [
                ["a", "all 2", "b", "", "1,000", "4.00 ± 0.25", "0.50 ± 0.25", "0.12 ± 0.25", "0.88 ± 0.12"],
                ["a", "0.2", "b:1.4", "2.00", "1,000", "0.25 ± 0.25", "0.50 ± 0.25", "0.12 ± 0.25", "~0.50 ± 0.12"],
                ["a", "0.7", "b:1.4", "2.00", "1,000", "−0.50 ± 0.25", "0.50 ± 0.25", "0.12 ± 0.25", "–"],
            ])
        #expect(ReportedTable.substitutions([], limit: 40) == nil)
    }

    @Test("a cost is certain from two of its standard errors on")
    func costs() {
        #expect(Self.subject(1, mean: 0.5, recovered: 1).cost == .certain)
        #expect(Self.subject(1, mean: 0.49, recovered: 1).cost == .uncertain)
        #expect(Self.subject(1, mean: 0.5, error: nil, recovered: 1).cost == .uncertain)
        #expect(Self.subject(1, mean: -0.5, recovered: nil).cost == .nothing)
    }

    @Test("are sections of the page, or named among what it does not have")
    func page() throws {
        var content = SyntheticReport().content()
        func absences() -> [String] { ReportAbsences(content: content).sentences }
        let before = absences()
        for words in ["intervene RUN --neurons", "substitute RUN --neurons"] { #expect(before.count { $0.contains(words) } == 1) }
        content.columns = ColumnNames(.rotated(RotatedColumns()))
        for words in ["intervene RUN", "substitute RUN"] { #expect(!absences().contains { $0.contains(words) }) }
        content.columns = ColumnNames()
        let condition = InterventionCondition(layer: 3, neuron: 7, Intervention(.zero))
        content.tables = [
            ReportedTable.interventions([answer([(condition, 1)], tokens: 10)], limit: 40),
            ReportedTable.substitutions(
                [
                    KeptAnswer(
                        SubstitutionSummary(
                            model: "<a>", other: "b", rows: 4, tokens: 9, neurons: 1, unmodified: Self.figures(nil),
                            subjects: [Self.subject(2, mean: 1, recovered: 0.5)]))
                ], limit: 40),
        ].compactMap(\.self)
        #expect(absences().count == before.count - 2)
        let html = try ReportPage(content).html()
        let cells = ["<td class=\"text\">fixed to 0</td>", "<td>&lt;a&gt;</td>"]
        for words in ["<section id=\"interventions\"", "<section id=\"substitution\""] + cells {
            #expect(html.contains(words), "\(words)")
        }
    }
}
