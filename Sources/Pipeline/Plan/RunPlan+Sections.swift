import Statistics

extension RunPlan {
    /// The sections that some blocks bring in one stratum.
    public func sections(of blocks: some Sequence<Int>, stratum: Int, in layout: StatisticsLayout) -> [SectionKey] {
        let kinds = sectionKinds
        return blocks.flatMap { layout.sections(of: layout.blocks[$0], stratum: stratum, kinds: kinds) }
    }

    /// All sections that the plan's statistics have, stratum by stratum.
    public func sections(in layout: StatisticsLayout) -> [SectionKey] {
        (0..<numbers.corpus.strata).flatMap { sections(of: layout.blocks.indices, stratum: $0, in: layout) }
    }
}
