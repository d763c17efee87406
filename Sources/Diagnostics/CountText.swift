/// Numbers of things, for people.
public enum CountText {
    /// `1 worker`, `2 workers`; `3 batches` where the plural is no plain one.
    public static func of(_ number: Int, _ noun: String, plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }
}
