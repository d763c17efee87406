import Foundation
import Storage
import SystemPackage

/// The files of a run.
public struct RunFolder: Sendable, Hashable {
    /// The run's folder.
    public let path: FilePath

    /// The files of the run in a folder, which need not exist yet.
    public init(_ path: FilePath) { self.path = path }

    /// What will be computed.
    public var plan: FilePath { path.appending("plan.json") }
    /// Provisional means and scales.
    public var calibration: FilePath { path.appending("calibration.npz") }
    /// The feature bank: which token has which feature.
    public var features: FilePath { path.appending("features.npz") }
    /// The directions that columns are projections on, a file for each layer of each model, where they follow from the text.
    public var basis: FilePath { path.appending("basis") }
    /// Which combination of a tagger's labels each token of the packed rows has, where the plan has labels.
    public var labels: FilePath { path.appending("labels.npy") }
    /// The pairs of columns that a screened run follows.
    public var candidates: FilePath { path.appending("candidates.npz") }
    /// The pilot of a screened run, a run of its own.
    public var pilot: RunFolder { RunFolder(path.appending("pilot")) }
    /// Where what goes on is to be found: the pilot of a screened run as long as that has no plan, else the run.
    public var underWay: RunFolder { !hasPlan && pilot.hasPlan ? pilot : self }
    /// What the column groups of a pilot say.
    var summaries: FilePath { path.appending("summaries") }
    /// The packed rows of tokens.
    public var corpus: FilePath { path.appending("corpus") }
    /// The rows of a configuration whose corpus may not be the run's: only compared, then removed.
    var otherCorpus: FilePath { path.appending("corpus.other") }
    /// The exact statistics.
    public var store: FilePath { path.appending("store") }
    /// The stores of reducers that the run has started itself, while they work.
    public var reducers: FilePath { path.appending("reducers") }
    /// Those stores that there are.
    var reducerStores: [FilePath] {
        ((try? Folder.names(in: reducers)) ?? []).map { reducers.appending($0) }.filter { Folder.exists($0) }
    }
    /// The correlation matrices.
    public var correlations: FilePath { path.appending("correlations.zarr") }
    /// One row for each neuron of the reference.
    public var neurons: FilePath { path.appending("neurons.csv") }
    /// The neuron that each feature explains best, where there are features.
    public var featureNeurons: FilePath { path.appending("features.csv") }
    /// The families of the neurons of the models beside the reference, where these are explained too.
    public var families: FilePath { path.appending("families") }
    /// The table of the families of a model's neurons.
    ///
    /// - Parameter model: its id, which is not the reference's.
    public func families(of model: String) -> FilePath { families.appending("\(model).csv") }
    /// The table of the neurons by domain, where domains are strata.
    public var domains: FilePath { path.appending("domains.csv") }
    /// Where each neuron's figures from weights stand within its layer.
    public var percentiles: FilePath { path.appending("percentiles.csv") }
    /// The tokens that each neuron's weights are closest to and furthest from, a file for each layer and matrix of tokens.
    public var vocabulary: FilePath { path.appending("vocabulary") }
    /// At which tokens and positions the reference's neurons are active, a file a layer.
    public var activations: FilePath { path.appending("activations") }
    /// The prediction, suppression and partition neurons.
    public var roles: FilePath { path.appending("roles.csv") }
    /// Their effect on the tokens with each feature.
    public var roleFeatures: FilePath { path.appending("roles.npz") }
    /// The prediction and suppression neurons with those that work on the same tokens.
    public var ensembles: FilePath { path.appending("ensembles.csv") }
    /// What explainers have written of neurons, with scores.
    public var explanations: FilePath { path.appending("explanations.csv") }
    /// The folder of what explainers are scored against; whoever writes explanations or prompts owns it.
    public var explanationKeys: FilePath { path.appending("explanations") }
    /// What the held-out windows of prompts really are.
    var heldOutKey: FilePath { explanationKeys.appending("held-out.json") }
    /// The candidates for entropy neurons, and their controls.
    public var entropy: FilePath { path.appending("entropy.csv") }
    /// How much of each neuron's output the unembedding does not see.
    public var nullSpace: FilePath { path.appending("entropy.npz") }
    /// The neurons and heads with the largest scores.
    public var attention: FilePath { path.appending("attention.csv") }
    /// The scores of all neurons and heads, a file for each layer of neurons.
    public var attentionScores: FilePath { path.appending("attention") }
    /// What ablations of paths have measured, a folder for each set of neurons and heads.
    public var pathAblations: FilePath { path.appending("path-ablation") }
    /// Summaries of each pair, both directions.
    public var pairs: FilePath { path.appending("pairs") }
    /// The cliques of mutual best partners, where all pairs of models were compared.
    public var cliques: FilePath { path.appending("cliques.csv") }
    /// How alike the layers of two models are, where that was measured.
    public var similarity: FilePath { path.appending("similarity.csv") }
    /// What was found of that so far, a file for each two layers.
    var similarityParts: FilePath { path.appending("similarity") }
    /// At how many tokens neurons fire together with their best partners, where that was counted.
    public var firing: FilePath { path.appending("firing.csv") }
    /// What was counted of that so far, a file for each two models.
    var firingParts: FilePath { path.appending("firing") }
    /// The reference's neurons with those whose weights are closest and most opposed to theirs.
    public var antipodes: FilePath { path.appending("antipodes.csv") }
    /// The largest and smallest cosines of each neuron's weights with those of each layer, a file for each layer.
    public var cosines: FilePath { path.appending("cosines") }
    /// When each universal neuron appears, where models have steps of training.
    public var steps: FilePath { path.appending("steps.csv") }
    /// The tables of neurons of the other groups' references, where models are compared in groups.
    public var groups: FilePath { path.appending("groups") }
    /// The table of the neurons of a group's reference, which is not the run's.
    ///
    /// - Parameter model: the reference's id.
    public func neurons(ofGroup model: String) -> FilePath { groups.appending("\(model).csv") }
    /// The summaries of a pair, both directions.
    public func pair(_ earlier: String, _ later: String) -> FilePath { pairs.appending("\(earlier)-\(later).npz") }
    /// What the column groups of a run contribute to its results, where their statistics lie elsewhere.
    public var findings: FilePath { path.appending("findings") }
    /// The file of a group's findings.
    ///
    /// - Parameter name: the group's name, such as `b.3`.
    public func findings(ofGroup name: String) -> FilePath { findings.appending("\(name).findings") }
    /// Which reducers have which part of the plan's statistics, where others have started them.
    public var reducerClaims: FilePath { path.appending("reducers.json") }
    /// The headline figures.
    public var summary: FilePath { path.appending("summary.json") }
    /// The same for people.
    public var report: FilePath { path.appending("report.html") }
    /// What the results were made of.
    var resultsRecord: FilePath { path.appending("results.json") }
    /// What the report shows of them, for the next one.
    public var reportContent: FilePath { path.appending("report.json.zst") }

