internal import PluginSupport

/// Files that end in .bin, .pt or .pth and are no archives of torch.save.
enum OtherFile {
    /// The magic number that begins a file of torch.save before version 1.6, pickled (protocol 2, ten bytes, stop).
    static let legacyMagic: [UInt8] = [
        0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]

    /// Whether a file that begins with `prefix` is an archive of torch.save or of TorchScript: its first member says
    /// so.
    static func isArchive(_ prefix: [UInt8]) -> Bool {
        guard prefix.count >= 30, prefix.number(at: 0, 4) == 0x0403_4B50 else { return false }
        let name = prefix[30...].prefix(Int(prefix.number(at: 26, 2)))
        guard let slash = name.firstIndex(of: UInt8(ascii: "/")) else { return false }
        let member = Array(name[(slash + 1)...])
        let members: [StaticString] = [
            "data.pkl", "constants.pkl", "version", "byteorder", ".format_version", ".storage_alignment",
        ]
        return members.contains { [UInt8](ascii: $0) == member } || member.starts(with: [UInt8](ascii: "data/"))
            || member.starts(with: [UInt8](ascii: "code/"))
    }

    /// Throws what `file` is where its first bytes tell that it is no zip archive.
    static func refuse(_ file: InputFile) throws(Refusal) {
        let prefix = file.copy(0..<min(64, file.byteCount))
        if prefix.starts(with: [UInt8](ascii: "PK")) { return }
        if prefix.starts(with: [UInt8](ascii: "version https://git-lfs")) {
            throw Refusal(.unrecognized, "is a Git LFS pointer, not the file: run git lfs pull")
        }
        let saving = "where it was made, torch.save(torch.load(file), other) writes it anew"
        if prefix.count >= 2, prefix[0] == 0x80, (2...5).contains(prefix[1]) {
            throw Refusal(
                .unsupported, "is a bare pickle, which may run any code, not an archive of torch.save; \(saving)")
        }
        throw Refusal(.unrecognized, "is no archive of torch.save, which begins with 'PK'", byteOffset: 0)
    }
}
