import Testing

@testable import Reporting

@Suite("Small matters of language")
struct ReportWordsTests {
    @Test("an explanation is weak where the share that is read is below the threshold, not where it is the threshold")
    func strength() {
        for (score, words) in [
            (0.09, "weakly (9\u{202F}%)"), (0.244, "weakly (24\u{202F}%)"), (0.246, "25\u{202F}%"), (0.25, "25\u{202F}%"),
            (0.62, "62\u{202F}%"),
        ] {
            #expect(ReportWords.strength(ofExplanation: score) == words)
        }
    }
}
