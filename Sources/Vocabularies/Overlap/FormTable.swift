/// Forms of target tokens, among which those of source tokens are looked for.
struct FormTable: Sendable {
    private let forms: TextArena
    private let table: TextTable
    /// For each form the group of those that are the same: the first of them.
    let groups: [Int32]

    /// Makes a table of `forms`.
    init(_ forms: TextArena) {
        var table = TextTable(capacity: forms.count)
        groups = (0..<forms.count).map { index in Int32(table.insert(index, of: forms) ?? index) }
        self.forms = forms
        self.table = table
    }

    /// The group of the forms that are `text`; nil where there are none.
    func group(of text: [UInt8]) -> Int32? {
        table.index(of: text, in: forms).map { Int32($0) }
    }
}
