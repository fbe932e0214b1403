/// Python's `str` methods on UTF-8 bytes; bytes that are not UTF-8 are passed on as they are.
enum PythonText {
    /// `str.lower`, with its rule for a capital sigma: `ς` at the end of a word, `σ` elsewhere.
    static func lower(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        lower(text, .shared, to: &output)
        return output
    }

    /// Makes `output` the lower case of `text`.
    ///
    /// The tables are a parameter, so that threads that handle many texts do not count references to them each time.
    static func lower(_ text: [UInt8], _ tables: CharacterTables, to output: inout [UInt8]) {
        output.removeAll(keepingCapacity: true)
        var index = 0
        while index < text.count {
            let step = text.step(at: index)
            switch step.scalar {
            case 0x130:  // the one character whose lower case is two: i and a dot above
                output.append(0x69)
                output.append(scalar: 0x307)
            case 0x3A3:
                let ends = endsWord(text, sigma: index..<index + step.length, tables)
                output.append(scalar: ends ? 0x3C2 : 0x3C3)
            case UTF8Step.malformed:
                output.append(contentsOf: text[index..<index + step.length])
            default:
                output.append(scalar: tables.lower(step.scalar))
            }
            index += step.length
        }
    }

    /// Whether a cased character stands before the sigma and none after it. (The Unicode Standard, table 3-17,
    /// Final_Sigma)
    private static func endsWord(_ text: [UInt8], sigma: Range<Int>, _ tables: CharacterTables) -> Bool {
        var casedBefore = false
        var index = 0
        while index < sigma.lowerBound {
            let step = text.step(at: index)
            if !tables.isPassedOver(step.scalar) { casedBefore = tables.isCased(step.scalar) }
            index += step.length
        }
        guard casedBefore else { return false }
        index = sigma.upperBound
        while index < text.count {
            let step = text.step(at: index)
            if !tables.isPassedOver(step.scalar) { return !tables.isCased(step.scalar) }
            index += step.length
        }
        return true
    }

    /// Where `str.lstrip` would begin.
    static func startAfterSpace(_ text: [UInt8], _ tables: CharacterTables = .shared) -> Int {
        var index = 0
        while index < text.count {
            let step = text.step(at: index)
            guard tables.isSpace(step.scalar) else { break }
            index += step.length
        }
        return index
    }

    /// Whether the text is a number or punctuation or space: `isnumeric()`, or all of it in `string.punctuation`, or
    /// `isspace()`. The empty text is, since all of its no characters are punctuation.
    static func isSymbol(_ text: [UInt8], _ tables: CharacterTables = .shared) -> Bool {
        if text.allSatisfy(isPunctuation) { return true }
        var isNumeric = true
        var isSpace = true
        var index = 0
        while index < text.count, isNumeric || isSpace {
            let step = text.step(at: index)
            isNumeric = isNumeric && tables.isNumeric(step.scalar)
            isSpace = isSpace && tables.isSpace(step.scalar)
            index += step.length
        }
        return isNumeric || isSpace
    }

    /// Whether an ASCII character is printable and neither letter, digit nor space: `string.punctuation`.
    private static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
