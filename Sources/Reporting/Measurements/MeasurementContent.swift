/// Everything that the page of a benchmark shows.
public struct MeasurementContent: Sendable, Equatable {
    /// Lines that belong together.
    public struct Group: Sendable, Hashable {
        /// What they are about.
        public var title: String
        /// The lines.
        public var measurements: [ReportedMeasurement]

        /// Lines under a title.
        public init(_ title: String, _ measurements: [ReportedMeasurement]) {
            self.title = title
            self.measurements = measurements
        }
    }

    /// Lines of one unit as an image.
    public struct Plot: Sendable, Hashable {
        /// What is shown.
        public var title: String
        /// The unit of all of its lines.
        public var unit: String
        /// Whether less is better.
        public var isLessBetter: Bool
        /// One bar each, with its reference and its aim.
        public var measurements: [ReportedMeasurement]
        /// What none of them can exceed: a line over all of them.
        public var limit: ReportedMeasurement.Reference?

        /// An image of lines of one unit.
        public init(
            _ title: String, unit: String, isLessBetter: Bool = false, _ measurements: [ReportedMeasurement],
            limit: ReportedMeasurement.Reference? = nil
        ) {
            self.title = title
            self.unit = unit
            self.isLessBetter = isLessBetter
            self.measurements = measurements
            self.limit = limit
        }
    }

    /// A quantity over time as an image.
    public struct Curve: Sendable, Hashable {
        /// A moment.
        public struct Point: Sendable, Hashable {
            /// Since the beginning.
            public var seconds: Double
            /// How much.
            public var value: Double

            /// A moment.
            public init(seconds: Double, value: Double) {
                self.seconds = seconds
                self.value = value
            }
        }

        /// What is shown.
        public var title: String
        /// The unit of the values.
        public var unit: String
        /// By growing time.
        public var points: [Point]
        /// What it is to stay below.
        public var limit: ReportedMeasurement.Reference?

        /// An image of a quantity over time.
        public init(_ title: String, unit: String, points: [Point], limit: ReportedMeasurement.Reference? = nil) {
            self.title = title
            self.unit = unit
            self.points = points
            self.limit = limit
        }
    }

    /// An aim and what was found.
    public struct Aim: Sendable, Hashable {
        /// What is to reach it.
        public var what: String
        /// For example "≥ 0.92".
        public var text: String
        /// What was measured, if anything was.
        public var found: Double?
        /// Whether it was reached; nil where nothing was measured.
        public var isMet: Bool?
        /// The line that it is about, or why there is none.
        public var note: String

        /// An aim.
        public init(_ what: String, text: String, found: Double? = nil, isMet: Bool? = nil, note: String) {
            self.what = what
            self.text = text
            self.found = found
            self.isMet = isMet
            self.note = note
        }
    }

    /// The heading.
    public var title: String
    /// The machine in a few words.
    public var machine: String
    /// What a reader should know first.
    public var notices: [String]
    /// All aims.
    public var aims: [Aim]
    /// All lines.
    public var groups: [Group]
    /// The images.
    public var plots: [Plot]
    /// The images of quantities over time.
    public var curves: [Curve]
    /// Machine, program, command.
    public var facts: [ReportedFact]

    /// What a page shows.
    public init(
        title: String, machine: String, notices: [String] = [], aims: [Aim] = [], groups: [Group] = [], plots: [Plot] = [],
        curves: [Curve] = [], facts: [ReportedFact] = []
    ) {
        self.title = title
        self.machine = machine
        self.notices = notices
        self.aims = aims
        self.groups = groups
        self.plots = plots
        self.curves = curves
        self.facts = facts
    }
}
