internal import Vocabularies

/// The contents of a SentencePiece `.model` file: the message `ModelProto` of sentencepiece_model.proto.
struct SentencePieceModel {
    /// One piece; its id is its index.
    struct Piece {
        var text: [UInt8] = []
        var score: Float = 0
        var kind = PieceKind.normal
    }

    /// How the model was trained: 1 Unigram, 2 BPE, 3 word, 4 character.
    private(set) var algorithm: UInt64 = 1
    private(set) var pieces: [Piece] = []
    private(set) var byteFallback = false
    /// The compiled map of characters; empty where there is none.
    private(set) var characterMap: [UInt8] = []
    private(set) var addsDummyPrefix = true
    private(set) var removesExtraWhitespace = true
    private(set) var treatsWhitespaceAsSuffix = false
    /// The texts of the pieces that stand around texts and fill them up, where they are pieces.
    private(set) var roleNames: [SpecialRole: [UInt8]] = [
        .beginning: Array("<s>".utf8), .end: Array("</s>".utf8), .padding: Array("<pad>".utf8),
    ]

    /// Parses the bytes of a file.
    init(_ file: [UInt8]) throws(TokenizerError) {
        let bytes = file.span
        var reader = ProtobufReader(0..<file.count)
        var hasSettings = (trainer: false, normalizer: false)
        while let (field, value) = try reader.next(bytes) {
            guard case .bytes(let range) = value else { continue }
            switch field {
            case 1: pieces.append(try SentencePieceModel.piece(bytes, range))
            case 2:
                try readTrainer(bytes, range)
                hasSettings.trainer = true
            case 3:
                try readNormalizer(bytes, range)
                hasSettings.normalizer = true
            default: break
            }
        }
        guard !pieces.isEmpty else {
            throw TokenizerError(.unrecognized, "is not a SentencePiece model: it holds no pieces")
        }
        // They stand behind the pieces, in this order.
        guard hasSettings.trainer, hasSettings.normalizer else {
            throw TokenizerError(
                .invalid, "is not a SentencePiece model, or was cut short: its settings are missing; copy it again")
        }
    }

    private static func piece(_ file: Span<UInt8>, _ range: Range<Int>) throws(TokenizerError) -> Piece {
        var piece = Piece()
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(file) {
            switch (field, value) {
            case (1, .bytes(let text)): piece.text = file.extracting(text).copy
            case (2, .fixed32(let bits)): piece.score = Float(bitPattern: bits)
            case (3, .varint(let kind)):
                guard let known = Int(exactly: kind).flatMap(PieceKind.init(rawValue:)) else {
                    throw TokenizerError(
                        .invalid, "piece '\(TokenName(piece.text))' is of kind \(kind); 1 to 6 are known")
                }
                piece.kind = known
            default: break
            }
        }
        guard UTF8Validity.isWellFormed(piece.text.span), piece.score.isFinite else {
            throw TokenizerError(
                .invalid, "piece '\(TokenName(piece.text))' is not UTF-8, or its score is not a number")
        }
        return piece
    }

    private mutating func readTrainer(_ file: Span<UInt8>, _ range: Range<Int>) throws(TokenizerError) {
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(file) {
            switch (field, value) {
            case (3, .varint(let number)): algorithm = number
            case (24, .varint(let flag)): treatsWhitespaceAsSuffix = flag != 0
            case (35, .varint(let flag)): byteFallback = flag != 0
            case (46, .bytes(let text)): roleNames[.beginning] = file.extracting(text).copy
            case (47, .bytes(let text)): roleNames[.end] = file.extracting(text).copy
            case (48, .bytes(let text)): roleNames[.padding] = file.extracting(text).copy
            default: break
            }
        }
    }

    private mutating func readNormalizer(_ file: Span<UInt8>, _ range: Range<Int>) throws(TokenizerError) {
        var reader = ProtobufReader(range)
        while let (field, value) = try reader.next(file) {
            switch (field, value) {
            case (2, .bytes(let map)): characterMap = file.extracting(map).copy
            case (3, .varint(let flag)): addsDummyPrefix = flag != 0
            case (4, .varint(let flag)): removesExtraWhitespace = flag != 0
            default: break
            }
        }
    }
}
