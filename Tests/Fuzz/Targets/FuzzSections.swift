/// Several files in one input: what a mark that no file has separates.
enum FuzzSections {
    /// What stands between two files.
    static let mark = "\n%%%%\n"

    /// One input of `files`.
    static func joined(_ files: [[UInt8]]) -> [UInt8] {
        Array(files.joined(separator: Array(mark.utf8)))
    }

    /// The files of `input`, at most `count` of them.
    static func split(_ input: [UInt8], count: Int) -> [[UInt8]] {
        let mark = Array(mark.utf8)
        var files: [[UInt8]] = []
        var start = 0
        var position = 0
        while files.count < count - 1, position + mark.count <= input.count {
            if input[position] == mark[0], input[position..<position + mark.count].elementsEqual(mark) {
                files.append(Array(input[start..<position]))
                position += mark.count
                start = position
            } else {
                position += 1
            }
        }
        return files + [Array(input[start...])]
    }
}
