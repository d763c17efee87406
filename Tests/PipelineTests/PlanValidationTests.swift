import Foundation
import Storage
import SystemPackage
import Testing

@testable import Pipeline

/// A value of plan.json that no plan has.
struct PlanFault: Sendable, CustomTestStringConvertible {
    /// The way to the value; numbers are places in lists.
    let path: [String]
    /// The value as JSON.
    let value: String
    /// What the message must name.
    let field: String

    init(_ path: String, _ value: String, names field: String? = nil) {
        self.path = path.split(separator: ".").map(String.init)
        self.value = value
        self.field = field ?? path
    }

    var testDescription: String { "\(path.joined(separator: ".")): \(value)" }

    static let all = [
        PlanFault("windows", "\(Int.max)"), PlanFault("windows", "0"), PlanFault("windows", "-3"),
        PlanFault("blockGroups", "[[0]]"), PlanFault("blockGroups", "[]"), PlanFault("blockGroups", "[[0, 0, 1]]"),
        PlanFault("configuration.models", "[]"), PlanFault("configuration.corpus.context", "1000000000000"),
        PlanFault("configuration.corpus.minimum_characters", "-1"), PlanFault("configuration.chunk", "0"),
        PlanFault("configuration.threads", "0"), PlanFault("configuration.replicates", "1"), PlanFault("configuration.calibration", "0"),
        PlanFault("configuration.rotations.draws", "-2"), PlanFault("configuration.rotations.kind", "[]"),
        PlanFault("configuration.threshold", "\"NaN\""), PlanFault("configuration.features.unigramShare", "-1"),
        PlanFault("configuration.examples.before", "-1"),
        PlanFault("configuration.models.0.id", "\"../../x\"", names: "configuration.models"),
        PlanFault("numbers.models.0.id", "\"../../x\"", names: "numbers.models[0].id"),
        PlanFault("numbers.models.1.id", "\"a\"", names: "numbers.models[1].id"),
        PlanFault("numbers.models.0.layers", "-1", names: "numbers.models[0].layers"),
        PlanFault("numbers.models.1.mlpWidth", "-24", names: "numbers.models[1].mlpWidth"),
        PlanFault("numbers.models.1.mlpWidth", "\(Int.max)", names: "numbers.models[1].mlpWidth"),
        PlanFault("numbers.models.0.vocabulary", "3", names: "numbers.models[0].vocabulary"),
        PlanFault("numbers.pairs", "{\"groups\": [[\"a\"]], \"within\": \"all\"}"),
        PlanFault("numbers.models", "[]"), PlanFault("numbers.accumulation.tile", "0"), PlanFault("numbers.accumulation.chunk", "0"),
        PlanFault("numbers.accumulation.resolutionExponent", "4000"), PlanFault("numbers.corpus.windowRows", "0"),
        PlanFault("numbers.accumulation.bits", "7", names: "numbers.accumulation.resolutionExponent"),
        PlanFault("numbers.corpus.windowRows", "\(Int.max)"), PlanFault("numbers.corpus.rows", "-1"),
        PlanFault("numbers.corpus.rows", "\(Int.max)"), PlanFault("numbers.corpus.context", "0"),
        PlanFault("numbers.corpus.replicates", "-1"), PlanFault("numbers.corpus.domains", "[]"),
        PlanFault("numbers.corpus.vocabulary", "0"), PlanFault("numbers.corpus.mask", "[-4]"),
        PlanFault("numbers.examples.count", "-1"), PlanFault("numbers.examples.after", "\(Int.max)"),
        PlanFault("numbers.moments", "{\"maxima\": -1}", names: "numbers.moments.maxima"),
        PlanFault("configuration.moments", "{\"maxima\": 1001}", names: "configuration.moments.maxima"),
        PlanFault("numbers.moments", "{\"maxima\": 1, \"means\": 0}", names: "numbers.moments.means"),
        PlanFault("configuration.moments", "{\"maxima\": 1, \"means\": 1001}", names: "configuration.moments.means"),
        PlanFault("numbers.calibrationTokens", "0"), PlanFault("numbers.kernels", "\"z80\""),
    ]
}

@Suite("A plan that was tampered with")
struct PlanValidationTests {
    private struct Numbers: Decodable { let numbers: PlannedNumbers }

    /// Puts a value into a JSON document.
    private func replace(_ document: Any, _ path: ArraySlice<String>, with value: Any) -> Any {
        guard let key = path.first else { return value }
        if var object = document as? [String: Any] {
            object[key] = replace(object[key] as Any, path.dropFirst(), with: value)
            return object
        }
        if var list = document as? [Any], let place = Int(key), list.indices.contains(place) {
            list[place] = replace(list[place], path.dropFirst(), with: value)
            return list
        }
        return document
    }

    private func write(_ document: Any, to path: FilePath) throws {
        try JSONSerialization.data(withJSONObject: document).write(to: URL(fileURLWithPath: path.string))
    }

    @Test("is refused with the field's name, also where its identity was made to fit")
    func refused() throws {
        let folder = try PlantedFolder()
        try folder.plan()
        let file = folder.run.plan
        _ = try RunPlan.read(file)
        let sound = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file.string)))
        for fault in PlanFault.all {
            let value = try JSONSerialization.jsonObject(with: Data(fault.value.utf8), options: .fragmentsAllowed)
            let damaged = replace(sound, fault.path[...], with: value)
            try write(damaged, to: file)
            let identity = try JSONFile.read(Numbers.self, from: file).numbers.identity()
            try write(replace(damaged, ["identity"], with: identity.hex), to: file)
            do {
                _ = try RunPlan.read(file)
                Issue.record("\(fault.testDescription) was accepted")
            } catch PipelineError.planDamaged(_, let reason) {
                #expect(reason.contains(fault.field), "\(fault.testDescription): \(reason)")
            }
        }
    }

    @Test("reads back as it was written, with one kind of rotation or with both")
    func roundTrip() throws {
        let folder = try PlantedFolder()
        let first = try folder.plan().plan
        #expect(try RunPlan.read(folder.run.plan).configuration == first.configuration)
        folder.configuration.rotations.kinds = [.orthogonal, .gaussian]
        let second = try folder.plan().plan
        #expect(second.identity == first.identity)
        #expect(try RunPlan.read(folder.run.plan).configuration.rotations.kinds == [.orthogonal, .gaussian])
    }
}
