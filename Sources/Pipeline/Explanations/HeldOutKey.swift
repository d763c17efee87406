import Analysis
import Storage
import SystemPackage

/// What the held-out windows of a run's prompts really are, by the prompts' names; `explanations/held-out.json`.
///
/// A prompt that was written once can be answered at any time, whatever prompts were written since and however the run was extended: the
/// activation at a token depends on nothing but the model and the row.
///
/// It is read and written as a whole. Of all 36,864 neurons of GPT-2 small, with five windows of 25 tokens each, the file has 61 MB, and either
/// takes 0.46 GB at most: less than the model that computes the activations.
struct HeldOutKey: Codable {
    /// A held-out window.
    struct Window: Codable, Equatable {
        /// The row of the corpus, and the position of the window's first token in it.
        let row, position: Int
        /// The real activation at each token.
        let activations: [Float]
        /// Places in the window that have no part in a score.
        let uncounted: [Int]
    }

    /// The windows of one prompt.
    struct Prompt: Codable, Equatable {
        let neuron: NeuronPlace
        let windows: [Window]
    }

    /// The identity of the run's plan.
    let plan: Digest
    /// The prompts by name.
    private(set) var prompts: [String: Prompt] = [:]

    /// A key without prompts.
    init(plan: Digest) { self.plan = plan }

    /// The key in a run's folder; one without prompts where there is none, or only another plan's.
    ///
    /// - Throws: a `StorageError` for a damaged file.
    init(of plan: RunPlan, in folder: RunFolder) throws {
        self.init(plan: plan.identity)
        guard Folder.holdsFile(folder.heldOutKey) else { return }
        let found = try JSONFile.read(HeldOutKey.self, from: folder.heldOutKey)
        if found.plan == plan.identity { self = found }
    }

    /// What a prompt is named: a function of the run, the neuron, and the windows that are held out of it.
    static func name(of neuron: NeuronPlace, windows: [TokenWindow], plan: Digest) -> String {
        let places = windows.map { "\($0.row) \($0.first) \($0.count)" }.joined(separator: "\n")
        // 64 bits: two prompts of one neuron are never so many that they meet.
        return "\(neuron)-" + Digest(of: "\(plan.hex)\n\(neuron)\n\(places)").hex.prefix(16)
    }

    /// Adds a prompt.
    mutating func add(_ prompt: Prompt, named name: String) { prompts[name] = prompt }

    /// Writes the key in one step.
    ///
    /// - Throws: a `StorageError`.
    func write(to path: FilePath, lock: FolderLock, on files: some FileLayer) throws {
        // In one line: there may be millions of numbers.
        let bytes = try JSONFile.encode(self, for: path, isPretty: false)
        try lock.replace(path, on: files) { try $0.write(bytes) }
    }
}
