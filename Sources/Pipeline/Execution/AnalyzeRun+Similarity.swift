import Storage

extension AnalyzeRun {
    /// Removes `similarity.csv` where it is of fewer tokens than the run has now: beside the new tables it would be taken for one of theirs.
    ///
    /// - Parameter tokens: how many all layers have that were compared.
    /// - Throws: errors of the disk.
    func removeOlderSimilarity(tokens: Int) throws {
        guard let records = NeuronTableRow.records(in: folder.similarity), let column = records.first?.firstIndex(of: "tokens") else {
            return
        }
        let counts = records.dropFirst().compactMap { $0.indices.contains(column) ? Int($0[column]) : nil }
        guard let fewest = counts.min(), fewest < tokens else { return }
        do {
            try context.files.createFolder(folder.similarityParts)
            let lock = try FolderLock(folder.similarityParts)
            try withExtendedLifetime(lock) { try remove(folder.similarity) }
        } catch StorageError.locked(_, let holder) {
            context.logger.notice("\(folder.similarity) is of \(fewest) tokens; \(holder) writes it anew")
            return
        }
        context.logger.notice(
            "\(folder.similarity) was of \(fewest) tokens and is removed: `universal-neurons similarity \(folder.path)` measures again")
    }

    /// Removes the table of what fires together: it names best partners, which other statistics may have changed.
    ///
    /// - Throws: errors of the disk.
    func removeFiring() throws {
        guard Folder.holdsFile(folder.firing) else { return }
        do {
            let lock = try FolderLock(folder.firingParts)
            try withExtendedLifetime(lock) { try remove(folder.firing) }
        } catch StorageError.locked(_, let holder) {
            context.logger.notice("\(folder.firing) is of other statistics; \(holder) writes it anew")
            return
        }
        context.logger.notice(
            "\(folder.firing) was of other statistics and is removed: `universal-neurons similarity \(folder.path) --firing` counts again")
    }
}
