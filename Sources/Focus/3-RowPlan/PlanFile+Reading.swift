internal import FocusEngine
internal import Replacement
internal import SafetensorsFormat
public import SystemPackage
internal import TensorIO

extension PlanFile {
    /// Reads the plan at `path` and checks all of it.
    ///
    /// - Throws: `FocusError` where the file is not a row plan, is of an unknown version or is damaged; `FormatError`
    ///   where it cannot be read.
    public init(reading path: FilePath) throws {
        let reader = try SafetensorsFormat().open(path)
        guard reader.metadata["format"] == PlanFile.formatName else {
            throw FocusError("is a safetensors file, but no row plan", path: path)
        }
        guard let version = reader.metadata["version"], ["1", "2", "3", "4", "5", "6"].contains(version) else {
            throw FocusError(
                "is a row plan of version \(reader.metadata["version"] ?? "unknown"), which this version does not read",
                path: path)
        }
        func integers<Value: FixedWidthInteger & BitwiseCopyable>(
            _ name: TensorName, _ type: ElementType, _: Value.Type
        ) throws -> [Value] {
            guard let tensor = reader.tensor(named: name), tensor.elementType == type, tensor.shape.count == 1 else {
                throw FocusError("has no tensor '\(name)' of type \(type.rawValue) with one axis", path: path)
            }
            var values: [Value] = []
            values.reserveCapacity(tensor.elementCount)
            let width = MemoryLayout<Value>.size
            let piece = width << 16
            for start in stride(from: 0, to: tensor.byteCount, by: piece) {
                let range = start..<min(start + piece, tensor.byteCount)
                try reader.read(tensor, bytes: range) { (bytes: RawSpan) throws(FormatError) in
                    for offset in stride(from: 0, to: bytes.byteCount, by: width) {
                        values.append(bytes.littleEndian(Value.self, at: offset))
                    }
                }
            }
            return values
        }
        func tokens(_ side: String) throws -> TokenTable {
            let bytes = try integers(TensorName("\(side).tokens"), .u8, UInt8.self)
            let offsets = try integers(TensorName("\(side).offsets"), .i64, Int64.self)
            guard let table = TokenTable(bytes: bytes, offsets: offsets.map { Int($0) }) else {
                throw FocusError("has offsets of \(side) tokens that do not ascend to their end", path: path)
            }
            return table
        }
        sourceTokens = try tokens("source")
        targetTokens = try tokens("target")
        metadata = reader.metadata
        let rawKinds = try integers("kinds", .u8, UInt8.self)
        let kinds = rawKinds.compactMap(RowKind.init)
        guard kinds.count == rawKinds.count, kinds.allSatisfy({ $0.isKnown(in: version) }) else {
            throw FocusError("has a row of an unknown kind", path: path)
        }
        guard [nil, PlanFile.anchorNorm].contains(reader.metadata["norm"]) else {
            throw FocusError("asks for norms of a kind that is not known", path: path)
        }
        let offsets = try integers("offsets", .i64, Int64.self).map { Int($0) }
        let sourceRows = try integers("columns", .i32, Int32.self)
        let weights = try integers("weights", .f64, UInt64.self).map { Double(bitPattern: $0) }
        var mixtures = RowMixtures()
        if version == "3" || kinds.contains(.mix) {
            let parts = Parts(
                offsets: try integers("parts.offsets", .i64, Int64.self),
                kinds: try integers("parts.kinds", .u8, UInt8.self),
                weights: try integers("parts.weights", .f64, UInt64.self).map { Double(bitPattern: $0) },
                ends: try integers("parts.ends", .i64, Int64.self))
            guard let found = parts.mixtures(rows: offsets) else {
                throw FocusError("has parts of mixed rows that do not fit its rows", path: path)
            }
            mixtures = found
        }
        let anchors = try integers("anchors", .i32, Int32.self)
        guard let seed = reader.metadata["seed"].flatMap({ UInt64($0) }) else {
            throw FocusError("does not say with which seed rows are drawn", path: path)
        }
        let plan: RowPlan
        do throws(EngineError) {
            plan = try RowPlan(
                validating: kinds, offsets: offsets, sourceRows: sourceRows, weights: weights, mixtures: mixtures,
                anchors: anchors, seed: seed, sourceRowCount: sourceTokens.count,
                matchesNorm: metadata["norm"] == PlanFile.anchorNorm)
        } catch {
            throw FocusError("is damaged: \(error)", path: path)
        }
        guard plan.rowCount == targetTokens.count else {
            throw FocusError("has \(plan.rowCount) rows for \(targetTokens.count) target tokens", path: path)
        }
        guard version >= "5" else {
            rows = NewRows(plan)
            return
        }
        let made = try PlanFile.made(
            in: reader, rowCount: plan.rowCount, integers: { try integers($0, .i32, Int32.self) },
            bytes: { try integers($0, .u8, UInt8.self) })
        var shares: TokenShares?
        if reader.tensor(named: "shares.pieces") != nil {
            let pieces = try integers("shares.pieces", .i32, Int32.self)
            let logarithms = try integers("shares.logarithms", .f64, UInt64.self).map { Double(bitPattern: $0) }
            shares = PlanFile.shares(
                pieces, logarithms, rowCount: plan.rowCount, sourceCount: sourceTokens.count)
            guard shares != nil else { throw FocusError("has shares that do not fit its tokens", path: path) }
        }
        guard let made else { throw FocusError("has made rows that do not fit its plan", path: path) }
        let report = metadata[PlanFile.reportKey].flatMap { ModelRowsReport(Array($0.utf8)) }
        rows = NewRows(plan, made: made, shares: shares, report: report)
    }
}

extension RowKind {
    /// Whether plan files of `version` have rows of this kind.
    fileprivate func isKnown(in version: String) -> Bool {
        switch self {
        case .copy, .combine, .sample: true
        case .mean, .pieces: version != "1"
        case .mix: version >= "3"
        case .prompt: version >= "4"
        case .blend: version >= "5"
        case .given: version >= "6"
        }
    }
}
