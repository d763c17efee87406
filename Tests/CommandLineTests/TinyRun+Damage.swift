import Foundation

/// Ways to damage a tiny run, and to look at what is left of it.
extension TinyRun {
    /// Replaces text in a file, which must hold it.
    func rewrite(_ name: String, _ old: String, _ new: String) throws {
        let file = folder.appendingPathComponent(name)
        var data = try Data(contentsOf: file)
        var start = data.startIndex
        var found = false
        while let range = data.range(of: Data(old.utf8), in: start..<data.endIndex) {
            data.replaceSubrange(range, with: Data(new.utf8))
            start = range.lowerBound + new.utf8.count
            found = true
        }
        guard found else { throw CocoaError(.fileReadCorruptFile, userInfo: [NSLocalizedDescriptionKey: "\(name) has no '\(old)'"]) }
        try data.write(to: file)
    }

    /// Changes what the header of a file of safetensors says of a tensor, which it must hold; its data stay.
    func rewriteHeader(_ name: String, of tensor: String, _ change: (inout [String: Any]) -> Void) throws {
        let file = folder.appendingPathComponent(name)
        let data = try Data(contentsOf: file)
        let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let text = data.dropFirst(8).prefix(length)
        guard var header = try JSONSerialization.jsonObject(with: text) as? [String: Any], var entry = header[tensor] as? [String: Any]
        else {
            throw CocoaError(.fileReadCorruptFile, userInfo: [NSLocalizedDescriptionKey: "\(name) has no '\(tensor)'"])
        }
        change(&entry)
        header[tensor] = entry
        let changed = try JSONSerialization.data(withJSONObject: header)
        let start = withUnsafeBytes(of: UInt64(changed.count).littleEndian) { Data($0) }
        try (start + changed + data.dropFirst(8 + length)).write(to: file)
    }

    /// Flips one bit of the byte at a share of a file's length.
    func flipBit(_ name: String, at share: Double) throws {
        let file = folder.appendingPathComponent(name)
        var data = try Data(contentsOf: file)
        data[Int(share * Double(data.count))] ^= 16
        try data.write(to: file)
    }

    /// Cuts the end of a file off.
    func truncate(_ name: String, by bytes: Int) throws {
        let file = folder.appendingPathComponent(name)
        try Data(contentsOf: file).dropLast(bytes).write(to: file)
    }

    /// The files below a folder with this ending, sorted.
    func files(in output: String, _ ending: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: path(output))?.compactMap { $0 as? String } ?? []
        return all.filter { $0.hasSuffix(ending) }.map { "\(output)/\($0)" }.sorted()
    }

    /// Runs the program in the run's folder.
    @discardableResult
    func program(_ arguments: [String]) throws -> BuiltProgram.Outcome { try BuiltProgram.run(arguments, in: folder) }
}
