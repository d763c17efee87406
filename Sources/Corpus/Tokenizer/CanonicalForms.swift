/// Unicode's canonical composition (NFC) of UTF-8, as the `tokenizers` library does it: for the version of Unicode that it follows.
///
/// Almost all text is composed already. Only runs around a scalar that could change are taken apart and put together again: such a run
/// begins with the scalar before the first of them, and ends before the next that stands for itself whatever comes before it.
final class CanonicalForms: Sendable {
    static let shared = CanonicalForms()

    private struct Pair: Hashable {
        let first, second: UInt32
    }

    /// By scalar, whether it may join what is before it, change places, or fall into others; those above the table do nothing of it.
    private let isRestless: [Bool]
    /// Combining classes; those that are not here are 0.
    private let classes: [UInt32: UInt8]
    /// One step of a decomposition; the second is 0 where there is only one.
    private let decompositions: [UInt32: Pair]
    private let compositions: [Pair: UInt32]

    private init() {
        var decompositions: [UInt32: Pair] = [:]
        var compositions: [Pair: UInt32] = [:]
        var classes: [UInt32: UInt8] = [:]
        var restless = Set(Hangul.vowels).union(Hangul.finals)
        Self.forEach(3, of: CanonicalFormTables.pairs) { row in
            let pair = Pair(first: row[1], second: row[2])
            decompositions[row[0]] = pair
            compositions[pair] = row[0]
            restless.insert(row[2])
        }
        Self.forEach(3, of: CanonicalFormTables.excluded) { row in
            decompositions[row[0]] = Pair(first: row[1], second: row[2])
            restless.insert(row[0])
        }
        Self.forEach(2, of: CanonicalFormTables.singletons) { row in
            decompositions[row[0]] = Pair(first: row[1], second: 0)
            restless.insert(row[0])
        }
        Self.forEach(3, of: CanonicalFormTables.classes) { row in
            for scalar in row[0]...row[1] {
                classes[scalar] = UInt8(row[2])
                restless.insert(scalar)
            }
        }
        var isRestless = [Bool](repeating: false, count: Int(restless.max() ?? 0) + 1)
        for scalar in restless { isRestless[Int(scalar)] = true }
        self.isRestless = isRestless
        self.classes = classes
        self.decompositions = decompositions
        self.compositions = compositions
    }

    private static func forEach(_ width: Int, of table: [UInt32], _ body: ([UInt32]) -> Void) {
        for start in stride(from: 0, to: table.count, by: width) { body(Array(table[start..<start + width])) }
    }

    /// The composed form of a text; nil where that is the text itself.
    ///
    /// - Parameter text: valid UTF-8.
    func composed(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var copied = 0
        var position = 0
        /// Where the scalar before `position` begins, if it stands for itself.
        var before: Int?
        while position < text.count {
            let (scalar, length) = Self.scalar(in: text, at: position)
            guard isRestless(scalar) else {
                before = position
                position += length
                continue
            }
            let start = before ?? position
            position += length
            while position < text.count {
                let (scalar, length) = Self.scalar(in: text, at: position)
                guard isRestless(scalar) else { break }
                position += length
            }
            result.append(contentsOf: text[copied..<start])
            for scalar in composed(scalarsOf: UnsafeBufferPointer(rebasing: text[start..<position])) {
                if let scalar = Unicode.Scalar(scalar) { result.append(contentsOf: scalar.utf8) }
            }
            copied = position
            before = nil
        }
        guard copied > 0 else { return nil }
        result.append(contentsOf: text[copied...])
        return result
    }

    @inline(__always)
    private func isRestless(_ scalar: UInt32) -> Bool { scalar < isRestless.count && isRestless[Int(scalar)] }

    /// The scalar that begins at a byte of valid UTF-8, and how many bytes it has.
    @inline(__always)
    private static func scalar(in text: UnsafeBufferPointer<UInt8>, at position: Int) -> (scalar: UInt32, length: Int) {
        let lead = UInt32(text[position])
        func next(_ place: Int) -> UInt32 { UInt32(text[position + place] & 0x3F) }
        if lead < 0x80 { return (lead, 1) }
        if lead < 0xE0 { return ((lead & 0x1F) << 6 | next(1), 2) }
        if lead < 0xF0 { return ((lead & 0x0F) << 12 | next(1) << 6 | next(2), 3) }
        return ((lead & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4)
    }

    private func composed(scalarsOf text: UnsafeBufferPointer<UInt8>) -> [UInt32] {
        var scalars: [UInt32] = []
        var position = 0
        while position < text.count {
            let (scalar, length) = Self.scalar(in: text, at: position)
            decompose(scalar, into: &scalars)
            position += length
        }
        order(&scalars)
        return compose(scalars)
    }

    private func decompose(_ scalar: UInt32, into scalars: inout [UInt32]) {
        if Hangul.syllables.contains(scalar) { return scalars.append(contentsOf: Hangul.parts(of: scalar)) }
        guard let pair = decompositions[scalar] else { return scalars.append(scalar) }
        decompose(pair.first, into: &scalars)
        if pair.second != 0 { decompose(pair.second, into: &scalars) }
    }

    /// Sorts marks that follow each other by their classes; those of one class keep their order.
    private func order(_ scalars: inout [UInt32]) {
        var start = 0
        while start < scalars.count {
            guard classes[scalars[start]] != nil else {
                start += 1
                continue
            }
            var end = start
            var marks: [(class: UInt8, place: Int, scalar: UInt32)] = []
            while end < scalars.count, let found = classes[scalars[end]] {
                marks.append((found, end, scalars[end]))
                end += 1
            }
            marks.sort { ($0.class, $0.place) < ($1.class, $1.place) }
            for (place, mark) in marks.enumerated() { scalars[start + place] = mark.scalar }
            start = end
        }
    }

    /// Joins each scalar with the last one that is no mark, unless a mark of its class or a higher one stands between.
    private func compose(_ scalars: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        var starter: Int?
        /// The class of what was kept since the starter; nil right behind it.
        var last: UInt8?
        for scalar in scalars {
            let found = classes[scalar] ?? 0
            if let place = starter, last.map({ $0 < found }) ?? true, let joined = joined(result[place], scalar) {
                result[place] = joined
                continue
            }
            result.append(scalar)
            if found == 0 {
                starter = result.count - 1
                last = nil
            } else {
                last = found
            }
        }
        return result
    }

    private func joined(_ first: UInt32, _ second: UInt32) -> UInt32? {
        Hangul.joined(first, second) ?? compositions[Pair(first: first, second: second)]
    }
}
