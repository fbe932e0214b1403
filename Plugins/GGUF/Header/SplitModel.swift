internal import CFocusPlugin
internal import Glibc

/// The files of a model that llama.cpp's gguf-split cut into several: `NAME-00001-of-00003.gguf` and so on.
struct SplitModel {
    /// The names of all files, in order.
    let names: [[UInt8]]
    private let folder: [UInt8]

    /// What the parts say of themselves; what is left is the model's.
    static let numberKey = Array("split.no".utf8)
    static let countKey = Array("split.count".utf8)
    static let tensorCountKey = Array("split.tensors.count".utf8)
    static let keys: Set<[UInt8]> = [numberKey, countKey, tensorCountKey]
    private static let largestCount = 1 << 12

    /// The files of the model, one of which, whose header is `header`, is at `path`; nil for a model in one file.
    init?(_ path: [UInt8], _ header: GGUFHeader) throws(GGUFError) {
        guard let count = header.number(SplitModel.countKey), count > 1 else { return nil }
        let number = header.number(SplitModel.numberKey)
        let (folder, name) = SplitModel.parts(path)
        guard count <= SplitModel.largestCount, let number, (0..<count).contains(number) else {
            throw GGUFError(
                FOCUS_ERROR_INVALID_HEADER,
                "says that it is part \(header.text(SplitModel.numberKey)) of \(count) of "
                    + "a model that was split, which cannot be")
        }
        let ending = SplitModel.ending(number, of: count)
        guard name.count > ending.count, name.suffix(ending.count).elementsEqual(ending) else {
            throw GGUFError(
                FOCUS_ERROR_UNSUPPORTED,
                "is part \(number + 1) of \(count) of a model that was split, but not called so: name the parts "
                    + "NAME\(String(decoding: ending, as: UTF8.self)) and so on, or join them with llama-gguf-split "
                    + "--merge FIRST-PART WHOLE.gguf (of llama.cpp)")
        }
        let stem = Array(name.dropLast(ending.count))
        names = (0..<count).map { stem + SplitModel.ending($0, of: count) }
        self.folder = folder
    }

    /// Opens all files, and compares what they say of themselves.
    func open() throws(GGUFError) -> [(file: InputFile, header: GGUFHeader)] {
        var found: [(file: InputFile, header: GGUFHeader)] = []
        for (number, name) in names.enumerated() {
            let path = (folder.isEmpty ? [] : folder + [UInt8(ascii: "/")]) + name
            guard let file = try? InputFile(path) else {
                throw GGUFError(
                    FOCUS_ERROR_SYSTEM,
                    "is a model in \(names.count) parts, of which part \(number + 1), \(quoted(name)), is not beside "
                        + "it, or cannot be opened: copy it there")
            }
            let header: GGUFHeader
            do throws(GGUFError) {
                header = try GGUFHeader(file)
            } catch {
                throw GGUFError(
                    error.status, "part \(number + 1), \(quoted(name)), \(error.message)", byteOffset: error.byteOffset)
            }
            guard header.number(SplitModel.numberKey) == number, header.number(SplitModel.countKey) == names.count
            else {
                throw GGUFError(
                    FOCUS_ERROR_INVALID_HEADER,
                    "\(quoted(name)) says that it is part \((header.number(SplitModel.numberKey) ?? -1) + 1) of "
                        + "\(header.text(SplitModel.countKey)), not \(number + 1) of \(names.count): parts of two "
                        + "models were mixed, or renamed")
            }
            found.append((file, header))
        }
        try check(found.map(\.header))
        return found
    }

    /// Throws where the tensors of all parts together are not those of the model.
    private func check(_ headers: [GGUFHeader]) throws(GGUFError) {
        var places: [[UInt8]: Int] = [:]
        for (number, header) in headers.enumerated() {
            for tensor in header.tensors {
                guard let earlier = places.updateValue(number, forKey: tensor.name) else { continue }
                throw GGUFError(
                    FOCUS_ERROR_INVALID_HEADER,
                    "tensor \(quoted(tensor.name)) is in \(quoted(names[earlier])) and in \(quoted(names[number])): "
                        + "parts of two models were mixed")
            }
        }
        guard let count = headers[0].number(SplitModel.tensorCountKey), count != places.count else { return }
        throw GGUFError(
            FOCUS_ERROR_INVALID_HEADER,
            "is a model in \(names.count) parts with \(places.count) tensors in all, but \(count) by its first part: "
                + "parts of two models were mixed")
    }

    /// Where the first part of the only model in parts in the folder at `path` is; nil where there is none, or another
    /// model beside it.
    static func first(in path: UnsafePointer<CChar>) -> [UInt8]? {
        guard let folder = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(folder) }
        var names: [[UInt8]] = []
        while let entry = unsafe readdir(folder), names.count <= largestCount {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            if name.suffix(5).elementsEqual(".gguf".utf8) { names.append(name) }
        }
        names.sort { $0.lexicographicallyPrecedes($1) }
        guard let first = names.first, names.count > 1, names.count <= largestCount,
            let stem = first.suffix(20).first == UInt8(ascii: "-") ? first.dropLast(20) : nil,
            names.indices.allSatisfy({ names[$0] == stem + ending($0, of: names.count) })
        else { return nil }
        return unsafe Array(UnsafeRawBufferPointer(start: path, count: strlen(path))) + [UInt8(ascii: "/")] + first
    }

    /// What the name of part `number`, counted from 0, ends in.
    private static func ending(_ number: Int, of count: Int) -> [UInt8] {
        func digits(_ number: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, 5 - text.utf8.count)) + text
        }
        return Array("-\(digits(number + 1))-of-\(digits(count)).gguf".utf8)
    }

    private static func parts(_ path: [UInt8]) -> (folder: [UInt8], name: [UInt8]) {
        guard let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return ([], path) }
        return (Array(path[..<max(slash, 1)]), Array(path[(slash + 1)...]))
    }
}

extension GGUFHeader {
    /// The text of a value; '?' where there is none.
    func text(_ key: [UInt8]) -> String {
        metadata.first { $0.key == key }.map { String(decoding: $0.value.text, as: UTF8.self) } ?? "?"
    }

    /// The number that a value is.
    func number(_ key: [UInt8]) -> Int? {
        Int(text(key))
    }
}
