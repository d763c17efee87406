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
