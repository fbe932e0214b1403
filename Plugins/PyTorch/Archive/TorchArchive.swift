internal import PluginSupport

/// A zip archive as torch.save writes it: one folder with a pickle, the storages it names, and how their numbers are
/// laid out.
struct TorchArchive {
    let file: InputFile
    /// What `data.pkl` holds.
    let pickle: [UInt8]
    /// Where that is in the file.
    let pickleOffset: Int
    /// Whether the bytes of numbers in the storages are in the other order.
    let isBigEndian: Bool
    private let directory: ZipDirectory

    /// How many bytes were looked at to open it.
    var examinedByteCount: Int {
        pickle.count + directory.byteCount
    }

    /// The one folder, which is called as the file was when it was saved.
    private let folder: [UInt8]

    /// The largest pickle. That of a model with 100,000 tensors has about 10 MB.
    private static let largestPickle = 128 << 20
    /// The largest version of the layout that is known.
    private static let largestVersion = 10

    /// Opens the archive `file`.
    ///
    /// - Throws: `Refusal` for whatever torch.save did not write, or not as such an archive.
    init(_ file: InputFile) throws(Refusal) {
        try OtherFile.refuse(file)
        directory = try ZipDirectory(of: file)
        folder = directory.members.first.map { Array($0.name.prefix { $0 != UInt8(ascii: "/") }) } ?? []
        self.file = file
        guard directory[folder + [UInt8](ascii: "/constants.pkl")] == nil else {
            throw Refusal(
                .unsupported,
                "is a TorchScript program, not a state_dict; where it was made, "
                    + "torch.save(torch.jit.load(file).state_dict(), other) writes its tensors")
        }
        guard let pickle = directory[folder + [UInt8](ascii: "/data.pkl")] else {
            throw Refusal(.unrecognized, "is a zip archive without a data.pkl: torch.save did not write it")
        }
        let place = try pickle.plainContents()
        guard place.count <= TorchArchive.largestPickle else {
            throw Refusal(
                .unsupported, "has a data.pkl of \(place.count) bytes; the limit is \(TorchArchive.largestPickle)",
                byteOffset: place.lowerBound)
        }
        self.pickle = file.copy(place)
        pickleOffset = place.lowerBound
        isBigEndian = try TorchArchive.isBigEndian(TorchArchive.text("byteorder", directory, folder, file))
        try checkVersion(pickle)
    }

    /// The bytes of the file that the storage called `key` has; `byteCount` is how many the pickle says.
    func storage(_ key: [UInt8], byteCount: Int) throws(Refusal) -> Range<Int> {
        guard let member = directory[folder + [UInt8](ascii: "/data/") + key] else {
            throw Refusal(.invalidHeader, "its storage '\(key.printable)' is missing from the archive")
        }
        let place = try member.plainContents()
        guard place.count == byteCount else {
            throw Refusal(
                place.count < byteCount ? .truncated : .invalidHeader,
                "its storage '\(key.printable)' has \(place.count) bytes, but \(byteCount) by the pickle",
                byteOffset: place.lowerBound)
        }
        return place
    }

    /// The contents of a small member, or nil where there is none of that name.
    private static func text(
        _ name: StaticString, _ directory: ZipDirectory, _ folder: [UInt8], _ file: InputFile
    ) throws(Refusal) -> (bytes: [UInt8], isIntact: Bool)? {
        guard let member = directory[folder + [UInt8](ascii: "/") + [UInt8](ascii: name)] else { return nil }
        let place = try member.plainContents()
        guard place.count <= 64 else {
            throw Refusal(
                .invalidHeader, "member '\(name)' has \(place.count) bytes, but is one word",
                byteOffset: place.lowerBound)
        }
        let bytes = file.copy(place)
        return (bytes, Checksum.of(bytes) == member.checksum)
    }

    private static func isBigEndian(_ order: (bytes: [UInt8], isIntact: Bool)?) throws(Refusal) -> Bool {
        // Archives of before torch 2.0 do not say; little is what all but a few machines are.
        guard let order else { return false }
        if order.bytes == [UInt8](ascii: "little") { return false }
        if order.bytes == [UInt8](ascii: "big") { return true }
        throw Refusal(
            .invalidHeader, "says its byte order is '\(order.bytes.printable)', which is neither 'little' nor 'big'")
    }

    /// Checks the version of the layout, and with it that the pickle is as it was written: an archive that was written
    /// without checksums (torch has a switch for it) has none that is right in the version either.
    private func checkVersion(_ pickle: ZipMember) throws(Refusal) {
        guard let version = try TorchArchive.text("version", directory, folder, file) else { return }
        let digits = version.bytes.prefix { $0 != UInt8(ascii: "\n") }
        guard let number = Int(String(decoding: digits, as: UTF8.self)), number > 0 else {
            throw Refusal(.invalidHeader, "says its version is '\(version.bytes.printable)', which is no number")
        }
        guard number <= TorchArchive.largestVersion else {
            throw Refusal(
                .unsupported,
                "is of version \(number) of torch's archives; versions up to \(TorchArchive.largestVersion) are read")
        }
        guard !version.isIntact || Checksum.of(self.pickle) == pickle.checksum else {
            throw Refusal(
                .invalidHeader, "has a data.pkl that is not what was written (its checksum is wrong); copy it again",
                byteOffset: pickleOffset)
        }
    }
}
