import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@Suite("Arrays of numpy")
struct NumpyArrayTests {
    @Test("every kind of number that numpy.save wrote is read", arguments: NumpyType.allCases)
    func everyKind(type: NumpyType) throws {
        let array = try NumpyArray(mapping: fixture("\(type.name).npy"))
        #expect(array.dtype == type)
        #expect(array.shape == [2, 3])
        #expect(array.count == 6)
        let values: [Double] =
            switch type {
            case .bool: array.bytes.map { Double($0) }
            case .int8: try array.values(as: Int8.self).map(Double.init)
            case .uint8: try array.values(as: UInt8.self).map(Double.init)
            case .int16: try array.values(as: Int16.self).map(Double.init)
            case .uint16: try array.values(as: UInt16.self).map(Double.init)
            case .int32: try array.values(as: Int32.self).map(Double.init)
            case .uint32: try array.values(as: UInt32.self).map(Double.init)
            case .int64: try array.values(as: Int64.self).map(Double.init)
            case .uint64: try array.values(as: UInt64.self).map { Double($0) }
            case .float16: (0..<6).map { Double(Float16(bitPattern: array.bytes.load(fromByteOffset: 2 * $0, as: UInt16.self))) }
            case .float32: try array.values(as: Float.self).map(Double.init)
            case .float64: try array.values(as: Double.self)
            }
        #expect(values == (type == .bool ? [0, 1, 1, 1, 1, 1] : [0, 1, 2, 3, 4, 5]))
    }

    @Test("a header of version 2 with Python 2's long integers and no alignment is read")
    func versionTwo() throws {
        #expect(try NumpyArray(mapping: fixture("version2.npy")).values(as: Int32.self) == [7, -8])
    }

    @Test(
        "what is not read is refused by name",
        arguments: [
            ("fortran.npy", "Fortran order"), ("big_endian.npy", "big-endian"), ("structured.npy", "structured"), ("complex.npy", "<c8"),
        ])
    func refusals(name: String, word: String) throws {
        let error = try #require(throws: StorageError.self) { try NumpyArray(mapping: fixture(name)) }
        #expect(error.message.contains(word))
        #expect(error.message.contains(name))
        #expect(error.exitStatus == .dataError)
    }

    @Test("numbers of another kind than asked for are refused with both names")
    func otherKind() throws {
        let array = try NumpyArray(mapping: fixture("float32.npy"))
        let error = try #require(throws: StorageError.self) { try array.values(as: Int32.self) }
        #expect(error.message.contains("float32") && error.message.contains("int32"))
    }

    @Test("a file cut off anywhere is refused, and so is one with bytes too many")
    func cutOff() throws {
        let folder = try TemporaryFolder()
        let whole = try content(of: fixture("int32.npy"))
        for count in 0..<whole.count {
            try write(Array(whole.prefix(count)), to: folder.file("cut.npy"))
            let error = try #require(throws: StorageError.self) { try NumpyArray(mapping: folder.file("cut.npy")) }
            guard case .corrupt = error else {
                Issue.record("\(error)")
                continue
            }
        }
        try write(whole + [0], to: folder.file("long.npy"))
        #expect(throws: StorageError.self) { try NumpyArray(mapping: folder.file("long.npy")) }
    }

    @Test(
        "headers that lie are refused and never trap",
        arguments: [
            "{'descr': '<i4', 'fortran_order': False, 'shape': (9223372036854775807, 4), }",
            "{'descr': '<i4', 'fortran_order': False, 'shape': (0, 9223372036854775807, 9223372036854775807), }",
            "{'descr': '<i4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
            "{'descr': '<i4', 'fortran_order': False, 'shape': (-1,), }", "{'descr': '<i4', 'fortran_order': False, 'shape': 3}",
            "{'descr': '<i4', 'fortran_order': False, 'shape': (", "{'descr': '<i4', 'fortran_order': Fal", "{'descr': '<i4'", "{}", "{",
            "",
            "{'descr': '<i4', 'descr': '<i4', 'fortran_order': False, 'shape': (1,)}", "{'descr': 'unended",
            "{'descr': '<i4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
        ])
    func lies(text: String) throws {
        let folder = try TemporaryFolder()
        let bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8) + [1, 2, 3, 4]
        try write(bytes, to: folder.file("lie.npy"))
        let error = try #require(throws: StorageError.self) { try NumpyArray(mapping: folder.file("lie.npy")) }
        #expect(error.exitStatus == .dataError)
    }

    @Test("a file written row by row is read back, with its data at a multiple of 64")
    func rows() throws {
        let folder = try TemporaryFolder()
        try NumpyWriter.write(folder.file("rows.npy"), of: UInt16.self, rowShape: [3]) { rows in
            for row in 0..<1000 { try rows.append((0..<3).map { UInt16(row * 3 + $0) }) }
        }
        let array = try NumpyArray(mapping: folder.file("rows.npy"))
        #expect(array.shape == [1000, 3])
        #expect(try array.values(as: UInt16.self) == (0..<3000).map(UInt16.init))
        #expect(Int(bitPattern: array.bytes.baseAddress) % 64 == 0)
    }

    @Test("a file without rows, and rows that are single numbers")
    func fewRows() throws {
        let folder = try TemporaryFolder()
        try NumpyWriter.write(folder.file("none.npy"), of: Float.self, rowShape: [256]) { _ in }
        #expect(try NumpyArray(mapping: folder.file("none.npy")).shape == [0, 256])
        try NumpyWriter.write(folder.file("flat.npy"), of: Int64.self, rowShape: []) { try $0.append([4, 5, 6] as [Int64]) }
        #expect(try NumpyArray(mapping: folder.file("flat.npy")).values(as: Int.self) == [4, 5, 6])
        #expect(try NumpyArray(mapping: folder.file("flat.npy")).shape == [3])
    }
}
