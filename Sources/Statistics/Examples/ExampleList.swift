/// The strongest examples of every column of one group, in a fixed order: by value descending, then by row and position.
///
/// Ties are decided, so merging lists is associative and commutative, to the bit. Only positive activations are examples.
public struct ExampleList: StrongestList, Hashable {
    /// The layout's group.
    public let group: Int
    /// Columns of the group.
    public let columns: Int
    /// How many examples are kept, and their windows.
    public let settings: ExampleSettings
    /// Values, `[columns, count]`; 0 marks an empty place, and empty places come last.
    var values: [Float]
    /// Corpus rows, `[columns, count]`.
    var rows: [Int32]
    /// Positions, `[columns, count]`.
    var positions: [Int32]
    /// Token windows, `[columns, count, window]`.
    var windows: [Int32]

    /// A list without examples.
    public init(group: Int, columns: Int, settings: ExampleSettings) {
        self.group = group
        self.columns = columns
        self.settings = settings
        values = Array(repeating: 0, count: columns * settings.count)
        rows = Array(repeating: 0, count: columns * settings.count)
        positions = rows
        windows = Array(repeating: -1, count: columns * settings.count * settings.window)
    }

    /// The examples of one column, strongest first.
    public func examples(of column: Int) -> [Example] {
        let width = settings.window
        return (column * settings.count..<(column + 1) * settings.count).filter { values[$0] > 0 }.map { place in
            Example(
                value: values[place], row: Int(rows[place]), position: Int(positions[place]),
                window: Array(windows[place * width..<(place + 1) * width]))
        }
    }

    /// Whether example x comes before example y.
    @inline(__always)
    static func precedes(_ x: (value: Float, row: Int32, position: Int32), _ y: (value: Float, row: Int32, position: Int32)) -> Bool {
        if x.value != y.value { return x.value > y.value }
        return x.row != y.row ? x.row < y.row : x.position < y.position
    }

    /// Keeps the strongest of both lists' examples.
    public mutating func merge(_ other: ExampleList) {
        precondition(other.group == group && other.columns == columns && other.settings == settings)
        let (count, width) = (settings.count, settings.window)
        var merged = ExampleList(group: group, columns: columns, settings: settings)
        for column in 0..<columns {
            var (i, j) = (column * count, column * count)
            let end = i + count
            for place in i..<end {
                let mine = i < end && values[i] > 0
                let theirs = j < end && other.values[j] > 0
                guard mine || theirs else { break }
                let takesMine =
                    mine
                    && (!theirs
                        || Self.precedes((values[i], rows[i], positions[i]), (other.values[j], other.rows[j], other.positions[j])))
                if takesMine {
                    merged.take(self, from: i, to: place, width: width)
                    i += 1
                } else {
                    merged.take(other, from: j, to: place, width: width)
                    j += 1
                }
            }
        }
        self = merged
    }

    private mutating func take(_ source: ExampleList, from: Int, to place: Int, width: Int) {
        values[place] = source.values[from]
        rows[place] = source.rows[from]
        positions[place] = source.positions[from]
        for offset in 0..<width { windows[place * width + offset] = source.windows[from * width + offset] }
    }
}
