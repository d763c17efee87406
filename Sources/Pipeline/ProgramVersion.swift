/// The version of the program, which every plan records.
public enum ProgramVersion {
    /// Semantic version of this build.
    public static let current = "0.1.0"
}
