/// Where rows come from, by name; the page has a colour for each id from 0 to 8.
public struct PageKind: Sendable, Hashable {
    /// The number that stands for it.
    public let id: Int
    /// Its name.
    public let name: String

    /// Makes a kind.
    public init(_ id: Int, _ name: String) {
        precondition((0...8).contains(id), "there are colours for nine kinds")
        self.id = id
        self.name = name
    }
}
