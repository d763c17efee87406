/// Korean syllables, whose parts and compositions follow from their numbers.
enum Hangul {
    static let syllables: ClosedRange<UInt32> = 0xAC00...0xD7A3
    static let initials: ClosedRange<UInt32> = 0x1100...0x1112
    static let vowels: ClosedRange<UInt32> = 0x1161...0x1175
    static let finals: ClosedRange<UInt32> = 0x11A8...0x11C2

    /// A syllable of each vowel has itself and one more for each final.
    private static let perVowel = UInt32(finals.count) + 1

    /// The initial, the vowel and, where there is one, the final of a syllable.
    static func parts(of syllable: UInt32) -> [UInt32] {
        let index = syllable - syllables.lowerBound
        let (open, final) = (index / perVowel, index % perVowel)
        let vowelCount = UInt32(vowels.count)
        let parts = [initials.lowerBound + open / vowelCount, vowels.lowerBound + open % vowelCount]
        return final == 0 ? parts : parts + [finals.lowerBound + final - 1]
    }

    /// An initial with a vowel, or a syllable without a final with one; nil for anything else.
    static func joined(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if initials.contains(first), vowels.contains(second) {
            let open = (first - initials.lowerBound) * UInt32(vowels.count) + (second - vowels.lowerBound)
            return syllables.lowerBound + open * perVowel
        }
        if syllables.contains(first), (first - syllables.lowerBound) % perVowel == 0, finals.contains(second) {
            return first + second - finals.lowerBound + 1
        }
        return nil
    }
}
