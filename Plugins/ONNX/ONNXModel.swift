internal import PluginSupport

/// The initialisers of a model of ONNX: its weights.
final class ONNXModel: OpenedModel {
    private(set) var listed: [ListedTensor] = []
    private(set) var notes = Notes()
    private(set) var parts: [[UInt8]] = []
    private var files: [InputFile] = []
    private let folder: FilePlace
    /// Tensors whose contents do not lie in a file as they are, by number.
    private var numbers: [Int: VariableNumbers] = [:]
    private var chunks: [Int: ChunkedLayout] = [:]
    private var names: Set<[UInt8]> = []
    private var textCount = 0
    /// The files of contents, by name.
    private var externals: [[UInt8]: Int] = [:]

    private var file: InputFile { files[0] }

    private static let largestFileCount = 1 << 14

    /// Opens the file at `place`, or the only model in the folder there.
    init(_ place: FilePlace) throws(Refusal) {
        let path = ONNXModel.model(in: place).map(place.appending) ?? place
        folder = path.folder
        files = [try InputFile(path)]
        let prefix = file.copy(0..<min(file.byteCount, 4096))
        guard ONNXModel.begins(prefix) || path.name.suffix(5) == [UInt8](ascii: ".onnx")[...] else {
            throw Refusal(.unrecognized, "is no model of ONNX")
        }
        var message = WireMessage(0..<file.byteCount, of: file)
        var graph: Range<Int>?
        while let (number, value) = try message.next() {
            switch number {
            case 1: notes.add([UInt8](ascii: "ir_version"), Array(String(value.unsigned).utf8))
            case 2: notes.add([UInt8](ascii: "producer_name"), value.text(of: file))
            case 3: notes.add([UInt8](ascii: "producer_version"), value.text(of: file))
            case 6: notes.add([UInt8](ascii: "doc_string"), value.text(of: file))
            case 7:
                guard graph == nil, let range = value.range else {
                    throw Refusal(.invalidHeader, "has two graphs", byteOffset: message.place)
                }
                graph = range
            case 8: if let range = value.range { try addOperators(range) }
            case 14:
                guard let range = value.range else { break }
                let pair = try TensorMessage.pair(range, of: file)
                notes.add(pair.key, pair.value)
            default: break
            }
        }
        guard let graph else { throw Refusal(.invalidHeader, "has no graph") }
        try addInitializers(of: graph)
        if textCount > 0 {
            notes.add([UInt8](ascii: "onnx.texts"), Array("tensors of texts, which are left out: \(textCount)".utf8))
        }
        if place.isFolder || !externals.isEmpty { parts.insert(path.name, at: 0) }
        for file in files { file.release() }
    }

    /// The name of the only model of ONNX in the folder at `path`, if there is none in safetensors; nil otherwise.
    static func model(in path: FilePlace) -> [UInt8]? {
        guard path.isFolder, !path.hasSafetensors else { return nil }
        let models = path.fileNames.filter { $0.count > 5 && $0.suffix(5).elementsEqual([UInt8](ascii: ".onnx")) }
        return models.count == 1 ? models[0] : nil
    }

    private func addOperators(_ range: Range<Int>) throws(Refusal) {
        var message = WireMessage(range, of: file)
        var (domain, version): ([UInt8], UInt64) = ([], 0)
        while let (number, value) = try message.next() {
            if number == 1 { domain = value.text(of: file) ?? [] }
            if number == 2 { version = value.unsigned }
        }
        let key = [UInt8](ascii: "opset") + (domain.isEmpty ? [] : [UInt8(ascii: ".")] + domain)
        notes.add(key, Array(String(version).utf8))
    }

    private func addInitializers(of graph: Range<Int>) throws(Refusal) {
        var message = WireMessage(graph, of: file)
        while let (number, value) = try message.next() {
            guard let range = value.range else { continue }
            switch number {
            case 1: try addConstant(range)
            case 2: notes.add([UInt8](ascii: "graph"), value.text(of: file))
            case 5: try addInitializer(range)
            case 15:
                throw Refusal(
                    .unsupported, "has sparse initialisers, which are not read: make them dense with onnx's tools",
                    byteOffset: range.lowerBound)
            default: break
            }
        }
    }

    /// Adds the tensor of a node that is nothing but one: some exporters keep weights so.
    private func addConstant(_ node: Range<Int>) throws(Refusal) {
        var message = WireMessage(node, of: file)
        var (output, isConstant, contents): ([UInt8], Bool, Range<Int>?) = ([], false, nil)
        while let (number, value) = try message.next() {
            switch number {
            case 2: output = value.text(of: file, limit: 1 << 16) ?? []
            case 4: isConstant = value.text(of: file) == [UInt8](ascii: "Constant")
            case 5:
                guard let range = value.range else { break }
                var attribute = WireMessage(range, of: file)
                while let (number, value) = try attribute.next() {
                    if number == 5, let range = value.range { contents = range }
                }
            default: break
            }
        }
        guard isConstant, let contents else { return }
        try addInitializer(contents, name: output)
    }

    /// Adds a tensor under its own name, or under `name`.
    private func addInitializer(_ range: Range<Int>, name: [UInt8]? = nil) throws(Refusal) {
        var tensor = try TensorMessage(range, of: file)
        if let name { tensor.name = name }
        guard tensor.typeNumber != ONNXType.text else {
            textCount += 1
            return
        }
        do throws(Refusal) {
            guard names.insert(tensor.name).inserted else { throw Refusal(.invalidHeader, "is there twice") }
            try add(tensor)
        } catch {
            throw error.about("tensor", tensor.name)
        }
    }

