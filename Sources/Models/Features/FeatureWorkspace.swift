import Statistics

/// The rows of columns that one thread expands.
final class FeatureWorkspace: ActivationWorkspace {
    let context: Int
    /// `[context, columns]`, and room for the part of a byte's eight floats that lies behind the last column.
    let values: UnsafeMutablePointer<Float>

    init(context: Int, columns: Int) {
        self.context = context
        let count = context * columns + BitExpansion.width
        values = .allocate(capacity: count)
        values.initialize(repeating: 0, count: count)
        super.init()
    }

    deinit { values.deallocate() }
}
