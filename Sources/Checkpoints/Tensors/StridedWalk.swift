/// Takes the entries of a tensor that does not lie row by row, such as a transposed view, in the order of its rows.
struct StridedWalk {
    /// Sizes, the slowest first.
    let shape: [Int]
    /// Entries from one index of an axis to the next; none is negative.
    let strides: [Int]
    /// Size of an entry.
    let entryBytes: Int

    /// Copies a range of the entries, counted row-major.
    ///
    /// - Parameters:
    ///   - source: from the tensor's first entry to behind its last one.
    ///   - target: room for them.
    func copy(_ entries: Range<Int>, from source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
        guard !entries.isEmpty, let last = shape.indices.last, let source = source.baseAddress, let target = target.baseAddress else {
            return
        }
        var index = [Int](repeating: 0, count: shape.count)
        var rest = entries.lowerBound
        for axis in shape.indices.reversed() {
            index[axis] = rest % shape[axis]
            rest /= shape[axis]
        }
        var place = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
        var done = 0
        while done < entries.count {
            // To the end of the row, then to the next one.
            let run = min(shape[last] - index[last], entries.count - done)
            copyRun(run, from: source + place * entryBytes, into: target + done * entryBytes)
            done += run
            index[last] += run
            place += run * strides[last]
            var axis = last
            while axis > 0, index[axis] == shape[axis] {
                place += strides[axis - 1] - shape[axis] * strides[axis]
                index[axis] = 0
                index[axis - 1] += 1
                axis -= 1
            }
        }
    }

    private func copyRun(_ count: Int, from source: UnsafeRawPointer, into target: UnsafeMutableRawPointer) {
        let stride = strides[strides.count - 1] * entryBytes
        guard stride != entryBytes else { return target.copyMemory(from: source, byteCount: count * entryBytes) }
        switch entryBytes {
        case 1: copyEntries(UInt8.self, count, stride: stride, from: source, into: target)
        case 2: copyEntries(UInt16.self, count, stride: stride, from: source, into: target)
        case 4: copyEntries(UInt32.self, count, stride: stride, from: source, into: target)
        default: copyEntries(UInt64.self, count, stride: stride, from: source, into: target)
        }
    }

    @inline(__always)
    private func copyEntries<Entry: BitwiseCopyable>(
        _: Entry.Type, _ count: Int, stride: Int, from source: UnsafeRawPointer, into target: UnsafeMutableRawPointer
    ) {
        for entry in 0..<count {
            let value = source.loadUnaligned(fromByteOffset: entry * stride, as: Entry.self)
            target.storeBytes(of: value, toByteOffset: entry * MemoryLayout<Entry>.size, as: Entry.self)
        }
    }
}
