/// One place for each work item, written by the thread that has the item and read when all have ended.
final class ItemResults<Value>: @unchecked Sendable {
    private let places: UnsafeMutableBufferPointer<Value?>

    init(count: Int) {
        places = .allocate(capacity: count)
        places.initialize(repeating: nil)
    }

    deinit {
        places.deinitialize()
        places.deallocate()
    }

    subscript(item: Int) -> Value? {
        get { places[item] }
        set { places[item] = newValue }
    }

    /// The values of all items that have one, in order.
    var all: [Value] { places.compactMap(\.self) }
}
