import Testing

@testable import Reporting

@Suite("Reports of unusual runs")
struct ReportCaseTests {
    @Test("no universal neuron: the strongest are shown and the page says so")
    func noneUniversal() throws {
        var content = SyntheticReport(correspondingPerMille: 0).content()
        content.universal.value = 0
        for index in content.layers.indices { content.layers[index].universal = ReportedFigure(0) }
        let html = try ReportPage(content).html()
        #expect(
            html.contains(
                """
                None of the 2,048 neurons of model a are universal: for none of them are the correlations of the best matches in b, c, d and \
                e on average more than 0.50 above those with randomly rotated layers.
                """))
        #expect(html.contains("No neuron is universal (excess above 0.50), so the table shows the 50 neurons of highest excess"))
        #expect(html.contains("there is nothing to count by layer"))
        #expect(!html.contains("class=\"divider\""))
    }

    @Test("no universal neuron: nothing has their colour, and no legend names it")
    func noneUniversalColours() throws {
        var content = SyntheticReport(correspondingPerMille: 0).content()
        content.universal.value = 0
        for index in content.layers.indices { content.layers[index].universal = ReportedFigure(0) }
        for index in content.families.indices { content.families[index].universal = 0 }
        for index in content.population.excess.indices { content.population.excess[index] = min(0.5, content.population.excess[index]) }
        let html = try ReportPage(content).html()
        #expect(html.contains(">strongest neurons</text>") && html.contains("class=\"fill-some\""))
        for word in [">universal</text>", "class=\"fill-mark\"", ">other strong neurons</text>"] {
            #expect(!html.contains(word), "\(word)")
        }
        #expect(try ReportPage(SyntheticReport().content()).html().contains(">other strong neurons</text>"))
    }

    @Test("of two models nothing is averaged over the others")
    func pair() throws {
        var report = SyntheticReport()
        report.others = ["b"]
        let html = try ReportPage(report.content()).html()
        #expect(html.contains("the correlation of the best match in model b is more than 0.50 above that with randomly rotated layers"))
        for word in ["on average", "mean over the other models;", ">best correlation, mean", "neuron of another model", ", over b"] {
            #expect(!html.contains(word), "\(word)")
        }
        #expect(html.contains("Best: correlation with the best partner; baseline: the same against the rotated model"))
    }

    @Test("a partner's name is no second decimal")
    func partners() throws {
        var content = SyntheticReport().content()
        content.neurons[0].partners[0] = ReportedPartner(layer: 1, neuron: 16, correlation: 0.83, crossFit: 0.815)
        #expect(try ReportPage(content).html().contains(">0.830<small>neuron 1.16</small><small>cross-fit 0.815</small></td>"))
    }

    @Test("one universal neuron is said in the singular")
    func oneUniversal() throws {
        var content = SyntheticReport(correspondingPerMille: 0).content()
        content.universal.value = 1
        let sentence = """
            1 of the 2,048 neurons of model a is universal: the correlations of its best matches in b, c, d and e are on average more than 0.50 \
            above those with randomly rotated layers.
            """
        #expect(try ReportPage(content).html().contains(sentence))
    }

    @Test(
        "universal neurons of one layer are told in words, and the strongest neurons shown",
        arguments: [(7.0, "All 7 universal neurons are"), (1, "The only universal neuron is")])
    func oneLayer(count: Double, words: String) throws {
        var content = SyntheticReport().content()
        for index in content.layers.indices { content.layers[index].universal = ReportedFigure(index == 2 ? count : 0) }
        let html = try ReportPage(content).html()
        #expect(html.contains("\(words) in layer 2 of model a. The bars are the 50 neurons of highest excess, those of the table"))
        #expect(!html.contains("Universal neurons by layer"))
    }

    @Test("no features: no families, no explanations, no columns for them")
    func noFeatures() throws {
        var content = SyntheticReport().content()
        content.families = []
        for index in content.neurons.indices {
            content.neurons[index].explanation = nil
            content.neurons[index].explanationScore = nil
            content.neurons[index].family = nil
        }
        let html = try ReportPage(content).html()
        #expect(html.contains("The run had no feature bank"))
        #expect(!html.contains(">explanation</th>"))
        #expect(!html.contains("id=\"family\""))
        #expect(!html.contains("Figure 6."))
    }

    @Test("no examples: no rows of text, no button for them")
    func noExamples() throws {
        let html = try ReportPage(SyntheticReport(examples: 0).content()).html()
        #expect(!html.contains("<tr class=\"examples\">"))
        #expect(!html.contains("id=\"unfold\""))
    }

    @Test("one replicate: no error bars anywhere, and the reason")
    func oneReplicate() throws {
        let content = SyntheticReport(replicates: 1).content()
        let html = try ReportPage(content).html()
        #expect(html.contains("There are none: a standard error needs at least two replicates"))
        #expect(html.contains("nothing can be said about the budget"))
        #expect(!html.contains("class=\"error\""))
        #expect(!html.contains("degrees of freedom"))
        #expect(RunSummaryText(content).description.contains("none: 1 replicate"))
    }

    @Test("no matches and no convergence: the page says what was not computed")
    func noMatches() throws {
        var content = SyntheticReport().content()
        content.matches = nil
        content.convergence = []
        let html = try ReportPage(content).html()
        #expect(html.contains("The layers of the best partners were not computed"))
        #expect(!html.contains("id=\"figure-convergence\""))
    }

    @Test("a run without neurons still gives a page")
    func empty() throws {
        let content = ReportContent(
            name: "empty", reference: "a", others: [], neuronCount: 0, universal: ReportedFigure(0), threshold: 0.5, tokens: 0,
            replicates: 0,
            population: ReportedPopulation())
        let html = try ReportPage(content).html()
        #expect(html.contains("There are no neurons to show"))
        #expect(!html.contains("{{") && !html.contains(">nan"))
        #expect(!RunSummaryText(content).description.isEmpty)
    }

    @Test("a standard error of 0 is not sold as certainty")
    func zeroError() throws {
        var content = SyntheticReport().content()
        content.universal.standardError = 0
        content.universal.errorLimit = 0.75
        let html = try ReportPage(content).html()
        #expect(html.contains("That does not mean that it cannot change"))
        // The errors of the excess still tell what more tokens would bring.
        #expect(html.contains("Tokens for a wanted standard error of an excess correlation"))
        #expect(!html.contains("Tokens for a wanted standard error of the universal count"))
        #expect(html.contains("<strong>7</strong><span>of 2,048; standard error below 0.75</span>"))
        let least = "what one neuron more or less in one of 4 replicates would make"
        #expect(html.contains("<strong>0.342\u{202F}%</strong><span>standard error below 0.037\u{202F}%, \(least)</span>"))
        #expect(!html.contains("95 %:") && !html.contains("± 0<"))
        let text = RunSummaryText(content).description
        #expect(text.hasPrefix("synthetic: 7 of 2,048 neurons universal (0.342\u{202F}%)"))
        #expect(text.contains("± one standard error; that of the count is below 0.75 (below 0.037\u{202F}%), \(least)\n"))
        #expect(!text.contains("<"))
    }

    @Test("98,304 neurons with long contexts stay under 5 MB")
    func bigModel() throws {
        var content = SyntheticReport(layers: 24, width: 4096, correspondingPerMille: 300, examples: 10).content()
        // The longest context there can be, all of it characters that need markup.
        let long = String(repeating: "\n<&", count: 400)
        for neuron in content.neurons.indices {
            for example in content.neurons[neuron].examples.indices {
                content.neurons[neuron].examples[example].before = long
                content.neurons[neuron].examples[example].after = long
                content.neurons[neuron].examples[example].token = long
            }
        }
        let html = try ReportPage(content).html()
        #expect(html.utf8.count < 5_000_000)
        #expect(html.contains("strongest of"))
        #expect(html.contains("neurons.csv"))
    }

    @Test("contents that contradict themselves are refused by name")
    func inconsistent() throws {
        var content = SyntheticReport(layers: 1, width: 8).content()
        content.population.baseline.removeLast()
        #expect(throws: ReportingError.inconsistent(what: "baselines", expected: 8, found: 7)) { try ReportPage(content) }
        content = SyntheticReport(layers: 1, width: 8).content()
        content.neurons[0].partners.removeLast()
        #expect(throws: ReportingError.self) { try ReportPage(content) }
        content = SyntheticReport(layers: 1, width: 8).content()
        content.matches = ReportedMatches(counts: [1, 2, 3], columns: 2)
        #expect(throws: ReportingError.self) { try ReportPage(content) }
    }

    @Test("a wanted error costs the square of the improvement")
    func forecast() {
        let forecast = BudgetForecast(standardError: 6.4, tokens: 1_000_000)
        #expect(forecast.entries.map(\.wantedError) == [2, 1, 0.5])
        #expect(abs(forecast.entries[0].tokens - 1_000_000 * 6.4 * 6.4 / 4) < 1)
        #expect(BudgetForecast(standardError: nil, tokens: 10).entries.isEmpty)
        #expect(BudgetForecast(standardError: 0, tokens: 10).entries.isEmpty)
        #expect(BudgetForecast(standardError: .nan, tokens: 10).entries.isEmpty)
    }

    @Test("the summary for a terminal names the strongest five and the report")
    func summary() {
        let text = RunSummaryText(SyntheticReport().content(), reportPath: "runs/demo/report.html").description
        let lines = text.split(separator: "\n")
        #expect(lines[0].hasPrefix("synthetic: 7 ± 1.3 of 2,048 neurons universal (0.342 ± 0.065"))
        #expect(lines.count { $0.contains(" excess 0.") } == 5)
        #expect(lines.last == "  report    runs/demo/report.html")
    }
}
