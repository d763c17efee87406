/// A value while a pickle is interpreted. What holds other values lies in a `PickleHeap` and is named by its place there: so no nesting, and
/// no value that holds itself, makes anything recurse or stay in memory.
enum PickleValue: Equatable {
    case none
    case bool(Bool)
    case integer(Int)
    /// A number that no tensor depends on.
    case real
    case text(String)
    case global(PickleGlobal)
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    case storage(Int)
    case tensor(Int)

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .none: "None"
        case .bool: "a truth value"
        case .integer: "an integer"
        case .real: "a number"
        case .text: "text"
        case .global: "a name of Python"
        case .tuple: "a tuple"
        case .list: "a list"
        case .dictionary: "a dictionary"
        case .storage: "a storage"
        case .tensor: "a tensor"
        }
    }
}

/// What the values of a pickle refer to.
struct PickleHeap {
    var tuples: [[PickleValue]] = []
    var lists: [[PickleValue]] = []
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    /// The storages that tensors lie in, each once.
    var storages: [PickledStorage] = []
    var tensors: [PickledTensor] = []
}

/// A storage as a pickle refers to it: the bytes lie elsewhere, under the key.
struct PickledStorage: Equatable {
    let key: String
    /// The kind of its entries; nil where they are bytes.
    let dataType: TensorDataType?
    /// Entries.
    let count: Int
    /// The byte of the file where it was first named.
    let place: Int

    var entryBytes: Int { dataType?.bytes ?? 1 }
}

/// A tensor as a pickle describes it, not yet held against its storage.
struct PickledTensor: Equatable {
    /// Which of the heap's storages it lies in.
    let storage: Int
    let dataType: TensorDataType
    /// The storage's entry that it begins with, in entries of its own kind.
    let offset: Int
    let shape: [Int]
    let strides: [Int]
    /// The byte of the file where it was made.
    let place: Int
}
