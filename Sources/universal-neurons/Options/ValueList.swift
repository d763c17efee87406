import ArgumentParser
import Foundation

/// Numbers as people write them: `0,1,2.5`, and `-0.17..6` for both ends and every whole number between.
enum ValueList {
    /// More than anyone looks at; each value costs a forward pass.
    private static let limit = 1_000

    /// Reads a list.
    ///
    /// - Throws: `ValidationError` with the part that is no number.
    static func parse(_ text: String) throws -> [Float] {
        var values: [Float] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let range = part.firstRange(of: "..") else {
                values.append(try number(part))
                continue
            }
            let (first, last) = (try number(part[..<range.lowerBound]), try number(part[range.upperBound...]))
            guard first <= last else { throw ValidationError("'\(part)' ends below its beginning.") }
            guard last - first < Float(limit) else { throw ValidationError("'\(part)' has more than \(limit) values.") }
            values.append(first)
            values += stride(from: first.rounded(.down) + 1, to: last, by: 1)
            if last > first { values.append(last) }
        }
        guard values.count <= limit else { throw ValidationError("\(values.count) values are more than \(limit).") }
        return values
    }

    private static func number(_ text: Substring) throws -> Float {
        guard let value = Float(text), value.isFinite else {
            throw ValidationError("'\(text)' is not a number: values are written as 0,1,2.5 or as -0.17..6.")
        }
        return value
    }
}
