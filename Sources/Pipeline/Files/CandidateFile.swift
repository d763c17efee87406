import Models
import Statistics
import Storage
import SystemPackage

/// `candidates.npz`: for each compared pair of models, such as a and b, `a-b_a_ix`, int32 `[neurons of a, candidates]`, the candidates in b of
/// each neuron of a (layer · d_mlp + neuron; −1 where it has fewer), the pilot's best first, and `a-b_b_ix` the other way round.
enum CandidateFile {
    /// Candidates in the order of the file: by pairs of models, first of the earlier one's neurons.
    static func ordered(_ lists: [CandidateList], layout: StatisticsLayout) -> [CandidateList] {
        layout.comparedModels.flatMap { earlier, later in
            [(earlier, later), (later, earlier)].compactMap { source, partner in
                lists.first { $0.source == source && $0.partnerSource == partner }
            }
        }
    }

    /// Writes candidates in one step.
    ///
    /// - Parameter lists: in the file's order.
    static func write(_ lists: [CandidateList], to path: FilePath, on files: some FileLayer) throws {
        let entries = lists.enumerated().map { index, list in
            NumpyArchive.Entry(name(of: list, isForward: index % 2 == 0), list.partners, shape: [list.neurons, list.length])
        }
        try NumpyArchive.write(path, entries, on: files)
    }

    /// Reads candidates and checks them against the plan.
    ///
    /// - Throws: `StorageError`, `PipelineError.planDamaged`.
    static func read(_ path: FilePath, layout: StatisticsLayout, digest: Digest?) throws -> [CandidateList] {
        let arrays = try NumpyArchive.read(path)
        func damaged(_ reason: String) -> PipelineError { .planDamaged(file: path, reason: reason) }
        var lists: [CandidateList] = []
        for (earlier, later) in layout.comparedModels {
            for (source, partner) in [(earlier, later), (later, earlier)] {
                let name = "\(earlier)-\(later)_\(source)_ix"
                guard let array = arrays[name] else { throw damaged("array '\(name)' is missing") }
                let neurons = layout.groups(of: source).reduce(0) { $0 + layout.groups[$1].columns }
                guard array.shape.count == 2, array.shape[0] == neurons, array.shape[1] > 0 else {
                    throw damaged("array '\(name)' has another shape than the plan's models")
                }
                let list = CandidateList(
                    source: source, partnerSource: partner, length: array.shape[1], partners: try array.values(as: Int32.self))
                // What follows relies on a best partner.
                guard (0..<neurons).allSatisfy({ list.count(of: $0) > 0 }) else { throw damaged("a neuron in '\(name)' has no candidate") }
                lists.append(list)
            }
        }
        guard digest == nil || lists.digest == digest else { throw damaged("they are not the candidates that the plan was made with") }
        return lists
    }

    private static func name(of list: CandidateList, isForward: Bool) -> String {
        let pair = isForward ? "\(list.source)-\(list.partnerSource)" : "\(list.partnerSource)-\(list.source)"
        return "\(pair)_\(list.source)_ix"
    }
}

extension [CandidateList] {
    /// The content hash of the candidates.
    var digest: Digest {
        var builder = DigestBuilder()
        for list in self {
            builder.update(list.source)
            builder.update(list.partnerSource)
            builder.update(list.length)
            list.partners.withUnsafeBytes { builder.update($0) }
        }
        return builder.finalize()
    }
}

extension StatisticsLayout {
    /// The pairs of models that are compared, the earlier first: by the later one, then by the earlier one.
    var comparedModels: [(earlier: String, later: String)] {
        var pairs: [(earlier: String, later: String)] = []
        for later in sources where later != FeatureBank.sourceID {
            for earlier in sources {
                let isCompared = blocks.contains { groups[$0.rows].source == earlier && groups[$0.columns].source == later && !$0.isWithin }
                if isCompared, earlier != later { pairs.append((earlier, later)) }
            }
        }
        return pairs
    }
}
