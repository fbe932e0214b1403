internal import FocusEngine
internal import Vocabularies

/// The source tokens that each target token is written as: its counterpart where both vocabularies have it, and else
/// the pieces into which the source tokenizer splits its text.
struct TargetPieces: Sendable {
    /// The tokens that play a role and stand for no text.
    let special: Set<Int>
    /// The source tokens of target tokens whose counterpart is the token of a byte, although another token is that
    /// text: what models really read for a line feed, say.
    let plainCounterparts: [Int: Int]
    private let overlap: Overlap
    /// The tokens whose rows are what the user says.
    private let given: Set<Int>
    private let split: [Int: [Int]]

    /// Takes the pieces of all tokens of `target`.
    ///
    /// - Parameter given: the tokens whose rows are what the user says: they are read as their pieces, and get no row
    ///   of them.
    init(
        _ pieces: TokenPieces, source: Vocabulary, target: Vocabulary, _ overlap: Overlap, given: Set<Int> = []
    ) {
        self.given = given
        special = target.specialIDs.union(overlap.roleMatches.map(\.target))
        self.overlap = overlap
        var split = pieces.split(overlap.new)
        var plain: [Int: Int] = [:]
        for byte in UInt8(0)...0x7F {
            guard let byteID = source.id(of: TargetPieces.byteToken(byte)), let id = source.id(of: [byte]) else {
                continue
            }
            plain[byteID] = id
        }
        plainCounterparts =
            plain.isEmpty
            ? [:]
            : Dictionary(
                uniqueKeysWithValues: overlap.overlapping.compactMap { id in
                    given.contains(id) ? nil : overlap.source(of: id).flatMap { plain[$0] }.map { (id, $0) }
                })
        // A space before part of a character is spelled in bytes as that is.
        if source.spelling == .sentencePiece, let space = source.id(of: TargetPieces.byteToken(0x20)) {
            for (id, pieces) in split {
                guard let text = target.ownText(of: id), text.beginsWord,
                    String(validating: text.bytes, as: UTF8.self) == nil
                else { continue }
                split[id] = [space] + pieces
            }
        }
        self.split = split
    }

    /// The token of a byte in SentencePiece's vocabularies, `<0x0A>`.
    private static func byteToken(_ byte: UInt8) -> [UInt8] {
        let digits = String(byte, radix: 16, uppercase: true)
        return Array("<0x\(digits.utf8.count < 2 ? "0" : "")\(digits)>".utf8)
    }

    /// The source tokens of the target token `id`, in order; none where it has none or plays a role.
    subscript(id: Int) -> [Int] {
        guard !special.contains(id) else { return [] }
        return (plainCounterparts[id] ?? overlap.source(of: id)).map { [$0] } ?? split[id] ?? []
    }

    /// The tokens that the source lacks and that have pieces, ascending.
    var newIDs: [Int32] {
        overlap.new.filter { !special.contains($0) && !given.contains($0) && split[$0]?.isEmpty == false }.map {
            Int32($0)
        }
    }

    /// The first source token of each target token; -1 where it has none, or where its row is given.
    var first: [Int32] {
        (0..<overlap.rowCount).map { given.contains($0) ? -1 : self[$0].first.map { Int32($0) } ?? -1 }
    }
}