    private func add(_ tensor: TensorMessage) throws(Refusal) {
        guard let type = ONNXType.numbered(tensor.typeNumber) else {
            throw Refusal(.unsupported, "is of type \(tensor.typeNumber), which is not known")
        }
        guard let elementType = type.elementType else {
            throw Refusal(.unsupported, "is of type \(type.name), which has no place here")
        }
        var shape = tensor.dimensions
        if type.packedCount > 1 { shape = try ONNXModel.packed(shape, by: type.packedCount) }
        let byteCount = try ElementSize.byteCount(elementType, shape)
        let contents = try self.contents(of: tensor, type, byteCount)
        let stored = type.packedCount > 1 ? Array(type.name.description.utf8) : []
        listed.append(
            ListedTensor(
                tensor.name, elementType, shape, byteCount: byteCount, part: contents.part, offset: contents.offset,
                isSequential: numbers[listed.count] != nil, storedType: stored))
    }

    /// The shape in bytes of elements of less than a byte, which are packed without regard to axes.
    private static func packed(_ shape: [Int], by count: Int) throws(Refusal) -> [Int] {
        let elementCount = try ElementSize.byteCount(1, shape)
        if let last = shape.last, last.isMultiple(of: count) { return shape.dropLast() + [last / count] }
        return [(elementCount + count - 1) / count]
    }

    /// Where the contents are; without a place, they are put together.
    private func contents(
        of tensor: TensorMessage, _ type: ONNXType, _ byteCount: Int
    ) throws(Refusal) -> (part: Int, offset: Int?) {
        if tensor.isExternal { return try external(tensor, byteCount) }
        if let raw = tensor.raw, byteCount > 0 || !raw.isEmpty {
            try ONNXModel.check(raw.count, byteCount)
            return (0, raw.lowerBound)
        }
        if !tensor.fixed.isEmpty {
            var found: [TensorChunk] = []
            for range in tensor.fixed {
                found.append(
                    TensorChunk(
                        first: found.last?.end ?? 0, byteCount: range.count, part: 0, start: range.lowerBound))
            }
            let layout = ChunkedLayout(inOrder: found)
            try ONNXModel.check(layout.byteCount, byteCount)
            if found.count > 1 { chunks[listed.count] = layout }
            return (0, found.count > 1 ? nil : found[0].start)
        }
        guard !tensor.variable.isEmpty else {
            try ONNXModel.check(0, byteCount)
            return (0, 0)
        }
        let numbers = VariableNumbers(pieces: tensor.variable, width: type.byteCount)
        let count = try numbers.count(in: file)
        try ONNXModel.check(count * numbers.width, byteCount)
        self.numbers[listed.count] = numbers
        return (0, nil)
    }

    private static func check(_ found: Int, _ byteCount: Int) throws(Refusal) {
        guard found == byteCount else {
            throw Refusal(.invalidTensor, "has \(byteCount) bytes by its shape, but \(found) of contents")
        }
    }

    /// Contents in a file beside the model.
    private func external(_ tensor: TensorMessage, _ byteCount: Int) throws(Refusal) -> (part: Int, offset: Int?) {
        guard let name = tensor.external[[UInt8](ascii: "location")] else {
            throw Refusal(.invalidHeader, "is said to be in another file, but not in which")
        }
        func number(_ key: StaticString) throws(Refusal) -> Int? {
            guard let text = tensor.external[[UInt8](ascii: key)] else { return nil }
            guard let number = Int(String(decoding: text, as: UTF8.self)), number >= 0 else {
                throw Refusal(.invalidHeader, "has the \(key) '\(text.printable)' in another file")
            }
            return number
        }
        let part = try self.part(name)
        let start = try number("offset") ?? 0
        let length = try number("length") ?? byteCount
        try ONNXModel.check(length, byteCount)
        guard start <= files[part].byteCount, byteCount <= files[part].byteCount - start else {
            throw Refusal(
                .truncated,
                "ends at byte \(start.addingReportingOverflow(byteCount).partialValue) of '\(name.printable)', which "
                    + "has \(files[part].byteCount): it was cut short")
        }
        return (part, start)
    }

    private func part(_ name: [UInt8]) throws(Refusal) -> Int {
        if let part = externals[name] { return part }
        guard files.count < ONNXModel.largestFileCount else {
            throw Refusal(.unsupported, "is in more than \(ONNXModel.largestFileCount) files")
        }
        let place = try folder.inside(name)
        do throws(Refusal) {
            files.append(try InputFile(place))
        } catch {
            throw error.about("file", name)
        }
        externals[name] = files.count - 1
        parts.append(name)
        return files.count - 1
    }

    func read(_ number: Int, _ range: Range<Int>, to send: (UnsafeRawBufferPointer) -> Int32) throws(Refusal) -> Int32 {
        if let numbers = numbers[number] { return unsafe try numbers.read(range, of: file, to: send) }
        guard let layout = chunks[number] else { throw Refusal(.invalidTensor, "lies in a file as it is") }
        return unsafe layout.gather(range, from: files, to: send)
    }
}
