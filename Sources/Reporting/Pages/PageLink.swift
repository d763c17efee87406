/// A link from one page of a folder to another.
struct PageLink: Hashable {
    /// Where it leads to, counted from the page's own folder.
    let href: String
    /// What it is called, as text.
    let text: String
}
