extension FeatureCatalogue {
    /// Closed classes of English function words: as much of the parts of speech as a token shows by itself.
    static let grammar: [TokenFeature] = [
        .words("article or determiner", .syntax, "a an the this that these those some any each every no"),
        .words(
            "preposition", .syntax,
            """
            of in to for with on at by from into upon unto over under between among against about through during before after within
            without toward towards across behind beyond near off onto
            """),
        .words("modal verb", .syntax, "can could may might must shall should will would shalt wilt ought cannot"),
        .words("form of be", .syntax, "be am is are was were been being art wast"),
        .words("form of have", .syntax, "have has had having hath hast"),
        .words("form of do", .syntax, "do does did done doing doth dost"),
        .words("coordinating conjunction", .syntax, "and or but nor yet so for"),
        .words(
            "subordinating conjunction", .syntax,
            """
            because since if unless although though while whereas when whenever until till after before that whether lest
            """),
        .words("negation", .syntax, "not no never none nothing neither nor nobody nowhere cannot without n't"),
        .words("question word", .syntax, "who whom whose which what when where why how"),
    ]
}
