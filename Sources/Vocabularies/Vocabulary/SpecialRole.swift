/// What a special token is for, whatever its text: `[CLS]` and `<s>` may play the same role.
public enum SpecialRole: String, CaseIterable, Sendable, Hashable {
    /// The token before a text (`bos_token`).
    case beginning = "bos"
    /// The token whose state stands for the whole text (`cls_token`).
    case classification = "cls"
    /// The token after a text (`eos_token`).
    case end = "eos"
    /// The token between two texts (`sep_token`).
    case separator = "sep"
    /// The token that fills up a batch (`pad_token`).
    case padding = "pad"
    /// The token for what the vocabulary cannot spell (`unk_token`).
    case unknown = "unk"
    /// The token that a masked language model predicts (`mask_token`).
    case mask = "mask"

    /// The roles that may stand in for this one in another vocabulary, best first, itself included.
    public var counterparts: [SpecialRole] {
        switch self {
        case .beginning: [.beginning, .classification]
        case .classification: [.classification, .beginning]
        case .end: [.end, .separator]
        case .separator: [.separator, .end]
        case .padding, .unknown, .mask: [self]
        }
    }
}
