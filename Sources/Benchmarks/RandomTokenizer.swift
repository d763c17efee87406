import Corpus
import Foundation
import Storage
import SystemPackage

/// A byte-level tokenizer of any size in GPT-2's files: features ask what a token says, and a vocabulary of GPT-2's size is not handed out with
/// the program.
///
/// Its first token is that of a text's end; then come the bytes, then words of small letters with a blank before them and without, each made of
/// a shorter one and a letter.
struct RandomTokenizer {
    /// Tokens in all, 257 at least.
    let vocabularySize: Int

    /// Writes `vocab.json` and `merges.txt`.
    func write(to folder: FilePath) throws {
        let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { String(UnicodeScalar($0)) }
        let bytes = ByteAlphabet.scalars.map { UnicodeScalar($0).map { String($0) } ?? "" }
        var words = letters + [bytes[Int(UInt8(ascii: " "))]]
        var (tokens, merges, next) = (["<|endoftext|>"] + bytes, "#version: 0.2\n", 0)
        while tokens.count < vocabularySize {
            for letter in letters where tokens.count < vocabularySize {
                words.append(words[next] + letter)
                tokens.append(words[next] + letter)
                merges += "\(words[next]) \(letter)\n"
            }
            next += 1
        }
        try LocalFiles().createFolder(folder)
        let ids = Dictionary(tokens.enumerated().map { ($1, $0) }) { first, _ in first }
        try JSONSerialization.data(withJSONObject: ids, options: [.sortedKeys, .withoutEscapingSlashes])
            .write(to: URL(fileURLWithPath: folder.appending("vocab.json").string))
        try Data(merges.utf8).write(to: URL(fileURLWithPath: folder.appending("merges.txt").string))
    }
}
