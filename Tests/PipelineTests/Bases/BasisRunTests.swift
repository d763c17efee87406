import Analysis
import Foundation
import Storage
import Testing

@testable import Pipeline

@Suite("A run of rotated or principal columns")
struct BasisRunTests {
    /// As the fixture was made.
    private static let rotated: ColumnBasis = {
        var columns = RotatedColumns()
        columns.seed = 7
        return .rotated(columns)
    }()
    private static let principal: ColumnBasis = {
        var columns = PrincipalColumns()
        columns.components = 4
        return .principal(columns)
    }()
    private static let both = [rotated, principal]

    /// Directions that float32 activations give are off by their error over the distance of two variances.
    @Test(
        "has the correlations that numpy finds of transformers' activations",
        arguments: [(rotated, "rotated", 2e-5), (principal, "principal", 1e-4)])
    func numpy(columns: ColumnBasis, name: String, tolerance: Double) throws {
        let run = try BasisRun(columns)
        let planned = try run.compute()
        let found = try run.correlations(planned, try run.analyze())
        let expected = try #require(run.arrays[name]).values(as: Double.self)
        #expect(found.count == expected.count)
        let error = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(error < tolerance, "\(error)")
    }

    /// Where each column's best partner lies, and its correlation.
    private func best(_ run: BasisRun) throws -> [(partner: Int, correlation: Double)] {
        let table = try NeuronTableFile(run.folder.neurons)
        let (layers, neurons) = (try #require(table.cells(of: "b_layer")), try #require(table.cells(of: "b_neuron")))
        let correlations = try #require(table.cells(of: "b_corr"))
        let width = layers.count / 2
        return try zip(zip(layers, neurons), correlations).map { place, correlation in
            (try #require(Int(place.0)) * width + #require(Int(place.1)), try #require(Double(correlation)))
        }
    }

    @Test("has the strongest partner of either sign as best one, as which way a direction points is an accident", arguments: both)
    func strongest(columns: ColumnBasis) throws {
        let run = try BasisRun(columns)
        let found = try run.correlations(try run.compute(), try run.analyze())
        let best = try best(run)
        let width = found.count / best.count
        for (row, best) in best.enumerated() {
            let correlations = found[row * width..<(row + 1) * width]
            let strongest = try #require(correlations.indices.max { abs(correlations[$0]) < abs(correlations[$1]) })
            #expect(best.partner == strongest - row * width)
            #expect(abs(best.correlation - correlations[strongest]) < 1e-6)
        }
        #expect(best.contains { $0.correlation < 0 })
    }

    @Test("that follows candidates has the strongest of either sign, too")
    func screenedSigns() throws {
        let exact = try BasisRun(Self.rotated)
        try exact.compute()
        _ = try exact.analyze()
        let screened = try BasisRun(Self.rotated) {
            var settings = ScreeningSettings()
            // All partners: the best are those of the exact run, whose rounding differs.
            (settings.pilot, settings.candidates) = (480, 24)
            $0.precision = .screening(settings)
        }
        try screened.compute()
        _ = try screened.analyze()
        let (expected, found) = (try best(exact), try best(screened))
        #expect(zip(expected, found).allSatisfy { abs(abs($0.correlation) - abs($1.correlation)) < 0.005 })
        #expect(found.contains { $0.correlation < 0 })
    }

    @Test("keeps the directions that numpy finds beside its plan, with their variances")
    func directions() throws {
        let run = try BasisRun(Self.principal)
        try run.plan()
        for model in ["a", "b"] {
            for layer in 0..<2 {
                let arrays = try NumpyArchive.read(run.folder.basis.appending("\(model).\(layer).npz"))
                let found = try #require(arrays["directions"])
                #expect(found.shape == [4, 12])
                let expected = try #require(run.arrays["\(model)_directions_\(layer)"]).values(as: Double.self)
                #expect(try zip(found.values(as: Float.self), expected).allSatisfy { abs(Double($0) - $1) < 1e-4 })
                let variances = try #require(run.arrays["\(model)_variances_\(layer)"]).values(as: Double.self)
                #expect(try zip(#require(arrays["variances"]).values(as: Double.self), variances).allSatisfy { abs($0 - $1) < 1e-4 })
            }
        }
    }

    @Test("has the same bits with 1, 2 and 3 threads, by plain commands, and extended from half of its tokens", arguments: both)
    func sameBits(columns: ColumnBasis) throws {
        let run = try BasisRun(columns)
        let plan = try run.compute().plan
        let expected = try run.analyze().summary.statisticsSHA256
        for threads in [1, 3] {
            let other = try BasisRun(columns)
            #expect(try other.compute(threads: threads).plan.numbers == plan.numbers)
            #expect(try other.analyze().summary.statisticsSHA256 == expected)
        }
        let mapped = try BasisRun(columns)
        let tasks = try mapped.plan().tasks.count
        #expect(tasks > 1)
        let parts = try (0..<tasks).reversed().map { task in
            let output = mapped.file("parts/\(task)")
            _ = try MapTask(folder: mapped.folder, task: task, output: output, context: mapped.context(threads: 1)).run()
            return output
        }
        _ = try ReducePartials(
            folder: mapped.folder, inputs: parts, target: .store(mapped.folder.store), context: mapped.context()
        ).run()
        #expect(try mapped.analyze().summary.statisticsSHA256 == expected)

        let extended = try BasisRun(columns) { $0.tokens = .tokens(12 * BasisRun.context) }
        #expect(try extended.compute().plan.identity == plan.identity)
        _ = try ExtendRun(folder: extended.folder, tokens: .all, context: extended.context()).run()
        #expect(try extended.analyze().summary.statisticsSHA256 == expected)
    }

    @Test("of another seed is a plan of its own, and the difference is named")
    func seeds() throws {
        let (first, second) = (try BasisRun(.rotated(RotatedColumns())), try BasisRun(Self.rotated))
        #expect(try first.plan().plan.identity != second.plan().plan.identity)
        second.configuration.columns = .rotated(RotatedColumns())
        let error = ConfigurationFixture.error { try second.plan() }
        let difference = "columns: {rotated: {kind: orthogonal, seed: 7}} → {rotated: {kind: orthogonal, seed: 0}}"
        #expect(error == .otherRun(folder: second.folder.path, differences: [difference]))
    }

    @Test("goes on with the directions that it has, and refuses others")
    func damaged() throws {
        let run = try BasisRun(Self.principal)
        let plan = try run.plan().plan
        #expect(try run.plan().plan.identity == plan.identity)
        let (first, second) = (run.folder.basis.appending("a.0.npz"), run.folder.basis.appending("a.1.npz"))
        try FileManager.default.removeItem(atPath: first.string)
        try FileManager.default.copyItem(atPath: second.string, toPath: first.string)
        let expected = PipelineError.planDamaged(
            file: run.folder.basis, reason: "they are not the directions that the plan was made with")
        #expect(throws: expected) { try run.plan() }
        #expect(throws: expected) { try PlannedRun.open(run.folder, context: run.context()) }
    }

    @Test("whose pilot chooses candidates has the pilot's directions")
    func screened() throws {
        let run = try BasisRun(Self.principal) {
            var settings = ScreeningSettings()
            (settings.pilot, settings.candidates) = (480, 2)
            $0.precision = .screening(settings)
        }
        let plan = try run.compute().plan
        let pilot = try RunPlan.read(run.folder.pilot.plan)
        #expect(plan.numbers.basis?.digest != nil && plan.numbers.basis == pilot.numbers.basis)
        #expect(try run.analyze().summary.columns == "{principal: {components: 4}}")
    }

    @Test("without them has a plan that knows nothing of directions")
    func neurons() throws {
        let plan = try BasisRun(nil).plan().plan
        let text = String(decoding: try JSONFile.encode(plan.numbers, isPretty: false), as: UTF8.self)
        #expect(!text.contains("basis") && !text.contains("directions"))
        #expect(plan.numbers.moments != nil && plan.numbers.models.allSatisfy { $0.columns == $0.mlpWidth })
    }

    @Test("names its columns, leaves out what weights and pre-activations say, and refuses what is of neurons alone")
    func left() throws {
        let run = try BasisRun(Self.principal)
        try run.compute()
        let outcome = try run.analyze()
        #expect(outcome.summary.columns == "{principal: {components: 4}}" && outcome.summary.neurons == 8)
        let table = try NeuronTableFile(run.folder.neurons)
        #expect(table.cells(of: "name") == ["0.pc0", "0.pc1", "0.pc2", "0.pc3", "1.pc0", "1.pc1", "1.pc2", "1.pc3"])
        #expect(table.cells(of: "w_in_norm")?.allSatisfy(\.isEmpty) == true && table.cells(of: "kurt")?.allSatisfy(\.isEmpty) == true)
        for path in [run.folder.roles, run.folder.vocabulary, run.folder.activations, run.folder.antipodes, run.folder.entropy] {
            #expect(!FileManager.default.fileExists(atPath: path.string), "\(path)")
        }
        let column = try NeuronInspection(layer: 1, neuron: 3, in: run.folder)
        #expect(column.name == "1.pc3" && !column.examples.isEmpty && column.tokens == nil)
        #expect(throws: PipelineError.noSuchDirection(name: "1.pc4", model: "a", layers: 2, width: 4)) {
            try NeuronInspection(layer: 1, neuron: 4, in: run.folder)
        }
        func refused(_ question: String) -> PipelineError {
            .columnsNotNeurons(folder: run.folder.path, columns: "{principal: {components: 4}}", question: question)
        }
        #expect(throws: refused("roles")) { try RolesInspection(run.folder) }
        #expect(throws: refused("explanations")) {
            try WritePrompts(folder: run.folder, neurons: .strongest(1), context: run.context()).run(to: run.file("prompts.jsonl"))
        }
        #expect(refused("roles").message.contains("roles are of neurons"))
    }

    @Test("is planned as it is analysed: signs are arbitrary where columns are directions, and nowhere else")
    func plannedSigns() throws {
        for columns in [Self.rotated, Self.principal, nil] {
            let folder = try PlantedFolder { $0.columns = columns }
            let planned = try folder.plan()
            let estimated = try EstimatedShape(folder.configuration, threads: 1).run
            #expect(planned.plan.universality.areSignsArbitrary == (columns != nil))
            for shape in [planned.shape(threads: 1), estimated] {
                #expect(shape.universality.map(\.areSignsArbitrary) == planned.plan.groupUniversality.map(\.areSignsArbitrary))
            }
        }
    }

    @Test("asks for no more components than a layer has neurons")
    func tooMany() throws {
        var columns = PrincipalColumns()
        columns.components = 13
        let run = try BasisRun(.principal(columns))
        #expect(throws: PipelineError.tooManyComponents(model: "a", asked: 13, neurons: 12)) { try run.plan() }
        columns.components = nil
        run.configuration.columns = .principal(columns)
        #expect(try run.plan().plan.numbers.models.map(\.columns) == [12, 12])
    }
}
