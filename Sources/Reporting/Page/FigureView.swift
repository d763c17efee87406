/// A figure as the template shows it: image, caption, and its numbers as a table for those who cannot or will not read the image.
struct FigureView {
    let number: Int
    let id: String
    let svg: String
    let caption: String
    let columns: [String]
    let rows: [[String]]
    /// Whether it takes the page's whole width.
    var isWide = false
}
