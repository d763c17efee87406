import SystemPackage

/// Finds the dictionary of names and tensors in what a checkpoint's pickle holds.
///
/// It is the whole value, or stands under `model` or `state_dict`, as training scripts save it beside their own state; then nothing else in
/// the checkpoint may be a dictionary of tensors.
struct StateDictionary {
    /// Names and which of the heap's tensors each means.
    let tensors: [(name: String, tensor: Int)]

    private static let wrappers = ["model", "state_dict"]

    /// - Throws: `CheckpointError.noStateDictionary` with what was found.
    init(_ value: PickleValue, in heap: PickleHeap, file: FilePath) throws {
        func unfit(_ found: String) -> CheckpointError { .noStateDictionary(file: file, found: found) }
        guard case .dictionary(let root) = value else { throw unfit(value.kind) }
        let items = heap.dictionaries[root]
        if items.contains(where: { $0.value.isTensor }) || items.isEmpty {
            tensors = try Self.tensors(root, in: heap, file: file)
            return
        }
        // Moments of an optimiser lie deeper; what has tensors right under it is a model's or an average of one.
        let holders = heap.dictionaries.map { $0.contains { $0.value.isTensor } }
        let candidates = items.filter { item in
            guard case .dictionary(let inner) = item.value else { return false }
            return holders[inner]
        }
        guard candidates.count == 1, case .text(let name) = candidates[0].key, Self.wrappers.contains(name),
            items.count(where: { $0.key == candidates[0].key }) == 1, case .dictionary(let inner) = candidates[0].value
        else {
            throw unfit("a dictionary of " + Self.shown(items.map(\.key)))
        }
        tensors = try Self.tensors(inner, in: heap, file: file)
    }

    private static func tensors(_ dictionary: Int, in heap: PickleHeap, file: FilePath) throws -> [(name: String, tensor: Int)] {
        var names: Set<String> = []
        return try heap.dictionaries[dictionary].map { key, value in
            guard case .text(let name) = key else {
                throw CheckpointError.noStateDictionary(file: file, found: "a dictionary with \(key.kind) in the place of a name")
            }
            guard case .tensor(let tensor) = value else {
                throw CheckpointError.noStateDictionary(file: file, found: "\(value.kind) under \(name), beside tensors")
            }
            guard names.insert(name).inserted else {
                throw CheckpointError.duplicateTensor(
                    folder: file, tensor: name, first: "in the dictionary", second: "once more in the same one")
            }
            return (name, tensor)
        }
    }

    private static func shown(_ keys: [PickleValue]) -> String {
        let names = keys.prefix(8).map { key in
            if case .text(let name) = key { name } else { key.kind }
        }
        return names.joined(separator: ", ") + (keys.count > names.count ? ", …" : "")
    }
}

extension PickleValue {
    fileprivate var isTensor: Bool {
        if case .tensor = self { true } else { false }
    }
}
