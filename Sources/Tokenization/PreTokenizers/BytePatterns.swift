package import JSON

/// The patterns by which tokenizers on bytes cut text before they merge, as `tokenizers` writes them.
package enum BytePatterns {
    /// GPT-2's.
    package static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    /// English endings behind an apostrophe, in letters of either case.
    package static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    /// Line breaks with the spaces before them, then spaces, of which the last before a word is left for that.
    package static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#

    /// GPT-4's, Llama 3's and Qwen's: words with one sign before them, numbers as `digits` says, signs with the line
    /// breaks after them.
    package static func words(_ digits: String) -> String {
        #"\#(contractions)|[^\r\n\p{L}\p{N}]?\p{L}+|\#(digits)| ?[^\s\p{L}\p{N}]+[\r\n]*|\#(spaces)"#
    }

    /// Qwen 3.5's: marks belong to words.
    package static let qwen35 =
        #"\#(contractions)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\#(spaces)"#

    /// GPT-4o's and tekken's: the same, but words end where small letters are followed by a large one, and with
    /// `ending`.
    package static func cases(_ digits: String, ending: String) -> String {
        let (large, small) = (#"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#, #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#)
        let before = #"[^\r\n\p{L}\p{N}]?"#
        return "\(before)\(large)*\(small)+\(ending)|\(before)\(large)+\(small)*\(ending)|\(digits)|"
            + #" ?[^\s\p{L}\p{N}]+[\r\n/]*|\#(spaces)"#
    }

    /// One digit at a time.
    package static let oneDigit = #"\p{N}"#
    /// Up to three digits at a time.
    package static let threeDigits = #"\p{N}{1,3}"#

    /// The pre-tokenizer as tokenizer.json has it: text is cut by each of `patterns`, the next of which cuts what the
    /// ones before it left in one piece, and its bytes become the letters of GPT-2. Without patterns it is cut as GPT-2
    /// does.
    package static func preTokenizer(_ patterns: [String], addsPrefix: Bool = false) -> JSONBuilder {
        let bytes = JSONBuilder.object([
            .init("type", .text("ByteLevel")), .init("add_prefix_space", .boolean(addsPrefix)),
            .init("trim_offsets", .boolean(true)), .init("use_regex", .boolean(patterns.isEmpty)),
        ])
        guard !patterns.isEmpty else { return bytes }
        let cuts = patterns.map { pattern in
            JSONBuilder.object([
                .init("type", .text("Split")), .init("pattern", .object([.init("Regex", .text(pattern))])),
                .init("behavior", .text("Isolated")), .init("invert", .boolean(false)),
            ])
        }
        return .object([.init("type", .text("Sequence")), .init("pretokenizers", .array(cuts + [bytes]))])
    }
}
