internal import Digests

/// A page that stands alone: one file without a network, which reads without scripts and is better with them.
///
/// The page says for itself what may run in it: its own style and its own script, named by their hashes, and nothing
/// else, so that not even an error in escaping could bring in another.
public struct Page: Sendable {
    /// A part of the page, under a heading.
    public struct Section: Sendable {
        let id: String
        let title: String
        let blocks: [PageBlock]

        /// Makes a section.
        ///
        /// - Parameter id: what links name; one word of ASCII letters.
        public init(_ id: StaticString, _ title: String, _ blocks: [PageBlock]) {
            self.id = id.description
            self.title = title
            self.blocks = blocks
        }
    }

    private let title: String
    private let lead: [String]
    private let tiles: [PageTile]
    private let sections: [Section]
    private let foot: String

    /// Makes a page; sections without blocks are left out.
    ///
    /// - Parameters:
    ///   - title: what the page is about.
    ///   - lead: what was done, a paragraph each.
    ///   - tiles: the figures that people look for first.
    ///   - foot: who made the page.
    public init(title: String, lead: [String], tiles: [PageTile], sections: [Section], foot: String) {
        self.title = title
        self.lead = lead
        self.tiles = tiles
        self.sections = sections.filter { !$0.blocks.isEmpty }
        self.foot = foot
    }

    /// The file: the same bytes for the same page.
    public var bytes: [UInt8] {
        var page = HTMLText()
        page.markup("<!DOCTYPE html>\n")
        page.element("html", ["lang": "en"]) { page in
            page.element("head", [:], writeHead)
            page.markup("\n")
            page.element("body", [:], writeBody)
        }
        page.markup("\n")
        return page.bytes
    }

    private func writeHead(_ page: inout HTMLText) {
        let policy =
            "default-src 'none'; img-src data:; style-src '\(Page.hash(PageStyle.text))'; "
            + "script-src '\(Page.hash(PageScript.text))'; base-uri 'none'; form-action 'none'"
        page.void("meta", ["charset": "utf-8"])
        page.void("meta", ["http-equiv": "Content-Security-Policy", "content": policy])
        page.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        page.void("meta", ["name": "color-scheme", "content": "light dark"])
        page.void("link", ["rel": "icon", "href": "data:,"])
        page.element("title", text: title)
        page.element("style") { $0.markup(PageStyle.text) }
    }

    private func writeBody(_ page: inout HTMLText) {
        page.element("a", ["class": "skip", "href": "#main"], text: "Skip to the figures")
        page.element("header") { page in
            page.element("h1", text: title)
            for paragraph in lead { page.element("p", text: paragraph) }
            page.element("nav", ["aria-label": "Parts of this page"]) { page in
                page.element("ul") { page in
                    for section in sections {
                        page.element("li") { $0.element("a", ["href": "#\(section.id)"], text: section.title) }
                    }
                }
            }
        }
        page.markup("\n")
        page.element("main", ["id": "main"]) { page in
            PageTile.write(tiles, to: &page)
            for section in sections {
                page.markup("\n")
                page.element("section", ["id": section.id, "aria-labelledby": "\(section.id)-title"]) { page in
                    page.element("h2", ["id": "\(section.id)-title"], text: section.title)
                    for block in section.blocks { block.write(to: &page) }
                }
            }
        }
        page.element("footer") { $0.element("p", text: foot) }
        page.element("script") { $0.markup(PageScript.text) }
    }

    private static func hash(_ text: StaticString) -> String {
        var hash = SHA256()
        hash.update(Array(text.description.utf8))
        return "sha256-\(Base64.encode(hash.digest))"
    }
}
