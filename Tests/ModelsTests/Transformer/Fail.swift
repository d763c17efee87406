import Testing

/// Records that something else came than was expected.
func fail(_ found: String) {
    Issue.record(Comment(rawValue: found))
}
