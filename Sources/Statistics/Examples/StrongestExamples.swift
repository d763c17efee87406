/// Keeps the strongest examples of one group's columns while rows stream by.
///
/// Its arrays are plain memory: at the beginning of a shard every neuron takes in examples all the time.
final class StrongestExamples {
    private let group: Int
    private let columns: Int
    private let settings: ExampleSettings
    /// `[columns, count]`, as in `ExampleList`.
    private let values: UnsafeMutablePointer<Float>
    private let rows: UnsafeMutablePointer<Int32>
    private let positions: UnsafeMutablePointer<Int32>
    /// `[columns, count, window]`.
    private let windows: UnsafeMutablePointer<Int32>
    private let sieve: StrongestSieve

    init(group: Int, columns: Int, settings: ExampleSettings) {
        self.group = group
        self.columns = columns
        self.settings = settings
        let places = columns * settings.count
        values = .allocate(capacity: max(places, 1))
        values.initialize(repeating: 0, count: places)
        rows = .allocate(capacity: max(places, 1))
        rows.initialize(repeating: 0, count: places)
        positions = .allocate(capacity: max(places, 1))
        positions.initialize(repeating: 0, count: places)
        windows = .allocate(capacity: max(places * settings.window, 1))
        windows.initialize(repeating: -1, count: places * settings.window)
        sieve = StrongestSieve(columns: columns)
    }

    deinit {
        values.deallocate()
        rows.deallocate()
        positions.deallocate()
        windows.deallocate()
    }

    /// What has been kept so far.
    var list: ExampleList {
        var list = ExampleList(group: group, columns: columns, settings: settings)
        let places = columns * settings.count
        list.values = Array(UnsafeBufferPointer(start: values, count: places))
        list.rows = Array(UnsafeBufferPointer(start: rows, count: places))
        list.positions = Array(UnsafeBufferPointer(start: positions, count: places))
        list.windows = Array(UnsafeBufferPointer(start: windows, count: places * settings.window))
        return list
    }

    /// Looks at the counted positions of one row, `[context, columns]`.
    func offer(_ activations: UnsafePointer<Float>, row: TokenRow, positions: [Int32]) {
        sieve.sift(activations, positions: positions) { column, value, position in
            insert(value, column: column, row: row, position: position)
            return values[(column + 1) * settings.count - 1]
        }
    }

    private func insert(_ value: Float, column: Int, row: TokenRow, position: Int32) {
        let (count, width) = (settings.count, settings.window)
        let first = column * count
        let newcomer = (value, Int32(truncatingIfNeeded: row.index), position)
        var place = first + count
        while place > first,
            values[place - 1] == 0 || ExampleList.precedes(newcomer, (values[place - 1], rows[place - 1], positions[place - 1]))
        {
            place -= 1
        }
        let moved = first + count - 1 - place
        guard moved >= 0 else { return }
        (values + place + 1).update(from: values + place, count: moved)
        (rows + place + 1).update(from: rows + place, count: moved)
        (positions + place + 1).update(from: positions + place, count: moved)
        (windows + (place + 1) * width).update(from: windows + place * width, count: moved * width)
        values[place] = value
        rows[place] = newcomer.1
        positions[place] = position
        let start = Int(position) - settings.before
        for offset in 0..<width {
            let source = start + offset
            windows[place * width + offset] = source >= 0 && source < row.tokens.count ? row.tokens[source] : -1
        }
    }
}
