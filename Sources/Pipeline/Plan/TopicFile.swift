import Models
import Storage
import SystemPackage

/// A file of topics: JSON, an object with a list of words for each topic.
///
/// ```json
/// {"music": ["guitar", "concert", "song"], "law": ["court", "judge"]}
/// ```
enum TopicFile {
    /// More topics and words than anybody lists; a token feature is made of each topic.
    private static let topicLimit = 1_000, wordLimit = 1_000_000

    /// The topics, sorted by name.
    ///
    /// - Throws: `PipelineError.topicsUnusable`, a `StorageError` where the file is missing or no such JSON.
    static func read(_ path: FilePath) throws -> [TopicWords] {
        let topics = try JSONFile.read([String: [String]].self, from: path)
        func unusable(_ reason: String) -> PipelineError { .topicsUnusable(file: path, reason: reason) }
        guard (1...topicLimit).contains(topics.count) else { throw unusable("it has \(topics.count) topics, not 1 to \(topicLimit)") }
        guard topics.values.reduce(0, { $0 + $1.count }) <= wordLimit else { throw unusable("it has more than \(wordLimit) words") }
        for (name, words) in topics {
            guard !name.isEmpty, name.unicodeScalars.count <= 200,
                !name.unicodeScalars.contains(where: { $0.properties.isWhitespace && $0 != " " })
            else { throw unusable("a topic's name is a line of 1 to 200 characters, \(name.debugDescription) is not") }
            if words.isEmpty { throw unusable("the topic '\(name)' has no words") }
            if words.contains(where: { $0.allSatisfy(\.isWhitespace) }) {
                throw unusable("the topic '\(name)' has a word without a letter")
            }
        }
        return topics.map { TopicWords(name: $0.key, words: $0.value) }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
