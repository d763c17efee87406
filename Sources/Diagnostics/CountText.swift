/// Numbers of things, for people.
public enum CountText {
    /// `1 worker`, `2 workers`.
    public static func of(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
