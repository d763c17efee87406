/// Pickles of protocol 2 opcode by opcode, right ones and wrong ones.
enum CraftedPickle {
    static let none: [UInt8] = [0x4E]
    static let hooks = global("collections", "OrderedDict") + [0x29, 0x52]

    static func pickle(_ body: [UInt8]) -> [UInt8] { [0x80, 2] + body + [0x2E] }

    static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

    static func text(_ text: String) -> [UInt8] { [0x58] + little(UInt32(text.utf8.count)) + text.utf8 }

    static func integer(_ number: Int) -> [UInt8] { [0x8A, 8] + little(number) }

    static func tuple(_ items: [[UInt8]]) -> [UInt8] { [0x28] + items.flatMap { $0 } + [0x74] }

    static func integers(_ numbers: [Int]) -> [UInt8] { tuple(numbers.map(integer)) }

    static func list(_ items: [[UInt8]]) -> [UInt8] { [0x5D, 0x28] + items.flatMap { $0 } + [0x65] }

    static func dictionary(_ items: [(String, [UInt8])]) -> [UInt8] { [0x7D, 0x28] + items.flatMap { text($0.0) + $0.1 } + [0x75] }

    static func call(_ module: String, _ name: String, _ arguments: [[UInt8]]) -> [UInt8] {
        global(module, name) + tuple(arguments) + [0x52]
    }

    static func storage(_ key: String, _ type: String = "FloatStorage", count: Int) -> [UInt8] {
        tuple([text("storage"), global("torch", type), text(key), text("cpu"), integer(count)]) + [0x51]
    }

    static func tensor(_ storage: [UInt8], offset: Int = 0, shape: [Int], strides: [Int], more: [[UInt8]] = []) -> [UInt8] {
        call("torch._utils", "_rebuild_tensor_v2", [storage, integer(offset), integers(shape), integers(strides), [0x89], hooks] + more)
    }

    static func little(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }
}
