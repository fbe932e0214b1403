/// How a family of models numbers the pieces of a SentencePiece model: most as they stand, some in the order of fairseq.
enum SentencePieceLayout {
    /// Pieces keep their ids.
    case plain
    /// XLM-R: `<s>`, `<pad>`, `</s>`, `<unk>`, the pieces from the fourth on, `<mask>`.
    case xlmRoberta
    /// mBART: as XLM-R, with the codes of its languages before `<mask>`.
    case mBART
    /// mBART-50: as mBART, with more languages.
    case mBART50
    /// CamemBERT: five tokens, the pieces from the second on, `<mask>`.
    case camembert
    /// T5: the pieces, then `<extra_id_99>` down to `<extra_id_0>`.
    case t5

    /// The layout of a tokenizer class of transformers, with or without "Fast".
    init(tokenizerClass: String?) {
        switch tokenizerClass?.replacingSuffix("Fast") {
        case "XLMRobertaTokenizer", "LayoutXLMTokenizer": self = .xlmRoberta
        case "MBartTokenizer": self = .mBART
        case "MBart50Tokenizer": self = .mBART50
        case "CamembertTokenizer": self = .camembert
        case "T5Tokenizer", "MT5Tokenizer": self = .t5
        default: self = .plain
        }
    }

    private static let languages = [
        "ar_AR", "cs_CZ", "de_DE", "en_XX", "es_XX", "et_EE", "fi_FI", "fr_XX", "gu_IN", "hi_IN", "it_IT", "ja_XX",
        "kk_KZ", "ko_KR", "lt_LT", "lv_LV", "my_MM", "ne_NP", "nl_XX", "ro_RO", "ru_RU", "si_LK", "tr_TR", "vi_VN",
        "zh_CN",
    ]
    private static let moreLanguages = [
        "af_ZA", "az_AZ", "bn_IN", "fa_IR", "he_IL", "hr_HR", "id_ID", "ka_GE", "km_KH", "mk_MK", "ml_IN", "mn_MN",
        "mr_IN", "pl_PL", "ps_AF", "pt_XX", "sv_SE", "sw_KE", "ta_IN", "te_IN", "th_TH", "tl_XX", "uk_UA", "ur_PK",
        "xh_ZA", "gl_ES", "sl_SI",
    ]

    /// The pieces of a model in the order of their ids, and the id of the unknown one.
    func arranged(
        _ pieces: [SentencePieceModel.Piece], extraIDs: Int
    ) -> (pieces: [SentencePieceModel.Piece], unknownID: Int?) {
        func special(_ texts: [String], score: Float = 0) -> [SentencePieceModel.Piece] {
            texts.map { .init(text: Array($0.utf8), score: score, kind: .control) }
        }
        let first = special(["<s>", "<pad>", "</s>", "<unk>"])
        switch self {
        case .plain: return (pieces, pieces.firstIndex { $0.kind == .unknown })
        case .xlmRoberta: return (first + pieces.dropFirst(3) + special(["<mask>"]), 3)
        case .mBART:
            return (first + pieces.dropFirst(3) + special(SentencePieceLayout.languages + ["<mask>"]), 3)
        case .mBART50:
            let languages = SentencePieceLayout.languages + SentencePieceLayout.moreLanguages
            return (first + pieces.dropFirst(3) + special(languages + ["<mask>"]), 3)
        case .camembert:
            let head = special(["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>"])
            return (head + special(["<unk>NOTUSED"], score: -100) + pieces.dropFirst() + special(["<mask>"]), 3)
        case .t5:
            let extra = (0..<extraIDs).reversed().map { "<extra_id_\($0)>" }
            return (pieces + special(extra), pieces.firstIndex { $0.kind == .unknown })
        }
    }

    /// The tokens that stand before and after a text.
    var frame: (before: [String], after: [String]) {
        switch self {
        case .plain: ([], [])
        case .xlmRoberta, .camembert: (["<s>"], ["</s>"])
        case .mBART: ([], ["</s>", "en_XX"])
        case .mBART50: (["en_XX"], ["</s>"])
        case .t5: ([], ["</s>"])
        }
    }
}

extension String {
    /// This string without `suffix`, if it ends so.
    fileprivate func replacingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
