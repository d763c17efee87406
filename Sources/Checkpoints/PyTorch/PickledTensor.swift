/// A tensor as a pickle describes it, not yet held against its storage.
struct PickledTensor: Equatable {
    /// Which of the heap's storages it lies in.
    let storage: Int
    let dataType: TensorDataType
    /// The storage's entry that it begins with, in entries of its own kind.
    let offset: Int
    let shape: [Int]
    let strides: [Int]
    /// The byte of the file where it was made.
    let place: Int
}
