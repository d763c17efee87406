extension RunPlan {
    /// Whether all machines have the same integers of a task, to the bit; with `kernels: any` each has its own last bits.
    public var hasSameIntegers: Bool { numbers.kernels != KernelChoice.any.rawValue }
}
