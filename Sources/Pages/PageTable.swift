/// Rows of cells under headings.
public struct PageTable: Sendable {
    private let caption: String
    private let headings: [String]
    private let rows: [[String]]
    private let numbers: Set<Int>
    private let emphasised: Int?

    /// Makes a table; the first cell of a row is its heading.
    ///
    /// - Parameters:
    ///   - numbers: the columns that hold numbers, which end at the same place.
    ///   - emphasised: the row that matters most.
    public init(
        _ caption: String, headings: [String], rows: [[String]], numbers: Set<Int> = [], emphasised: Int? = nil
    ) {
        self.caption = caption
        self.headings = headings
        self.rows = rows
        self.numbers = numbers
        self.emphasised = emphasised
    }

    func write(to page: inout HTMLText) {
        page.element("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption]) { page in
            page.element("table") { page in
                page.element("caption", text: caption)
                page.element("thead") { page in
                    page.element("tr") { page in
                        for (column, heading) in headings.enumerated() {
                            page.element("th", ["scope": "col", "class": kind(column)], text: heading)
                        }
                    }
                }
                page.element("tbody") { page in
                    for (index, row) in rows.enumerated() {
                        page.element("tr", ["class": index == emphasised ? "best" : ""]) { page in
                            for (column, cell) in row.enumerated() {
                                if column == 0 {
                                    page.element("th", ["scope": "row"], text: cell)
                                } else {
                                    page.element("td", ["class": kind(column)], text: cell)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func kind(_ column: Int) -> String { numbers.contains(column) ? "number" : "" }
}
