internal import Vocabularies

/// Reads the files of tiktoken: on each line a token in base64, a space and its rank.
///
/// They hold neither the pattern that cuts text nor the tokens that are no text, so that only those are read of which
/// both are known: by their name, or by how many tokens they have.
enum TiktokenFile {
    /// What a file leaves out.
    struct Encoding {
        var pattern: String
        /// Tokens that are no text, from the first id of each.
        var specials: [(id: Int, texts: [String])]
        var roles: [SpecialRole: String]
        /// What stands before every text.
        var frame: [String] = []
    }

    /// Whether a file called `name` is one by its name.
    static func isName(_ name: String) -> Bool {
        name.hasSuffix(".tiktoken")
    }

    /// Whether `bytes` begin as such files do.
    static func recognizes(_ bytes: [UInt8]) -> Bool {
        let lines = bytes.prefix(512).split(separator: 0x0A, maxSplits: 3).prefix(2)
        return lines.count == 2 && lines.allSatisfy { token(on: $0) != nil }
    }

    /// The parts of the tokenizer that the file `name` with the contents `bytes` holds.
    static func read(_ bytes: [UInt8], name: String) throws(TokenizerError) -> TokenizerParts {
        let (tokens, encoding) = try ranked(bytes, name: name)
        var parts = try tokens.parts()
        parts.usualRoles = encoding.roles
        parts.frame = (encoding.frame, [])
        return parts
    }

    /// The tokens of the file, with their ranks, and what it leaves out.
    static func ranked(
        _ bytes: [UInt8], name: String
    ) throws(TokenizerError) -> (tokens: RankedTokens, encoding: Encoding) {
        var tokens: [RankedTokens.Token] = []
        for (number, line) in bytes.split(separator: 0x0A).enumerated() {
            guard let token = token(on: line) else {
                throw TokenizerError(
                    .invalid, "line \(number + 1) is not a token in base64, a space and a rank; it may be cut short")
            }
            tokens.append(token)
        }
        guard let encoding = encoding(of: name, count: tokens.count) else {
            throw TokenizerError(
                .unsupported,
                "is a list of \(tokens.count) tokens of tiktoken that is not known here, and does not say how text is "
                    + "cut before them: \(UnreadableFiles.cure)")
        }
        let specials = encoding.specials.flatMap { first, texts in
            texts.enumerated().map { index, text in
                (
                    id: first + index,
                    token: AddedToken(content: Array(text.utf8), isNormalized: false, isSpecial: true)
                )
            }
        }
        return (try RankedTokens(tokens, specials: specials, pattern: encoding.pattern), encoding)
    }

    /// What stands on a line; nil where it is something else.
    private static func token(on line: ArraySlice<UInt8>) -> RankedTokens.Token? {
        let fields = (line.last == 0x0D ? line.dropLast() : line).split(
            separator: 0x20, omittingEmptySubsequences: false)
        guard fields.count == 2, !fields[0].isEmpty, (1...9).contains(fields[1].count),
            fields[1].allSatisfy({ 0x30...0x39 ~= $0 }), let bytes = Base64.decode(Array(fields[0]))
        else { return nil }
        return .init(rank: fields[1].reduce(0) { 10 * $0 + Int($1 - 0x30) }, bytes: bytes)
    }

    private static func encoding(of name: String, count: Int) -> Encoding? {
        let end: [SpecialRole: String] = [.end: "<|endoftext|>"]
        switch (name, count) {
        case ("r50k_base.tiktoken", 50_256), ("gpt2.tiktoken", 50_256), ("p50k_base.tiktoken", 50_280):
            return Encoding(pattern: BytePatterns.gpt2, specials: [(50_256, ["<|endoftext|>"])], roles: end)
        case ("cl100k_base.tiktoken", 100_256):
            let fill = ["<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"]
            return Encoding(
                pattern: BytePatterns.words(BytePatterns.threeDigits),
                specials: [(100_257, ["<|endoftext|>"] + fill), (100_276, ["<|endofprompt|>"])], roles: end)
        case ("o200k_base.tiktoken", 199_998):
            return Encoding(
                pattern: BytePatterns.cases(
                    BytePatterns.threeDigits, ending: "\(BytePatterns.contractions)?"),
                specials: [(199_999, ["<|endoftext|>"]), (200_018, ["<|endofprompt|>"])], roles: end)
        case ("qwen.tiktoken", 151_643):
            let texts = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + (0..<205).map { "<|extra_\($0)|>" }
            return Encoding(
                pattern: BytePatterns.words(BytePatterns.oneDigit), specials: [(151_643, texts)], roles: end)
        case ("tokenizer.model", 128_000):
            return Encoding(
                pattern: BytePatterns.words(BytePatterns.threeDigits), specials: [(128_000, llama3Specials)],
                roles: [.beginning: "<|begin_of_text|>", .end: "<|end_of_text|>"], frame: ["<|begin_of_text|>"])
        default: return nil
        }
    }

    /// The 256 tokens that are no text of Llama 3.1 and later; Llama 3 has the same file and left some without a name.
    private static var llama3Specials: [String] {
        func reserved(_ numbers: ClosedRange<Int>) -> [String] {
            numbers.map { "<|reserved_special_token_\($0)|>" }
        }
        return ["<|begin_of_text|>", "<|end_of_text|>"] + reserved(0...1) + ["<|finetune_right_pad_id|>"]
            + reserved(2...2)
            + ["<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>", "<|eot_id|>", "<|python_tag|>"]
            + reserved(3...247)
    }
}
