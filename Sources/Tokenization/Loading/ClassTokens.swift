internal import Vocabularies

/// The tokens that classes of transformers bring along where no file names others: they are added if the vocabulary
/// lacks them (defaults of `__init__` in transformers/models/*/tokenization_*.py, 5.24).
enum ClassTokens {
    /// The roles that the class `name`, without "Fast", gives tokens.
    static func roles(of name: String) -> [SpecialRole: String] {
        guard let texts = table[name] else { return [:] }
        return Dictionary(uniqueKeysWithValues: zip(order, texts.map(String.init)).filter { $0.1 != none })
    }

    /// Special tokens without a role, unless a list of them is configured.
    static func extra(of name: String, _ config: TokenizerConfig) -> [String] {
        switch name {
        case "T5Tokenizer": (0..<min(max(config.integer("extra_ids") ?? 100, 0), 10_000)).map { "<extra_id_\($0)>" }
        case "XLNetTokenizer": ["<eop>", "<eod>"]
        case "CamembertTokenizer": ["<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"]
        case "XGLMTokenizer": (0..<7).map { "<madeupword\($0)>" }
        case "CodeLlamaTokenizer": ["▁<PRE>", "▁<MID>", "▁<SUF>", "▁<EOT>", "<FILL_ME>"]
        default: []
        }
    }

    private static let order: [SpecialRole] = [
        .beginning, .end, .unknown, .separator, .padding, .classification, .mask,
    ]
    private static let none = "-"

    /// The texts in the order of the roles, then the classes that have them.
    private static let lines = """
        <s> </s> <unk> </s> <pad> <s> <mask> : BartTokenizer BarthezTokenizer BlenderbotTokenizer CamembertTokenizer \
          LEDTokenizer LayoutLMv3Tokenizer LayoutXLMTokenizer LongformerTokenizer LukeTokenizer MBartTokenizer \
          MLukeTokenizer MvpTokenizer NllbTokenizer RobertaTokenizer XLMRobertaTokenizer
        [CLS] [SEP] <unk> [SEP] <pad> [CLS] [MASK] : AlbertTokenizer FNetTokenizer RemBertTokenizer
        - - [UNK] [SEP] [PAD] [CLS] [MASK] : BertTokenizer ConvBertTokenizer DistilBertTokenizer ElectraTokenizer \
          LayoutLMTokenizer LayoutLMv2Tokenizer LxmertTokenizer MobileBertTokenizer SplinterTokenizer \
          SqueezeBertTokenizer
        <s> </s> <unk> [SEP] <pad> [CLS] [MASK] : BigBirdTokenizer
        - </s> <unk> - <pad> - - : T5Tokenizer
        <s> </s> <unk> - - - - : CodeLlamaTokenizer LlamaTokenizer
        <BOS_TOKEN> <|END_OF_TURN_TOKEN|> <UNK> <SEP> <PAD> <CLS> <MASK_TOKEN> : CohereTokenizer
        <s> </s> <unk> <sep> <pad> <cls> <mask> : FunnelTokenizer XLNetTokenizer
        [CLS] [SEP] [UNK] [SEP] [PAD] [CLS] [MASK] : DebertaTokenizer DebertaV2Tokenizer
        <|endoftext|> <|endoftext|> <|endoftext|> - - - - : CodeGenTokenizer GPT2Tokenizer WhisperTokenizer
        <|endoftext|> <|endoftext|> <|endoftext|> - <|padding|> - - : GPTNeoXTokenizer
        - <|endoftext|> <|endoftext|> - <|endoftext|> - - : Qwen2Tokenizer Qwen3_5Tokenizer
        <bos> <eos> <unk> - <pad> - <mask> : GemmaTokenizer Siglip2Tokenizer
        - - <unk> </s> <pad> <s> <mask> : HerbertTokenizer
        - </s> <unk> </s> <pad> <s> <mask> : MBart50Tokenizer
        <s> </s> [UNK] </s> <pad> <s> <mask> : MPNetTokenizer
        - </s> <unk> - <pad> - <mask_2> : PegasusTokenizer
        <s> </s> <unk> </s> <pad> <s> - : SeamlessM4TTokenizer XGLMTokenizer
        - </s> <unk> </s> <pad> - - : UdopTokenizer
        <|startoftext|> <|endoftext|> <|endoftext|> - <|endoftext|> - - : CLIPTokenizer
        - - <unk> - - - - : OpenAIGPTTokenizer
        - </s> <unk> - - - - : ReformerTokenizer
        """

    private static let table: [String: [Substring]] = {
        var table: [String: [Substring]] = [:]
        for line in lines.split(separator: "\n") {
            let words = line.split(separator: " ")
            let texts = Array(words.prefix(order.count))
            for name in words.dropFirst(order.count + 1) { table[String(name)] = texts }
        }
        return table
    }()
}
