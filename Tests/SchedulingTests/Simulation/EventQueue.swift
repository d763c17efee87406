/// What happens when, in order; what was added first comes first among equals.
struct EventQueue<Element> {
    private struct Entry {
        let time: Int64
        let number: Int
        let element: Element

        func isBefore(_ other: Entry) -> Bool { (time, number) < (other.time, other.number) }
    }

    private var heap: [Entry] = []
    private var added = 0

    mutating func add(_ element: Element, at time: Int64) {
        heap.append(Entry(time: time, number: added, element: element))
        added += 1
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> (time: Int64, element: Element)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            var parent = 0
            while true {
                let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
                guard let least = children.min(by: { heap[$0].isBefore(heap[$1]) }), heap[least].isBefore(heap[parent]) else { break }
                heap.swapAt(parent, least)
                parent = least
            }
        }
        return (first.time, first.element)
    }
}
