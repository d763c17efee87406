import Pipeline

extension MeasuredAnswer {
    /// Where the table lies, and of how many tokens it is where that is more than the answer has.
    func line(ofTable name: String) -> String { "table  \(folder)/\(name)\(tableTokens.map { ", of \($0) tokens" } ?? "")\n" }
}
