internal import PluginSupport

/// A file of torch.save before version 1.6: five pickles in a row (a magic number, a version, what the machine was
/// like, what was saved, the keys of the storages), then the storages, each a count and its numbers.
struct LegacyStream: TorchContainer {
    let pickle: [UInt8]
    let pickleOffset: Int
    let isBigEndian: Bool
    private let places: [[UInt8]: Range<Int>]

    /// The version of the layout; there was never another.
    private static let version = 1001
    /// How much of a file is looked at for the pickles: first a little, then as much as an archive's may have.
    private static let windows = [1 << 22, 128 << 20]

    /// Whether `file` is such a file.
    static func begins(_ file: InputFile) -> Bool {
        let magic = OtherFile.legacyMagic
        return file.byteCount >= magic.count && file.copy(0..<magic.count) == magic
    }

    /// Opens `file`, which begins so.
    init(_ file: InputFile) throws(Refusal) {
        let small = min(LegacyStream.windows[0], file.byteCount)
        do throws(Refusal) {
            try self.init(file, window: small)
        } catch {
            let large = min(LegacyStream.windows[1], file.byteCount)
            guard error.kind == .truncated, large > small else { throw error }
            try self.init(file, window: large)
        }
    }

    private init(_ file: InputFile, window: Int) throws(Refusal) {
        let bytes = file.copy(0..<window)
        var position = OtherFile.legacyMagic.count
        func next() throws(Refusal) -> PickleMachine {
            let machine = try PickleMachine(bytes, from: position)
            position = machine.position
            return machine
        }
        guard case .integer(LegacyStream.version) = try next().root else {
            throw Refusal(.unsupported, "is of another version of the layout of torch before 1.6 than 1001")
        }
        isBigEndian = try LegacyStream.isBigEndian(next())
        pickleOffset = position
        let saved = try next()
        pickle = Array(bytes[pickleOffset..<position])
        places = try LegacyStream.places(
            of: next(), storages: saved, isBigEndian: isBigEndian, in: file, from: position)
    }

    /// Which bytes of `file`, from `start` on, the storages have whose keys are the list that `list` is, and whose
    /// types `saved` knows.
    private static func places(
        of list: PickleMachine, storages saved: PickleMachine, isBigEndian: Bool, in file: InputFile, from start: Int
    ) throws(Refusal) -> [[UInt8]: Range<Int>] {
        guard case .container(let place) = list.root, list.containers[place].kind == .list else {
            throw Refusal(.invalidHeader, "has no list of the keys of its storages", byteOffset: start)
        }
        var widths: [[UInt8]: Int] = [:]
        for storage in saved.storages { widths[Array(saved.bytes[storage.key])] = storage.type.byteCount }
        var places: [[UInt8]: Range<Int>] = [:]
        var position = start
        for value in list.containers[place].values {
            guard case .text(let text) = value, let width = widths[Array(list.bytes[text])] else {
                throw Refusal(.invalidHeader, "has a storage that its pickle does not name", byteOffset: position)
            }
            guard file.byteCount - position >= 8 else {
                throw Refusal(.truncated, "ends before its storages do: it was cut short", byteOffset: file.byteCount)
            }
            let count = file.copy(position..<position + 8).number(at: 0, 8)
            position += 8
            let (size, overflow) = (isBigEndian ? count.byteSwapped : count).multipliedReportingOverflow(
                by: UInt64(width))
            guard !overflow, size <= UInt64(file.byteCount - position) else {
                throw Refusal(.truncated, "ends before its storages do: it was cut short", byteOffset: file.byteCount)
            }
            guard places.updateValue(position..<position + Int(size), forKey: Array(list.bytes[text])) == nil else {
                throw Refusal(.invalidHeader, "has two storages of one key", byteOffset: position)
            }
            position += Int(size)
        }
        return places
    }

    /// What `machine` says of the order of bytes.
    private static func isBigEndian(_ machine: PickleMachine) throws(Refusal) -> Bool {
        guard case .container(let place) = machine.root, machine.containers[place].kind == .dictionary else {
            throw Refusal(.invalidHeader, "does not say on what machine it was written")
        }
        let container = machine.containers[place]
        for (key, value) in zip(container.keys, container.values) {
            if case .text(let name) = key, machine.bytes[name].elementsEqual([UInt8](ascii: "little_endian")),
                case .boolean(let isLittle) = value
            {
                return !isLittle
            }
        }
        throw Refusal(.invalidHeader, "does not say in which order its bytes are")
    }

    func storage(_ key: [UInt8], byteCount: Int) throws(Refusal) -> Range<Int> {
        guard let place = places[key] else {
            throw Refusal(.invalidHeader, "its storage '\(key.printable)' is missing from the file")
        }
        guard place.count == byteCount else {
            throw Refusal(
                .invalidHeader,
                "its storage '\(key.printable)' has \(place.count) bytes, but \(byteCount) by the pickle",
                byteOffset: place.lowerBound)
        }
        return place
    }
}
