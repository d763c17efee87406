/// Scratch memory that one thread hands to a source; each source subclasses it.
open class ActivationWorkspace {
    /// Memory without content.
    public init() {}
}
