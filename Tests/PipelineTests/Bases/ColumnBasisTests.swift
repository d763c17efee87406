import Storage
import Testing

@testable import Pipeline

@Suite("What columns are")
struct ColumnBasisTests {
    typealias Fixture = ConfigurationFixture

    @Test("is asked for by columns: neurons where nothing is said, rotated or principal with their settings")
    func configuration() throws {
        #expect(try Fixture.parse(Fixture.text).columns == nil)
        #expect(try Fixture.adding("columns: neurons").columns == nil)
        #expect(try Fixture.adding("columns: rotated").columns == .rotated(RotatedColumns()))
        var rotated = RotatedColumns()
        rotated.seed = 7
        #expect(try Fixture.adding("columns: {rotated: {seed: 7}}").columns == .rotated(rotated))
        rotated.kind = .gaussian
        #expect(try Fixture.adding("columns: {rotated: {seed: 7, kind: gaussian}}").columns == .rotated(rotated))
        #expect(try Fixture.adding("columns: principal").columns == .principal(PrincipalColumns()))
        var principal = PrincipalColumns()
        #expect(try Fixture.adding("columns: {principal: {components: all, from: calibration}}").columns == .principal(principal))
        principal.components = 256
        #expect(try Fixture.adding("columns: {principal: {components: 256}}").columns == .principal(principal))
    }

    @Test("has no moments of pre-activations, and says so where they are asked for")
    func moments() throws {
        #expect(try Fixture.adding("columns: rotated").moments == nil)
        #expect(try Fixture.adding("columns: rotated\nmoments: none").moments == nil)
        #expect(try Fixture.adding("columns: neurons").moments != nil)
        let error = Fixture.error { try Fixture.adding("columns: rotated\nmoments: {maxima: 10}") }
        guard case .invalidValue(Fixture.file, 11, "moments", _, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.message.contains("columns that are not neurons have no pre-activations") == true)
    }

    @Test(
        "is refused with line and key for what is no basis",
        arguments: [
            ("columns: rotation", "rotated"), ("columns: {}", "one basis"), ("columns: {rotated: {}, principal: {}}", "one basis"),
            ("columns: [rotated]", "columns"), ("columns: {turned: {}}", "columns.turned"),
            ("columns: {rotated: {draws: 2}}", "columns.rotated.draws"), ("columns: {rotated: {kind: any}}", "columns.rotated.kind"),
            ("columns: {rotated: {seed: -1}}", "columns.rotated.seed"), ("columns: {rotated: 7}", "columns.rotated"),
            ("columns: {principal: {components: 0}}", "columns.principal.components"),
            ("columns: {principal: {components: many}}", "columns.principal.components"),
            ("columns: {principal: {from: elsewhere}}", "columns.principal.from"), ("principal: {}", "columns.principal"),
        ])
    func errors(line: String, part: String) {
        let error = Fixture.error { try Fixture.adding(line) }
        #expect(error?.message.hasPrefix("/runs/study.yaml:10: ") == true, "\(error?.message ?? "no error")")
        let text = "\(error?.message ?? "no error") \(error?.remedy ?? "")"
        #expect(text.contains(part), "\(text)")
        #expect(error?.exitStatus == .configuration)
    }

    @Test(
        "keeps its value in a plan, reads it back, and is named by it",
        arguments: ["rotated", "{principal: {components: 256}}", "principal"])
    func coding(text: String) throws {
        let basis = try #require(try Fixture.adding("columns: \(text)").columns)
        let bytes = try JSONFile.encode(basis, isPretty: false)
        let decoded = try bytes.withUnsafeBytes { try JSONFile.decode(ColumnBasis.self, from: $0, of: "basis.json") }
        #expect(decoded == basis)
        #expect(try Fixture.adding("columns: \(basis)").columns == basis)
    }

    @Test("names columns with a mark")
    func names() {
        #expect(ColumnBasis.rotated(RotatedColumns()).name(layer: 3, column: 117) == "3.r117")
        #expect(ColumnBasis.principal(PrincipalColumns()).name(layer: 3, column: 5) == "3.pc5")
    }
}
