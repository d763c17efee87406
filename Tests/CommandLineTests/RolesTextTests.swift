import Foundation
import Pipeline
import Testing

@testable import universal_neurons

@Suite("Roles as text")
struct RolesTextTests {
    /// A role that two neurons of five have, of which some are listed.
    private static func group(_ role: String, asked: Int = 2, listed: [Int]) -> String {
        let neurons = listed.map {
            """
            {"layer": 0, "neuron": \($0), "role": "\(role)", "isUniversal": false, "vocabVar": 2, "vocabKurt": 9, "promoted": ["the"],
              "suppressed": [5]}
            """
        }
        return """
            {"role": "\(role)", "neurons": 2, "universal": 1, "neuronsByLayer": [2], "universalByLayer": [1], "asked": \(asked),
            "strongest": [\(neurons.joined(separator: ","))]}
            """
    }

    private static func text(_ groups: String...) throws -> String {
        let json = """
            {"model": "a", "neuronsByLayer": [5], "universalByLayer": [1], "roles": [\(groups.joined(separator: ","))]}
            """
        return try JSONDecoder().decode(RolesInspection.self, from: Data(json.utf8)).text(isUniversalOnly: false)
    }

    @Test("are counts and a list of each role; where none is to be listed the counts alone")
    func lists() throws {
        let listed = try Self.text(Self.group("prediction", listed: [3]), Self.group("partition", listed: [1, 2]))
        #expect(listed.contains("The 1 strongest of 2 prediction neurons:\n") && listed.contains("All 2 partition neurons:\n"), "\(listed)")
        let counts = try Self.text(Self.group("prediction", listed: []), Self.group("partition", listed: []))
        let profile = try #require(listed.components(separatedBy: "\nThe 1 strongest").first)
        #expect(counts == profile && counts.contains("Neurons of model a by role"), "\(counts)")
        #expect(try Self.text(Self.group("partition", asked: 0, listed: [])).hasSuffix("There are no partition neurons.\n"))
    }
}
