import Foundation
import Storage
import Testing

@testable import Pipeline

@Suite("What columns are called")
struct ColumnNamesTests {
    @Test(
        "neurons by layer and index, directions with their mark",
        arguments: [
            (nil, "3.5", "neuron", "neurons"), (ColumnBasis.rotated(RotatedColumns()), "3.r5", "direction", "rotated directions"),
            (.principal(PrincipalColumns()), "3.pc5", "direction", "principal directions"),
        ] as [(ColumnBasis?, String, String, String)])
    func names(basis: ColumnBasis?, name: String, noun: String, kinds: String) {
        let names = ColumnNames(basis)
        #expect(names.name(layer: 3, column: 5) == name && names.noun == noun && names.nouns == "\(noun)s")
        #expect(names.kinds == kinds && "\(names.kind)s" == kinds && names.capitalNouns.lowercased() == names.nouns)
        #expect(ColumnBasis.mark(in: name) == basis?.mark)
    }

    @Test("no name but one of two parts has a mark")
    func marks() {
        for name in ["", "3", "pc5", "3.117", "3.x5", "3.p5"] { #expect(ColumnBasis.mark(in: name) == nil, "\(name)") }
    }

    @Test("partners and cliques of a direction are named as the direction itself is")
    func inspected() throws {
        let run = try BasisRun(.principal(PrincipalColumns())) { $0.pairs = .all }
        try run.compute()
        try run.analyze()
        let table = try String(contentsOfFile: run.folder.cliques.string, encoding: .utf8)
        let members = try #require(table.split(separator: "\n").dropFirst().first?.split(separator: ",").last)
        let names = members.split(separator: " ").map(String.init)
        #expect(names.count == 2 && names[0].hasPrefix("a:") && names[1].hasPrefix("b:") && names.allSatisfy { $0.contains(".pc") })
        let parts = names[0].dropFirst(2).components(separatedBy: ".pc").compactMap { Int($0) }
        try #require(parts.count == 2)
        let column = try NeuronInspection(layer: parts[0], neuron: parts[1], in: run.folder)
        #expect(column.name == "\(parts[0]).pc\(parts[1])" && column.kind == "principal direction")
        #expect(column.cliques?.first?.members == names)
        let partners = try #require(column.partners?.first)
        #expect(partners.best.name == String(names[1].dropFirst(2)))
        let others = (partners.next ?? []) + (partners.lowest ?? [])
        #expect(!others.isEmpty && others.allSatisfy { $0.name == "\($0.layer).pc\($0.neuron)" })
    }
}
