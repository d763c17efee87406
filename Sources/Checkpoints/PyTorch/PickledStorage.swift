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
