extension PartnerTable {
    /// The bytes that a neuron takes: both tails with a correlation and a partner in each place, and the histogram.
    static func bytesPerNeuron(tail: Int) -> Int { 2 * 8 * tail + CorrelationHistogram.bins * 4 }
}
