import Corpus
import Statistics

/// Turns the examples that the statistics keep (token ids) into text in its context.
public struct ExampleContext: Sendable {
    private let tokenizer: Tokenizer?
    private let settings: ExampleSettings
    private let domain: @Sendable (_ row: Int) -> String?

    /// - Parameters:
    ///   - tokenizer: decodes ids; without one the report shows the ids.
    ///   - settings: how many tokens of an example's window precede its own.
    ///   - domain: the domain of a row of the corpus; `nil` where it has none.
    public init(tokenizer: Tokenizer?, settings: ExampleSettings, domain: @escaping @Sendable (_ row: Int) -> String? = { _ in nil }) {
        self.tokenizer = tokenizer
        self.settings = settings
        self.domain = domain
    }

    /// The example as the report shows it; `nil` when its window is shorter than it should be.
    public func reported(_ example: Example) -> ReportedExample? {
        guard settings.before >= 0, settings.before < example.window.count else { return nil }
        let before = text(example.window[..<settings.before])
        let token = text(example.window[settings.before...settings.before])
        let after = text(example.window[(settings.before + 1)...])
        return ReportedExample(
            value: Double(example.value), row: example.row, position: example.position, domain: domain(example.row), before: before,
            token: token, after: after, isText: tokenizer != nil)
    }

    /// A run of tokens as one text, so that a character of several tokens stays whole; −1 stands beyond the ends of the row.
    private func text(_ ids: ArraySlice<Int32>) -> String {
        let known = ids.filter { $0 >= 0 }
        guard let tokenizer else { return known.map(String.init).joined(separator: " ") }
        return String(decoding: known.flatMap { tokenizer.tokenBytes(Int($0)) }, as: UTF8.self)
    }
}
