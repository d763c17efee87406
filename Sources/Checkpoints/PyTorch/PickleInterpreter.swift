import Storage
import SystemPackage

/// Interprets a pickle of tensors: the few opcodes and names that they need, and nothing else. No name is looked up, nothing is called.
///
/// Memory is bounded by the limits below, whatever the pickle says: every value takes at least a byte of it, and none is copied in depth.
struct PickleInterpreter {
    /// What `torch.save` writes for a checkpoint stays far below: some 200 bytes, 13 remembered values and four containers a tensor.
    static let longestPickle = 1 << 24
    private static let mostOnStack = 1 << 16
    private static let mostRemembered = 1 << 18
    private static let mostContainers = 1 << 18
    private static let mostItems = 1 << 20
    private static let longestName = 256

    /// What was made so far.
    private(set) var heap = PickleHeap()
    private var reader: PickleReader
    private var stack: [PickleValue] = []
    private var marks: [Int] = []
    private var memory: [Int: PickleValue] = [:]
    private var storages: [String: Int] = [:]
    private var containers = 0
    private var items = 0

    /// - Parameters:
    ///   - bytes: the whole file; must outlive the interpreter.
    ///   - range: where the pickle lies in it, or may lie.
    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>, of file: FilePath) {
        reader = PickleReader(bytes, in: range, of: file)
    }

    /// Interprets one pickle, up to its end.
    ///
    /// - Returns: the value, and the byte behind the pickle.
    /// - Throws: a `CheckpointError` with the byte of the file.
    mutating func run() throws -> (value: PickleValue, end: Int) {
        (stack, marks, memory) = ([], [], [:])
        let start = reader.offset
        while true {
            reader.beginOpcode()
            guard reader.offset - start < Self.longestPickle else {
                throw reader.limit("bytes of the pickle", Self.longestPickle)
            }
            let code = try reader.byte()
            guard let opcode = PickleOpcode(rawValue: code) else { throw reader.refused(PickleOpcode.refusedName(code)) }
            if opcode == .stop {
                let value = try pop()
                guard stack.isEmpty, marks.isEmpty else { throw reader.invalid("\(stack.count) values are left at the end") }
                return (value, reader.offset)
            }
            try interpret(opcode)
        }
    }

    // MARK: - Opcodes

    private mutating func interpret(_ opcode: PickleOpcode) throws {
        switch opcode {
        case .proto:
            let version = try reader.byte()
            guard version == 2 else { throw reader.ofProtocol(Int(version)) }
        case .mark:
            guard marks.count < Self.mostOnStack else { throw reader.limit("marks on the stack", Self.mostOnStack) }
            marks.append(stack.count)
        case .none: try push(.none)
        case .newTrue: try push(.bool(true))
        case .newFalse: try push(.bool(false))
        case .integer1: try push(.integer(Int(try reader.byte())))
        case .integer2: try push(.integer(Int(try reader.number(UInt16.self))))
        case .integer4: try push(.integer(Int(try reader.number(Int32.self))))
        case .long1: try push(.integer(try reader.long()))
        case .real:
            _ = try reader.take(8)
            try push(.real)
        case .text: try push(.text(try reader.text(Int(try reader.number(UInt32.self)))))
        case .emptyTuple: try push(.tuple(try newTuple([])))
        case .tuple: try push(.tuple(try newTuple(try popToMark())))
        case .tuple1, .tuple2, .tuple3:
            let count = Int(opcode.rawValue - PickleOpcode.tuple1.rawValue) + 1
            try push(.tuple(try newTuple(try pop(count))))
        case .emptyList:
            try countContainer()
            heap.lists.append([])
            try push(.list(heap.lists.count - 1))
        case .append: try append(try pop(1))
        case .appends: try append(try popToMark())
        case .emptyDictionary: try push(try newDictionary())
        case .setItem: try setItems(try pop(2))
        case .setItems: try setItems(try popToMark())
        case .get1: try recall(Int(try reader.byte()))
        case .get4: try recall(Int(try reader.number(UInt32.self)))
        case .put1: try remember(Int(try reader.byte()))
        case .put4: try remember(Int(try reader.number(UInt32.self)))
        case .global: try push(.global(try global()))
        case .persistent: try push(try persistent(try pop()))
        case .reduce: try reduce()
        case .build: try build()
        case .stop: break
        }
    }

    private mutating func global() throws -> PickleGlobal {
        let module = try reader.line(Self.longestName)
        let name = try reader.line(Self.longestName)
        guard let global = PickleGlobal(module: module, name: name) else { throw reader.refusedGlobal("\(module).\(name)") }
        return global
    }

    /// A call: of nothing but what stands here.
    private mutating func reduce() throws {
        let arguments = try tuple(try pop(), "the arguments of a call")
        guard case .global(let called) = try pop() else { throw reader.invalid("a call of what is no name") }
        switch called {
        case .orderedDictionary:
            guard arguments.isEmpty else { throw reader.invalid("an OrderedDict is made of \(arguments.count) arguments") }
            try push(try newDictionary())
        case .size:
            guard arguments.count == 1 else { throw reader.invalid("torch.Size has \(arguments.count) arguments") }
            _ = try integers(arguments[0], "torch.Size")
            try push(arguments[0])
        case .rebuildTensor2: try push(try tensor(arguments, type: nil))
        case .rebuildTensor3:
            guard arguments.count >= 7, case .global(.dataType(let type)) = arguments[6] else {
                throw reader.invalid("_rebuild_tensor_v3 has no data type")
            }
            try push(try tensor(Array(arguments[..<6] + arguments[7...]), type: type))
        case .rebuildParameter:
            guard arguments.count == 3, case .tensor = arguments[0], case .bool = arguments[1] else {
                throw reader.invalid("_rebuild_parameter has other arguments than a tensor, a truth value and hooks")
            }
            try checkHooks(arguments[2])
            try push(arguments[0])
        case .storage, .dataType: throw reader.invalid("a call of a data type")
        }
    }

    /// Attributes of a dictionary: only the version numbers of the modules that it came from.
    private mutating func build() throws {
        guard case .dictionary(let state) = try pop(), case .dictionary = stack.last else {
            throw reader.invalid("attributes are set of what is no dictionary")
        }
        let attributes = heap.dictionaries[state]
        guard let first = attributes.first, attributes.count > 1 || first.key != .text("_metadata") else { return }
        let name = if case .text(let name) = first.key { name } else { first.key.kind }
        throw reader.invalid("\(attributes.count) attributes are set, the first \(name); a state dictionary has _metadata only")
    }

    private mutating func persistent(_ id: PickleValue) throws -> PickleValue {
        let fields = try tuple(id, "a persistent id")
        guard (5...6).contains(fields.count), fields[0] == .text("storage"), case .global(.storage(let type)) = fields[1],
            case .text(let key) = fields[2], case .text = fields[3], case .integer(let count) = fields[4]
        else {
            throw reader.invalid("a persistent id that is no storage's")
        }
        // Very old versions of torch wrote storages that are parts of others.
        guard fields.count == 5 || fields[5] == PickleValue.none else {
            throw reader.invalid("storage \(key) is a part of another storage")
        }
        guard count >= 0 else { throw reader.invalid("storage \(key) has \(count) entries") }
        if let known = storages[key] {
            let first = heap.storages[known]
            guard first.dataType == type, first.count == count else {
                throw reader.invalid("storage \(key) has another type or length than where it was named first, at byte \(first.place)")
            }
            return .storage(known)
        }
        try countContainer()
        heap.storages.append(PickledStorage(key: key, dataType: type, count: count, place: reader.start))
        storages[key] = heap.storages.count - 1
        return .storage(heap.storages.count - 1)
    }

    private mutating func tensor(_ arguments: [PickleValue], type: TensorDataType?) throws -> PickleValue {
        guard (6...7).contains(arguments.count), case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
            case .bool = arguments[4]
        else {
            throw reader.invalid("a tensor is rebuilt from other arguments than a storage, an offset, a shape and strides")
        }
        try checkHooks(arguments[5])
        // What is said here changes values: their sign, or that of their imaginary parts.
        if arguments.count == 7, arguments[6] != PickleValue.none {
            guard case .dictionary(let metadata) = arguments[6], heap.dictionaries[metadata].isEmpty else {
                throw reader.invalid("a tensor with conjugate or negative bits")
            }
        }
        let shape = try integers(arguments[2], "a tensor's shape")
        let strides = try integers(arguments[3], "a tensor's strides")
        guard let type = type ?? heap.storages[storage].dataType else { throw reader.invalid("a tensor without a data type") }
        try countContainer()
        // A tuple that is remembered makes any number of tensors, each with a shape of its own.
        try countItems(shape.count + strides.count)
        heap.tensors.append(
            PickledTensor(storage: storage, dataType: type, offset: offset, shape: shape, strides: strides, place: reader.start))
        return .tensor(heap.tensors.count - 1)
    }

    private func checkHooks(_ hooks: PickleValue) throws {
        guard case .dictionary(let hooks) = hooks, heap.dictionaries[hooks].isEmpty else { throw reader.invalid("a tensor with hooks") }
    }

    // MARK: - Values

    private func tuple(_ value: PickleValue, _ what: String) throws -> [PickleValue] {
        guard case .tuple(let tuple) = value else { throw reader.invalid("\(what): \(value.kind) instead of a tuple") }
        return heap.tuples[tuple]
    }

    private func integers(_ value: PickleValue, _ what: String) throws -> [Int] {
        // More axes than torch itself allows.
        let values = try tuple(value, what)
        guard values.count <= 64 else { throw reader.limit("axes of a tensor", 64) }
        return try values.map {
            guard case .integer(let number) = $0 else { throw reader.invalid("\(what): \($0.kind) instead of an integer") }
            return number
        }
    }

    private mutating func countContainer() throws {
        containers += 1
        guard containers <= Self.mostContainers else { throw reader.limit("tuples, lists, dictionaries and tensors", Self.mostContainers) }
    }

    private mutating func countItems(_ count: Int) throws {
        items += count
        guard items <= Self.mostItems else { throw reader.limit("values in tuples, lists and dictionaries", Self.mostItems) }
    }

    private mutating func newTuple(_ values: [PickleValue]) throws -> Int {
        try countContainer()
        try countItems(values.count)
        heap.tuples.append(values)
        return heap.tuples.count - 1
    }

    private mutating func newDictionary() throws -> PickleValue {
        try countContainer()
        heap.dictionaries.append([])
        return .dictionary(heap.dictionaries.count - 1)
    }

    private mutating func append(_ values: [PickleValue]) throws {
        guard case .list(let list) = stack.last else { throw reader.invalid("values are appended to what is no list") }
        try countItems(values.count)
        heap.lists[list] += values
    }

    private mutating func setItems(_ values: [PickleValue]) throws {
        guard case .dictionary(let dictionary) = stack.last, values.count % 2 == 0 else {
            throw reader.invalid("names and values are set of what is no dictionary")
        }
        try countItems(values.count)
        for index in stride(from: 0, to: values.count, by: 2) {
            heap.dictionaries[dictionary].append((values[index], values[index + 1]))
        }
    }

    private mutating func recall(_ index: Int) throws {
        guard let value = memory[index] else { throw reader.invalid("value \(index) is used before it is remembered") }
        try push(value)
    }

    private mutating func remember(_ index: Int) throws {
        guard stack.count > marks.last ?? 0, let value = stack.last else {
            throw reader.invalid("a value is remembered, and none is there")
        }
        memory[index] = value
        guard memory.count <= Self.mostRemembered else { throw reader.limit("remembered values", Self.mostRemembered) }
    }

    // MARK: - The stack

    private mutating func push(_ value: PickleValue) throws {
        guard stack.count < Self.mostOnStack else { throw reader.limit("values on the stack", Self.mostOnStack) }
        stack.append(value)
    }

    private mutating func pop() throws -> PickleValue { try pop(1)[0] }

    /// The topmost values, none of which lies below a mark.
    private mutating func pop(_ count: Int) throws -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else { throw reader.invalid("a value is used, and none is there") }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws -> [PickleValue] {
        guard let mark = marks.popLast() else { throw reader.invalid("values from a mark on, and there is none") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }
}
