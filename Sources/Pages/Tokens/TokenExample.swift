/// A token, and what its row is made of.
public struct TokenExample: Sendable {
    private let id: Int
    private let text: ShownText
    private let kind: PageKind
    private let sources: [TokenSource]
    private let rest: Int

    private static let shown = 6

    /// Makes an example.
    ///
    /// - Parameter sources: heaviest first.
    public init(id: Int, text: [UInt8], kind: PageKind, sources: [TokenSource]) {
        self.id = id
        self.text = ShownText(text)
        self.kind = kind
        self.sources = Array(sources.prefix(TokenExample.shown))
        rest = max(0, sources.count - TokenExample.shown)
    }

    func write(to page: inout HTMLText) {
        page.element("article") { page in
            page.element("h3") { $0.element("bdi", ["class": "token"], text: text.description) }
            page.element("p", ["class": "small"]) { page in
                PageKind.swatch(kind.id, to: &page)
                page.text("\(kind.name), id \(id)")
            }
            page.element("ol") { page in
                for source in sources {
                    page.element("li") { page in
                        page.element("bdi", ["class": "token"], text: source.text.description)
                        page.element("span", ["class": "number"], text: PageNumber.percent(source.weight))
                        page.element(
                            "svg", ["viewBox": "0 0 100 4", "preserveAspectRatio": "none", "aria-hidden": "true"]
                        ) { page in
                            page.shape(
                                "rect",
                                [
                                    "class": "k\(kind.id)", "height": "4",
                                    "width": PageNumber.place(min(max(source.weight, 0), 1) * 100),
                                ])
                        }
                    }
                }
            }
            if rest > 0 { page.element("p", ["class": "small"], text: "and \(PageNumber.count(rest)) more") }
        }
    }
}
