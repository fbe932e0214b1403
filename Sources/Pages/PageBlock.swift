/// A piece of a section.
public enum PageBlock: Sendable {
    /// Text.
    case paragraph(String)
    /// Sentences that readers must not miss.
    case notes([String])
    /// Names and what they are.
    case facts([(name: String, value: String)])
    /// Rows of figures.
    case table(PageTable)
    /// Charts beside one another, where there is room.
    case charts([any PageChart])
    /// A map of rows.
    case map(RowMap)
    /// Tokens and what their rows are made of.
    case examples([TokenExample])
    /// All tokens.
    case tokens(TokenIndex)

    func write(to page: inout HTMLText) {
        page.markup("\n")
        switch self {
        case .paragraph(let text): page.element("p", text: text)
        case .notes(let notes):
            page.element("ul", ["class": "notes"]) { page in
                for note in notes { page.element("li", text: ShownText(note, longest: 4000).description) }
            }
        case .facts(let facts):
            page.element("dl", ["class": "facts"]) { page in
                for fact in facts {
                    page.element("dt", text: fact.name)
                    page.element("dd", text: fact.value)
                }
            }
        case .table(let table): table.write(to: &page)
        case .charts(let charts):
            page.element("div", ["class": "charts"]) { page in
                for chart in charts { chart.write(to: &page) }
            }
        case .map(let map): map.write(to: &page)
        case .examples(let examples):
            page.element("div", ["class": "examples"]) { page in
                for example in examples { example.write(to: &page) }
            }
        case .tokens(let index): index.write(to: &page)
        }
    }
}
