/// What the values of a pickle refer to.
struct PickleHeap {
    var tuples: [[PickleValue]] = []
    var lists: [[PickleValue]] = []
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    /// The storages that tensors lie in, each once.
    var storages: [PickledStorage] = []
    var tensors: [PickledTensor] = []
}
