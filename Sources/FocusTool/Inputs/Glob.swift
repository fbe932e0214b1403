/// A shell pattern over bytes: `*` is any run, `?` any one byte.
struct Glob {
    private let pattern: [UInt8]

    init(_ pattern: String) {
        self.pattern = Array(pattern.utf8)
    }

    /// Whether all of `text` matches.
    func matches(_ text: [UInt8]) -> Bool {
        var (inPattern, inText) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while inText < text.count {
            if inPattern < pattern.count, pattern[inPattern] == UInt8(ascii: "*") {
                star = (inPattern + 1, inText)
                inPattern += 1
            } else if inPattern < pattern.count,
                pattern[inPattern] == text[inText] || pattern[inPattern] == UInt8(ascii: "?")
            {
                inPattern += 1
                inText += 1
            } else if let last = star {
                // The last star swallows one byte more, and matching starts again behind it.
                star = (last.pattern, last.text + 1)
                (inPattern, inText) = (last.pattern, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[inPattern...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
