import FaultInjection
import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Pipeline

@Suite("The export to the authors' layout")
struct AuthorsExportTests {
    private func analysed() throws -> PlantedFolder {
        let folder = try PlantedFolder()
        try folder.compute()
        try folder.analyze()
        return folder
    }

    private static let files = [
        "universal-neurons.json",
        "dataframes/neuron_dfs/small.csv", "dataframes/interpretable_neurons/small/universal.csv",
        "correlation_results/small+b/pile/pearson.none/correlation_summary.npz",
        "correlation_results/small+b/pile/pearson.none/correlation_summary_T.npz",
        "correlation_results/small+b/pile/pearson.rotation/correlation_summary.npz",
    ]

    private func export(_ folder: PlantedFolder, to output: FilePath, on files: some FileLayer = LocalFiles()) throws -> [String] {
        try AuthorsExport(folder: folder.run, output: output, names: ["a": "small"], dataset: "pile").run(on: files).files
    }

    @Test("has their files, arrays and columns, with the run's values")
    func layout() throws {
        let (folder, scratch) = (try analysed(), try TemporaryFolder())
        #expect(try export(folder, to: scratch.path) == Self.files)
        let pair = try NumpyArchive.read(folder.run.pairs.appending("a-b.npz"))
        let keys = [
            "diag_corr", "obo_corr", "bin_counts", "max_corr", "max_corr_ix", "min_corr", "min_corr_ix", "max_tail_corr",
            "max_tail_corr_ix",
            "min_tail_corr", "min_tail_corr_ix", "corr_mean", "corr_var", "corr_skew", "corr_kurt",
        ]
        for (file, model) in [(Self.files[3], "a"), (Self.files[4], "b")] {
            let summary = try NumpyArchive.read(scratch.path.pushing(FilePath(file)))
            #expect(summary.keys.sorted() == keys.sorted())
            for key in keys {
                let (own, theirs) = (try #require(pair["\(model)_\(key)"]), try #require(summary[key]))
                switch key {
                case "obo_corr":
                    // The last neuron has no next one.
                    #expect(try theirs.values(as: Float.self) == own.values(as: Float.self).dropLast())
                case "bin_counts":
                    #expect(try theirs.shape == [40, 101] && theirs.values(as: Int32.self) == own.values(as: UInt32.self).map(Int32.init))
                default:
                    #expect(theirs.shape == own.shape && theirs.dtype == own.dtype && theirs.bytes.elementsEqual(own.bytes), "\(key)")
                }
            }
        }
        let rotation = try NumpyArchive.read(scratch.path.pushing(FilePath(Self.files[5])))
        let baseline = try #require(pair["a_baseline_gaussian"]).values(as: Double.self)
        #expect(try rotation.count == 1 && rotation["max_corr"]?.values(as: Float.self) == baseline.map(Float.init))

        let (own, theirs) = (try NeuronTableFile(folder.run.neurons), try NeuronTableFile(scratch.path.pushing(FilePath(Self.files[1]))))
        #expect(theirs.columns == NeuronTable.authorsColumns && theirs.rows == own.rows.map { Array($0.prefix(22)) })
        let universal = try NeuronTableFile(scratch.path.pushing(FilePath(Self.files[2])))
        #expect(universal.columns == NeuronTable.authorsColumns + ["excess_corr"])
        let isUniversal = try #require(own.cells(of: "universal"))
        #expect(universal.rows == own.rows.indices.filter { isUniversal[$0] == "1" }.map { Array(own.rows[$0].prefix(23)) })
    }

    @Test("says which results these are, and never of new tables that they are those of before")
    func origin() throws {
        let (folder, scratch) = (try analysed(), try TemporaryFolder())
        _ = try export(folder, to: scratch.path)
        let origin = try #require(ExportNote(in: scratch.path).tables["small"])
        let (plan, summary) = (try RunPlan.read(folder.run.plan), try JSONFile.read(RunSummary.self, from: folder.run.summary))
        #expect(
            origin
                == ResultsOrigin(
                    program: ProgramVersion.current, run: "planted", plan: plan.identity, budget: 2_048,
                    statisticsSHA256: summary.statisticsSHA256, tokens: 2_048, reference: plan.numbers.models[0].digest))
        // Another export into the same folder leaves that of other tables.
        _ = try AuthorsExport(folder: folder.run, output: scratch.path).run()
        #expect(ExportNote(in: scratch.path).tables == ["small": origin, "a": origin])
        // The process dies between the tables of another run and their word.
        let other = try PlantedFolder { $0.tokens = .tokens(32 * 32) }
        try other.compute()
        try other.analyze()
        var position = 1
        while true {
            _ = try export(folder, to: scratch.path)
            let table = try String(contentsOfFile: scratch.path.pushing(FilePath(Self.files[1])).string, encoding: .utf8)
            let files = FaultyFiles(.death, at: position)
            let succeeded = (try? export(other, to: scratch.path, on: files)) != nil
            let now = try String(contentsOfFile: scratch.path.pushing(FilePath(Self.files[1])).string, encoding: .utf8)
            if now != table { #expect(ExportNote(in: scratch.path).tables["small"] != origin, "operation \(position)") }
            if files.count < position {
                #expect(succeeded)
                break
            }
            position += 1
        }
        #expect(ExportNote(in: scratch.path).tables["small"]?.tokens == 1_024)
    }

    @Test("has whole files or none, whatever fails, and the next one has all", arguments: [FaultyFiles.Fault.failure, .death])
    func faults(fault: FaultyFiles.Fault) throws {
        let (folder, whole) = (try analysed(), try TemporaryFolder())
        _ = try export(folder, to: whole.path)
        func bytes(_ file: String, in output: FilePath) -> Data? {
            try? Data(contentsOf: URL(fileURLWithPath: output.pushing(FilePath(file)).string))
        }
        var position = 1
        while true {
            let scratch = try TemporaryFolder()
            let files = FaultyFiles(fault, at: position)
            let succeeded = (try? export(folder, to: scratch.path, on: files)) != nil
            for file in Self.files {
                if let found = bytes(file, in: scratch.path) { #expect(found == bytes(file, in: whole.path), "operation \(position)") }
            }
            if files.count < position {
                #expect(succeeded)
                break
            }
            _ = try export(folder, to: scratch.path)
            #expect(Self.files.allSatisfy { bytes($0, in: scratch.path) == bytes($0, in: whole.path) }, "operation \(position)")
            position += 1
        }
        #expect(position > 20)
    }

    @Test("refuses names that are no model's, names of two models, and a run without results")
    func refused() throws {
        let (folder, scratch) = (try analysed(), try TemporaryFolder())
        func export(_ names: [String: String]) throws {
            _ = try AuthorsExport(folder: folder.run, output: scratch.path, names: names).run()
        }
        let unknown = #expect(throws: PipelineError.self) { try export(["z": "small"]) }
        #expect(unknown?.message.contains("no model 'z'") == true)
        let twice = #expect(throws: PipelineError.self) { try export(["a": "b"]) }
        #expect(twice?.message.contains("'b' would be the name of two models") == true && twice?.exitStatus == .usage)
        #expect(scratch.names.isEmpty)
        try FileManager.default.removeItem(atPath: folder.run.summary.string)
        #expect(throws: PipelineError.resultsMissing(folder: folder.run.path)) { try export([:]) }
    }
}
