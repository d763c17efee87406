import Kernels

/// The processed weights of one head: what it reads queries, keys and values with, a row for each number: `[head width, d_model]`.
struct HeadWeights: Sendable {
    let query, key, value: FloatBuffer
    /// `[head width]`; that of values is 0.
    let queryBias, keyBias: FloatBuffer

    /// Their bytes.
    var byteCount: Int { 4 * [query, key, value, queryBias, keyBias].reduce(0) { $0 + $1.count } }

    /// Copies a head's part of a layer.
    init(_ attention: ProcessedWeights.Attention, head: Int, headWidth: Int, width: Int) {
        func part(_ index: Int) -> FloatBuffer {
            let rows = FloatBuffer(count: headWidth * width)
            rows.pointer.update(from: attention.queryKeyValue.pointer + (index * width + head * headWidth) * width, count: rows.count)
            return rows
        }
        func bias(_ index: Int) -> FloatBuffer {
            let values = FloatBuffer(count: headWidth)
            values.pointer.update(from: attention.queryKeyValueBias.pointer + index * width + head * headWidth, count: headWidth)
            return values
        }
        (query, key, value) = (part(0), part(1), part(2))
        (queryBias, keyBias) = (bias(0), bias(1))
    }
}
