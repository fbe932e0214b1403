/// Cuts numbers from the rest, digit by digit if so asked.
struct DigitsPreTokenizer: PreTokenizer {
    let isIndividual: Bool

    func split(_ text: inout PreTokenizedText) {
        text.cutEach(isIndividual ? .isolated : .contiguous) { Scalars.flags($0).contains(.numeric) }
    }
}