    /// The folder whose lock belongs to whoever writes the results: an analysis may run beside the process that owns the run.
    var resultsLock: FilePath { path.appending("results.lock") }

    /// The folders of answers that there are, each of which belongs to whoever works on it: of questions about neurons, of ablated paths, of
    /// the similarity of layers, and of where neurons fire.
    ///
    /// - Throws: `StorageError`.
    var answers: [FilePath] {
        get throws {
            let questions = try [interventions, substitution, pathAblations].filter(Folder.exists).flatMap { place in
                try Folder.names(in: place).map { place.appending($0) }
            }
            return (questions + [similarityParts, firingParts]).filter(Folder.exists)
        }
    }

    /// The files that lie in the folder itself.
    var files: [FilePath] {
        [
            plan, calibration, features, labels, candidates, neurons, featureNeurons, domains, cliques, steps, percentiles, roles,
            roleFeatures, ensembles, antipodes, similarity, firing, entropy, nullSpace, attention, explanations, summary, report,
            resultsRecord, reportContent,
        ]
    }

    /// Removes a folder of the run with everything in it.
    ///
    /// - Throws: `StorageError`.
    func removeFolder(_ folder: FilePath) throws {
        do {
            try FileManager.default.removeItem(atPath: folder.string)
        } catch {
            let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError).map { Errno(rawValue: CInt($0.code)) } ?? .ioError
            throw StorageError(code, .remove, folder)
        }
    }

    /// Whether the folder holds a plan.
    public var hasPlan: Bool { Folder.holdsFile(plan) }
}
