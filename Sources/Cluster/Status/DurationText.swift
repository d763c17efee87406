/// How long something takes or has taken, as people say it.
public enum DurationText {
    /// `40 s`, `12 min`, `3 h 5 min`.
    public static func text(seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        default: "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
        }
    }
}
