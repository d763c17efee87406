import Storage

@testable import Pipeline
@testable import Statistics

/// The run as reducers elsewhere leave it: what they found is here, and what they found it in is not.
extension PlantedFolder {
    /// What makes the findings of a group.
    func summariser(store: StatisticsStore? = nil, place: MatricesPlace = .run, permit: WritePermit? = nil) throws -> GroupSummariser {
        let plan = try RunPlan.read(run.plan)
        return try GroupSummariser(
            plan, folder: run, store: store ?? plan.store(at: run.store), matrices: (run.correlations, place), permit: permit,
            context: context())
    }

    /// Writes the findings of all groups into the run's folder.
    func summarise(place: MatricesPlace = .run) throws {
        let (summariser, layout) = (try summariser(place: place), try RunPlan.read(run.plan).layout)
        try LocalFiles().createFolder(run.findings)
        // The order in which they are made does not matter.
        for group in layout.groups.indices.reversed() {
            let bytes = try summariser.findings(ofGroup: group).encoded()
            try DurableFile.replace(run.findings(ofGroup: layout.groups[group].name), with: bytes)
        }
    }

    /// Takes the blocks away: the reducers have them.
    func removeBlocks() throws {
        let sections = try RunPlan.read(run.plan).store(at: run.store).sections
        for name in try Folder.names(in: sections) where name.hasSuffix(".sums") { try LocalFiles().remove(sections.appending(name)) }
    }
}
