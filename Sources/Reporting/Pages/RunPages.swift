import Analysis
import Pipeline
import Storage
import SystemPackage

/// A run as a folder of pages that link to each other: one that lists the universal neurons, one of each family with all of its members over all
/// layers and models, and a card of each universal neuron.
///
/// ```swift
/// let pages = RunPages(folder: run, output: "pages", context: context)
/// print(try pages.write().index)
/// ```
/// Each page is one file that asks nothing of a network, written in one step; the same results give the same bytes on any number of threads. Pages
/// that are there already are replaced, and removed where the results have no such page any more.
public struct RunPages: Sendable {
    /// The run.
    public let folder: RunFolder
    /// Where the pages are written.
    public let output: FilePath
    /// The model, a reference of one of the run's groups; nil: the run's.
    public let model: String?
    /// Whether every neuron has a card, not only universal ones.
    public let isWhole: Bool
    /// Threads, progress, a way to be stopped.
    public let context: JobContext

    /// The pages of the run in a folder.
    public init(folder: RunFolder, output: FilePath, model: String? = nil, isWhole: Bool = false, context: JobContext) {
        (self.folder, self.output, self.model, self.isWhole, self.context) = (folder, output, model, isWhole, context)
    }

    /// What was written.
    public struct Outcome: Encodable, Sendable {
        /// A family's page.
        public struct Family: Encodable, Sendable {
            /// The family, and its page below the folder.
            public let name, page: String
            /// Members in all models that are compared with features, and those of the model itself, of which as many are universal.
            public let members, ofModel, universal: Int
        }

        /// The folder, and the page to begin with.
        public let output, index: String
        /// The model whose neurons have cards.
        public let model: String
        /// Its universal neurons, and cards.
        public let universal, cards: Int
        /// The families that have members.
        public let families: [Family]
        /// All pages.
        public let pages: Int
        /// What the results do without; nil for complete ones.
        public let incomplete: Incompleteness?
    }

    /// Writes the pages.
    ///
    /// Stopped, it leaves whole pages; done again, it writes all.
    ///
    /// - Throws: `PipelineError.planMissing`, `.noReference`, `.resultsMissing`, `.stopped`, `.resultsChanged` where an analysis has replaced the
    ///   results meanwhile; `ReportingError.folderNotEmpty`; `StorageError.locked` while another process writes there; errors of the files.
    public func write() throws -> Outcome {
        var neurons = try RunNeurons(of: model, in: folder)
        try folder.checkHasTables()
        guard neurons.reference == nil else {
            throw PipelineError.noReference(model: neurons.model.id, folder: folder.path, references: neurons.references)
        }
        let site = PagesContent(neurons, isWhole: isWhole)
        guard !site.entries.isEmpty else { throw PipelineError.resultsMissing(folder: folder.path) }
        let place = try PagesFolder(output, on: context.files)
        var note = PagesNote(run: site.run, model: neurons.model.id, results: neurons.results?.hex, isComplete: false)
        try place.write(note)
        let listings = site.listings
        try place.createFolders(Set(listings.map(\.folder)).sorted() + (site.cards.isEmpty ? [] : [PageNames.cards]))
        let templates = try ReportTemplates()
        context.progress.begin(ProgressStage("writing pages", unit: .files, total: site.cards.count + listings.count + 1))
        defer { context.progress.end() }
        try write(site, of: &neurons, into: place, templates)
        for listing in listings { try write(listing.page, listing.listing, into: place, templates) }
        try neurons.checkUnchanged()
        // It leads to pages that are all there.
        try write(PageNames.index, site.index, into: place, templates)
        try place.removePages(beside: site.pages)
        note.isComplete = true
        try place.write(note)
        return Outcome(
            output: output.string, index: output.appending(PageNames.index).string, model: neurons.model.id,
            universal: site.universal.count, cards: site.cards.count, families: site.families.map(\.outcome), pages: site.pages.count,
            incomplete: neurons.incomplete)
    }

    /// Writes the cards. The run's files are read for one neuron after another, layer by layer; of some at a time pages are made on all threads.
    private func write(
        _ site: PagesContent, of neurons: inout RunNeurons, into place: PagesFolder, _ templates: ReportTemplates
    ) throws {
        let (progress, stop, run) = (context.progress, context.stop, site.run)
        // Enough for threads not to wait for each other, few enough for memory.
        let together = 4 * context.team.count
        for first in stride(from: 0, to: site.cards.count, by: together) {
            var pages: [(page: String, card: NeuronInspection, links: [PageLink])] = []
            for entry in site.cards[first..<min(first + together, site.cards.count)] {
                try stop.check()
                pages.append(
                    (
                        PageNames.card(entry), try neurons.inspection(layer: entry.layer, neuron: entry.neuron), site.links(of: entry)
                    ))
            }
            let made = pages
            try context.team.forEach(made.count) { item, _ in
                try stop.check()
                let page = NeuronCardPage(NeuronCard(made[item].card), run: run, links: made[item].links)
                let html = try page.html(with: templates)
                try place.write(made[item].page) { try $0.write(html) }
                progress.advance(by: 1)
            }
        }
    }

    private func write(_ name: String, _ page: ListingPage, into place: PagesFolder, _ templates: ReportTemplates) throws {
        try context.stop.check()
        try place.write(name) { try page.write(to: &$0, with: templates) }
        context.progress.advance(by: 1)
    }
}
