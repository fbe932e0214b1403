import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Checkpoints
@testable import Focus
@testable import Vocabularies

@Suite struct `Positions that are counted from the padding id on` {
    let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
    }

    /// Position row p holds p + 1, but for the row of the padding id, which is zero.
    private func find(
        padding: Int?, type: String = "odd", zeroRow: Int? = 1
    ) throws -> (shifts: [PositionShift], notes: [String], checkpoint: Checkpoint) {
        try place.write(
            "config.json",
            #"{"model_type":"\#(type)","vocab_size":7,"max_position_embeddings":10,"pad_token_id":1}"#)
        let values = (0..<10).flatMap { [Float]($0 == zeroRow ? [0, 0] : [Float($0 + 1), 1]) }
        try SmallCheckpoint.write(
            [
                .counting("embed_tokens.weight", [7, 4]),
                .init(name: "position_embeddings.weight", shape: [10, 2], values: values),
            ], to: place.path.appending("model.safetensors"))
        let checkpoint = try Checkpoint.open(place.path, formats: .builtIn)
        let vocabulary = try Vocabulary(tokens: (0..<7).map { ($0, TokenText("t\($0)")) }, spelling: .plain)
        let tensors = try VocabularyTensors(of: checkpoint, vocabulary: vocabulary)
        let found = try PositionShift.find(in: checkpoint, vocabulary: tensors, padding: padding)
        return (found.shifts, found.notes, checkpoint)
    }

    private func rows(_ shift: PositionShift, _ checkpoint: Checkpoint) throws -> [Float] {
        var bytes: [UInt8] = []
        try shift.send(from: checkpoint.files[0].reader) { (span: RawSpan) throws(FormatError) in bytes += span.copied }
        var values: [Float] = []
        unsafe ElementConversion.append(bytes.span.bytes, .f32, to: &values)
        return stride(from: 0, to: values.count, by: 2).map { values[$0] }
    }

    @Test(arguments: [
        (0, [Float](arrayLiteral: 0, 3, 4, 5, 6, 7, 8, 9, 10, 10), "copies of the last"),
        (3, [1, 0, 0, 0, 3, 4, 5, 6, 7, 8], "at most 6 tokens"),
    ])
    func `move with it`(padding: Int, expected: [Float], story: String) throws {
        let (shifts, notes, checkpoint) = try find(padding: padding)
        #expect(notes.isEmpty)
        let shift = try #require(shifts.first)
        #expect(try rows(shift, checkpoint) == expected)
        #expect(shift.note.contains(story))
    }

    @Test func `stay where it stays`() throws {
        let (shifts, notes, _) = try find(padding: 1)
        #expect(shifts.isEmpty && notes.isEmpty)
    }

    @Test func `are told by a row of zeros, or by the model's type`() throws {
        #expect(try find(padding: 0, type: "bert", zeroRow: nil).shifts.isEmpty)
        #expect(try find(padding: 0, type: "xlm-roberta", zeroRow: nil).shifts.count == 1)
    }

    @Test func `stay, and the user is told, where the code has the number`() throws {
        let (shifts, notes, _) = try find(padding: 0, type: "mpnet")
        #expect(shifts.isEmpty)
        #expect(notes.first?.contains("use a tokenizer whose padding id is 1") == true)
    }

    @Test func `stay, and the user is told, where there is no padding`() throws {
        let (shifts, notes, _) = try find(padding: nil)
        #expect(shifts.isEmpty)
        #expect(notes.first?.contains("no padding token") == true)
    }
}
