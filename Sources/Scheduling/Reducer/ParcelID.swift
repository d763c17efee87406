import Storage

/// A parcel: the part of a task's numbers that belongs to one reducer. Copies with the same integers are the same parcel.
public struct ParcelID: Hashable, Codable, Sendable {
    /// The task.
    public let task: TaskID
    /// Stands for all of the task's integers, those of other reducers too.
    public let digest: Digest

    /// The parcel of a task whose integers have this digest.
    public init(task: TaskID, digest: Digest) {
        self.task = task
        self.digest = digest
    }
}
