/// A drawing with a caption, which says in words what it shows.
public protocol PageChart: Sendable {
    /// What it shows.
    var caption: String { get }
    /// The height of the drawing, which is 400 wide.
    var height: Int { get }
    /// What a reader who cannot see it needs to know.
    var summary: String { get }
    /// Draws it.
    func draw(_ page: inout HTMLText)
}

extension PageChart {
    func write(to page: inout HTMLText) {
        page.element("figure") { page in
            page.element("figcaption", text: caption)
            page.element("svg", ["viewBox": "0 0 400 \(height)", "role": "img", "aria-label": summary], draw)
        }
    }
}
