internal import JSON

/// All tokens of a vocabulary and what their rows are made of, packed for the page's script; a few of them stand in the
/// page for readers without scripts.
public struct TokenIndex: Sendable {
    private var kinds: [UInt8] = []
    private var texts: [UInt8] = []
    private var sources: [UInt8] = []
    private var names: [UInt8] = []
    private var placeOfName: [Int: Int] = [:]
    private var sample: [(id: Int, text: String, kind: Int, count: Int?, sources: [TokenSource], terms: Int)] = []
    private let kindNames: [PageKind]
    private let counts: [Int]?
    private let step: Int
    private let nameLetters: Int

    /// So many of a row's sources are kept.
    public static var sourceCount: Int { 4 }
    private static let sampleCount = 40
    private static let same = UInt8(ascii: "=")
    private static let none = UInt8(ascii: ".")

    /// Makes an index without tokens, for `count` of them.
    ///
    /// - Parameters:
    ///   - kinds: where rows come from.
    ///   - counts: how often each token occurs in a text; nil where that is not known.
    ///   - sourceTokens: one more than the highest id of a source token.
    public init(count: Int, kinds: [PageKind], counts: [Int]?, sourceTokens: Int) {
        kindNames = kinds
        self.counts = counts
        step = max(1, count / TokenIndex.sampleCount)
        var letters = 1
        while letters < 10, 1 << (6 * letters) < sourceTokens { letters += 1 }
        nameLetters = letters
    }

    /// Appends the next token, whose id is the number of those before.
    ///
    /// - Parameters:
    ///   - parts: the source tokens and their shares, heaviest first.
    ///   - name: the text of a source token.
    public mutating func append(
        _ bytes: [UInt8]?, kind: Int, parts: [(id: Int, weight: Double)], name: (Int) -> [UInt8]?
    ) {
        let id = kinds.count
        let text = bytes.map { ShownText($0).description } ?? ""
        kinds.append(UInt8(ascii: "0") + UInt8(kind))
        if id > 0 { texts.append(UInt8(ascii: "\n")) }
        texts += text.utf8
        if id.isMultiple(of: step), sample.count < TokenIndex.sampleCount, !text.isEmpty {
            sample.append(
                (
                    id, text, kind, counts.map { id < $0.count ? $0[id] : 0 },
                    parts.prefix(TokenIndex.sourceCount).map { TokenSource(name($0.id), weight: $0.weight) },
                    parts.count
                ))
        }
        guard let first = parts.first else { return sources.append(TokenIndex.none) }
        if parts.count == 1, let bytes, name(first.id) == bytes { return sources.append(TokenIndex.same) }
        let kept = parts.prefix(TokenIndex.sourceCount)
        sources.append(UInt8(ascii: "0") + UInt8(kept.count))
        Base64.append(min(parts.count, 4095), letters: 2, to: &sources)
        for part in kept {
            Base64.append(place(of: part.id, name), letters: nameLetters, to: &sources)
            let share = part.weight.isFinite ? min(max(part.weight, 0), 1) : 0
            Base64.append(Int((share * 4095).rounded()), letters: 2, to: &sources)
        }
    }

    private mutating func place(of id: Int, _ name: (Int) -> [UInt8]?) -> Int {
        if let place = placeOfName[id] { return place }
        let place = placeOfName.count
        placeOfName[id] = place
        if place > 0 { names.append(UInt8(ascii: "\n")) }
        names += ShownText(name(id) ?? []).description.utf8
        return place
    }

    private var json: JSONBuilder {
        let occurrences = counts.map { counts in
            kinds.indices.map { $0 < counts.count && counts[$0] > 0 ? "\(counts[$0])" : "" }.joined(separator: ",")
        }
        return .object([
            .init("texts", .string(texts)), .init("kinds", .string(kinds)),
            .init("counts", occurrences.map { .text($0) } ?? .null), .init("letters", .integer(nameLetters)),
            .init("sources", .string(sources)), .init("names", .string(names)),
            .init("kindNames", .object(kindNames.map { .init("\($0.id)", .text($0.name)) })),
        ])
    }

    func write(to page: inout HTMLText) {
        page.element("div", ["class": "with-script controls", "role": "search"]) { page in
            page.element("label") { page in
                page.text("Search ")
                page.void("input", ["type": "search", "id": "token-search", "placeholder": "text, or # and an id"])
            }
            page.element("label") { page in
                page.text("Origin ")
                page.element("select", ["id": "token-kind"]) { page in
                    page.element("option", ["value": ""], text: "all")
                    for kind in kindNames { page.element("option", ["value": "\(kind.id)"], text: kind.name) }
                }
            }
            page.element("label") { page in
                page.text("Order ")
                page.element("select", ["id": "token-order"]) { page in
                    page.element("option", ["value": "id"], text: "id")
                    if counts != nil { page.element("option", ["value": "count"], text: "most often in the text") }
                }
            }
        }
        page.element("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Tokens"]) { page in
            page.element("table", ["id": "tokens-table", "class": "tokens"]) { page in
                page.element("caption", ["id": "token-caption"]) { page in
                    page.text("\(sample.count) of \(PageNumber.count(kinds.count)) tokens, evenly over the vocabulary")
                }
                page.element("thead") { page in
                    page.element("tr") { page in
                        page.element("th", ["scope": "col", "class": "number"], text: "id")
                        page.element("th", ["scope": "col"], text: "token")
                        page.element("th", ["scope": "col"], text: "origin")
                        if counts != nil {
                            page.element("th", ["scope": "col", "class": "number"], text: "in the text")
                        }
                        page.element("th", ["scope": "col"], text: "made of")
                    }
                }
                page.element("tbody", ["id": "token-rows"]) { page in
                    for token in sample { write(token, to: &page) }
                }
            }
        }
        page.element("p", ["class": "with-script controls"]) { page in
            page.element("button", ["type": "button", "id": "token-previous"], text: "Previous")
            page.element("button", ["type": "button", "id": "token-next"], text: "Next")
            page.element("output", ["id": "token-says", "aria-live": "polite"])
        }
        page.data("token-data", json)
    }

    private func write(
        _ token: (id: Int, text: String, kind: Int, count: Int?, sources: [TokenSource], terms: Int),
        to page: inout HTMLText
    ) {
        page.element("tr") { page in
            page.element("td", ["class": "number"], text: "\(token.id)")
            page.element("td") { $0.element("bdi", ["class": "token"], text: token.text) }
            page.element("td") { page in
                PageKind.swatch(token.kind, to: &page)
                page.text(kindNames.first { $0.id == token.kind }?.name ?? "")
            }
            if let count = token.count { page.element("td", ["class": "number"], text: PageNumber.count(count)) }
            page.element("td") { page in
                for (index, source) in token.sources.enumerated() {
                    if index > 0 { page.markup(", ") }
                    page.element("bdi", ["class": "token"], text: source.text.description)
                    if token.terms > 1 { page.text(" \(PageNumber.percent(source.weight))") }
                }
                if token.terms > token.sources.count { page.text(" and \(token.terms - token.sources.count) more") }
            }
        }
    }
}
