import Analysis
import SmallRuns
import SystemPackage
import Testing

@testable import Pipeline

@Suite("The rows of a table by neuron")
struct NeuronRowsTests {
    private func rows(_ text: String) throws -> NeuronRows? {
        let folder = try TemporaryFolder()
        return withExtendedLifetime(folder) { try? NeuronRows(folder.write("table.csv", text)) }
    }

    @Test("are those that the whole table has, wherever layer and neuron stand, with quotation marks, line breaks and commas in cells")
    func cells() throws {
        let text = "pair,layer,neuron,\"a,b\"\r\n\"x\"\"y,\nz\",0,7,1\r\na-b,10,2,\na-c,0,7,\"3\"\nshort,0,7\na-d,0,70,5"
        let rows = try #require(try rows(text))
        #expect(rows.header == ["pair", "layer", "neuron", "a,b"])
        #expect(rows.records(of: NeuronPlace(layer: 0, neuron: 7)) == [["x\"y,\nz", "0", "7", "1"], ["a-c", "0", "7", "3"]])
        #expect(rows.records(of: NeuronPlace(layer: 10, neuron: 2)) == [["a-b", "10", "2", ""]])
        #expect(rows.columns(of: NeuronPlace(layer: 0, neuron: 70)) == ["pair": "a-d", "layer": "0", "neuron": "70", "a,b": "5"])
        #expect(rows.records(of: NeuronPlace(layer: 1, neuron: 7)).isEmpty && rows.columns(of: NeuronPlace(layer: 7, neuron: 0)).isEmpty)
        #expect(rows.places.map { "\($0)" } == ["0.7", "0.70", "10.2"])
    }

    @Test("rows that name no neuron have none, and a table without these columns is none")
    func others() throws {
        let rows = try #require(try rows("layer,neuron,x\n-1,2,a\n1.0,2,b\n,2,c\n99999999999999999999,1,d\n0,3,e\n\n"))
        #expect(rows.places == [NeuronPlace(layer: 0, neuron: 3)])
        for text in ["", "\n", "layer,number\n0,1\n", "neuron\n1\n"] { #expect(try self.rows(text) == nil, "\(text)") }
        #expect(NeuronRows("/nonexistent/table.csv") == nil)
    }

    @Test("a table of one column for each is read as one of many, without a last line break")
    func ends() throws {
        let rows = try #require(try rows("neuron,layer\n5,1"))
        #expect(rows.places == [NeuronPlace(layer: 1, neuron: 5)] && rows.records(of: NeuronPlace(layer: 1, neuron: 5)) == [["5", "1"]])
        #expect(try #require(try self.rows("layer,neuron")).places.isEmpty)
    }
}
