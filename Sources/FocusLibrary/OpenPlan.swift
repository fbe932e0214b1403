internal import Focus
internal import FocusEngine
internal import JSON
internal import Replacement
internal import TensorIO
internal import Vocabularies

/// A plan that a caller made or opened.
@safe final class OpenPlan: @unchecked Sendable {
    /// The plan, with the tokens that it speaks of.
    let file: PlanFile
    /// The plan's kinds, offsets, source rows and weights, for as long as it is open.
    let kinds: UnsafeMutableBufferPointer<UInt8>
    let offsets: UnsafeMutableBufferPointer<Int64>
    let sources: UnsafeMutableBufferPointer<Int32>
    let weights: UnsafeMutableBufferPointer<Double>

    init(_ file: PlanFile) {
        self.file = file
        unsafe kinds = OpenPlan.copy(file.plan.kinds.lazy.map(\.rawValue))
        unsafe offsets = OpenPlan.copy(file.plan.offsets.lazy.map { Int64($0) })
        unsafe sources = OpenPlan.copy(file.plan.sourceRows)
        unsafe weights = OpenPlan.copy(file.plan.weights)
    }

    deinit {
        unsafe kinds.deallocate()
        unsafe offsets.deallocate()
        unsafe sources.deallocate()
        unsafe weights.deallocate()
    }

    private static func copy<Values: Collection>(_ values: Values) -> UnsafeMutableBufferPointer<Values.Element> {
        let copy = UnsafeMutableBufferPointer<Values.Element>.allocate(capacity: values.count)
        _ = unsafe copy.initialize(from: values)
        return unsafe copy
    }

    /// What the plan is, as JSON.
    var description: JSONBuilder {
        let plan = file.plan
        var counts: [RowKind: Int] = [:]
        for kind in plan.kinds { counts[kind, default: 0] += 1 }
        return .object([
            .init("rows", .integer(plan.rowCount)), .init("sourceRows", .integer(plan.sourceRowCount)),
            .init("sourceTokens", .integer(file.sourceTokens.count)), .init("terms", .integer(plan.weights.count)),
            .init("anchors", .integer(plan.anchors.count)),
            .init(
                "kinds",
                .object(RowKind.allCases.map { .init("\($0)", .integer(counts[$0, default: 0])) })),
            .init("tensors", .array(file.rows.made.keys.sorted().map { .string($0.bytes) })),
            .init(
                "metadata", .object(file.metadata.sorted { $0.key < $1.key }.map { .init($0.key, .text($0.value)) })),
        ])
    }

    /// Where the row of `token` comes from: as its tokenizer writes it, or `#` and an id.
    ///
    /// - Throws: `FocusError` where there is no such token.
    func explanation(of token: String) throws -> JSONBuilder {
        let number = token.hasPrefix("#") ? Int(token.dropFirst()) : nil
        let id = file.targetTokens.id(of: TokenText(token)) ?? number.flatMap { $0 >= 0 ? $0 : nil }
        guard let id, id < file.targetTokens.count else {
            throw FocusError("the target vocabulary has no token '\(token)'", code: .missing)
        }
        return file.explanation(of: id).json
    }
}
