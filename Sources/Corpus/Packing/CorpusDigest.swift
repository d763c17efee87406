import Storage

/// The content digest of packed rows: over tokens, domains and their names, whatever the files, their types or the time.
struct CorpusDigest {
    private var tokens = DigestBuilder()
    private var domains = DigestBuilder()

    /// Takes the ids of whole rows.
    mutating func update(tokens ids: UnsafeBufferPointer<Int32>) { tokens.update(UnsafeRawBufferPointer(ids)) }

    /// Takes the domains of rows.
    mutating func update(domains numbers: UnsafeBufferPointer<UInt16>) { domains.update(UnsafeRawBufferPointer(numbers)) }

    func finalize(context: Int, names: [String]) -> Digest {
        var whole = DigestBuilder()
        whole.update(PackedCorpusRecord.format)
        whole.update(context)
        whole.update(tokens.finalize().bytes)
        whole.update(domains.finalize().bytes)
        whole.update(names.count)
        for name in names { whole.update(name) }
        return whole.finalize()
    }
}
