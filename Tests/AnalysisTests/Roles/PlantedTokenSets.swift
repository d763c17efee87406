/// Two sets of tokens that an embedding has in dimensions of their own.
struct PlantedTokenSets {
    /// Token ids.
    let first = [7, 31, 64, 100, 222, 399], second = [0, 12, 150, 301, 302, 350]
    let vocabulary: Int
    let width: Int

    /// Sets dimensions 0 to 5 apart: the tokens of the first set have nothing but the difference of 0 and 1, those of the second that of 2 and
    /// 3; every other token has, beside what is its own, the difference of 4 and 5, up or down.
    ///
    /// - Parameter values: of the embedding, `[vocabulary, width]`.
    func embed(_ values: inout [Float]) {
        for token in 0..<vocabulary {
            let row = token * width
            let isMember = first.contains(token) || second.contains(token)
            for d in 0..<width where isMember || d < 6 { values[row + d] = 0 }
            let (dimension, size): (Int, Float) =
                first.contains(token) ? (0, 2) : second.contains(token) ? (2, 2) : (4, token % 2 == 0 ? 1.5 : -1.5)
            values[row + dimension] = size
            values[row + dimension + 1] = -size
        }
    }
}
