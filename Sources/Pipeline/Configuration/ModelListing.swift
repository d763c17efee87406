import Checkpoints
import Statistics
import SystemPackage

/// The models as a configuration file lists them: those with steps of training stand for a checkpoint a step.
struct ModelListing {
    /// What a path has in place of the step.
    static let placeholder = "{step}"

    /// An entry of the list.
    struct Entry {
        let id: String
        /// With the placeholder where there are steps.
        let path: FilePath
        /// Ascending; nil for a model without steps.
        let steps: [Int]?
        /// Where it stands, for messages.
        let value: ConfigurationValue
    }

    /// The entries in order.
    let models: [Entry]

    /// Reads the list.
    init(_ value: ConfigurationValue, folder: FilePath) throws {
        var models: [Entry] = []
        for item in try value.list("a list of models such as {id: a, path: models/a}") {
            let keys = try item.mapping(known: Configuration.modelKeys, expected: "a mapping with id and path")
            let idValue = try keys.required("id", "a short name of the model")
            let id = try idValue.text("a short name of the model")
            if let reason = ModelReference.unusable(id: id) {
                throw idValue.invalid(reason, remedy: "give a short name such as a or gpt2_b")
            }
            guard !models.contains(where: { $0.id.lowercased() == id.lowercased() }) else {
                throw idValue.invalid("another model has that id", remedy: "give each model an id of its own; case does not count")
            }
            let pathValue = try keys.required("path", "the folder of the model, or \(HubReference.expected)")
            let path = try pathValue.folder(relativeTo: folder, placeholder: Self.placeholder)
            let steps = try keys["steps"].map(Self.steps)
            if (steps != nil) != path.string.contains(Self.placeholder) {
                throw steps == nil
                    ? pathValue.invalid("it has \(Self.placeholder), and the model has no steps", remedy: "give steps: [1000, 2000]")
                    : pathValue.invalid(
                        "each step would be the same checkpoint",
                        remedy: "write \(Self.placeholder) where the step stands, such as runs/a/checkpoint-\(Self.placeholder)")
            }
            models.append(Entry(id: id, path: path, steps: steps, value: keys["steps"] ?? item))
        }
        guard models.count >= 2 else {
            throw value.invalid(
                "it names \(models.isEmpty ? "no" : "one") model, two are needed to compare anything", remedy: "list at least two models")
        }
        self.models = models
    }

    private static func steps(_ value: ConfigurationValue) throws -> [Int] {
        var steps: [Int] = []
        for item in try value.list("a list of steps such as [1000, 400000]") {
            let step = try item.integer(ConfigurationRanges.step)
            guard !steps.contains(step) else { throw item.invalid("it stands in the list twice", remedy: "name each step once") }
            steps.append(step)
        }
        guard !steps.isEmpty else { throw value.invalid("it names no step", remedy: "give steps: [1000, 2000], or leave it out") }
        return steps.sorted()
    }

    /// The models and pairs of the run. With steps, checkpoints of the same step are compared, each step a group: first all models at their
    /// last step, in the list's order, then group by group the earlier steps.
    ///
    /// - Parameter pairs: what the configuration asks for, by the ids of the list.
    /// - Throws: `PipelineError.invalidValue` where models that are compared have other steps than their reference.
    func expanded(pairs: SourcePairing) throws -> (models: [ModelReference], pairs: SourcePairing) {
        guard models.contains(where: { $0.steps != nil }) else {
            return (models.map { ModelReference(id: $0.id, path: $0.path) }, pairs)
        }
        let groups = pairs.groups(of: models.map(\.id)).map { $0.map { models[$0] } }
        for group in groups {
            guard let first = group.first, let other = group.first(where: { $0.steps != first.steps }) else { continue }
            throw other.value.invalid(
                "'\(other.id)' has other steps than '\(first.id)', with which it is compared step by step",
                remedy: "give models that are compared the same steps")
        }
        var found = models.map { Self.checkpoint(of: $0, at: $0.steps?.last) }
        var names: [[String]] = groups.map { group in group.map { Self.checkpoint(of: $0, at: $0.steps?.last).id } }
        for group in groups {
            for step in (group.first?.steps ?? []).dropLast() {
                let checkpoints = group.map { Self.checkpoint(of: $0, at: step) }
                found += checkpoints
                names.append(checkpoints.map(\.id))
            }
        }
        let within: SourceGroups.Extent = pairs.comparesAll ? .all : .reference
        return (found, names.count == 1 ? pairs : .groups(SourceGroups(names, within: within)))
    }

    private static func checkpoint(of model: Entry, at step: Int?) -> ModelReference {
        guard let step else { return ModelReference(id: model.id, path: model.path) }
        return ModelReference(id: model.id, step: step, path: FilePath(model.path.string.replacing(placeholder, with: "\(step)")))
    }
}
