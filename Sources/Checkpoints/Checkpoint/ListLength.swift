internal import JSON
internal import Replacement
internal import SystemPackage
internal import TensorIO

/// How long the lists in a file of text are.
struct ListLength {
    /// The numbers of members of each list, or the number of lines.
    let counts: [Int]
    /// What the members are called in a sentence.
    let noun: String
    /// Some members of the longest list, where they are texts.
    let samples: [[UInt8]]
    /// How many members that list has.
    let sampledCount: Int

    /// Larger files are not looked into.
    private static let maximumByteCount = 1 << 26
    private static let endings = ["txt", "tsv", "csv", "vocab", "dict", "vec", "list"]

    /// Looks into the file at `path`, called `name`; nil where it is neither JSON nor a list of lines.
    init?(of path: FilePath, named name: String) {
        guard let ending = FilePath(name).extension?.lowercased(),
            FolderContents.byteCount(of: path) <= ListLength.maximumByteCount
        else { return nil }
        if ending == "json" {
            guard let root = try? JSONFile.read(path).root else { return nil }
            self.init(counting: root)
        } else if ListLength.endings.contains(ending) {
            guard let count = try? MappedFile(path).withBytes({ bytes in ListLength.lineCount(bytes) }) else {
                return nil
            }
            // The last line may end or not, and the first may tell the others' number.
            self.init(counts: [count, count - 1], noun: "lines", samples: [], sampledCount: 0)
        } else {
            return nil
        }
    }

    private init(counts: [Int], noun: String, samples: [[UInt8]], sampledCount: Int) {
        self.counts = counts
        self.noun = noun
        self.samples = samples
        self.sampledCount = sampledCount
    }

    private init(counting root: JSONValue) {
        let lists = [root] + root.members.map(\.value).filter { $0.kind == .object || $0.kind == .array }
        // An object is settings as a rule; whether its keys are tokens is looked at.
        counts = lists.filter { $0.kind == .array }.map(\.count)
        noun = "entries"
        guard let longest = lists.max(by: { $0.count < $1.count }), longest.count > 1 else {
            (samples, sampledCount) = ([], 0)
            return
        }
        let step = max(1, longest.count / 256)
        var samples: [[UInt8]] = []
        if longest.kind == .object {
            for (index, member) in longest.members.enumerated() where index % step == 0 {
                samples.append(Array(member.key))
            }
        } else {
            for (index, element) in longest.elements.enumerated() where index % step == 0 {
                guard let text = element.string ?? element.elements.first(where: { _ in true })?.string else {
                    continue
                }
                samples.append(Array(text.utf8))
            }
        }
        self.samples = samples
        sampledCount = longest.count
    }

    private static func lineCount(_ bytes: RawSpan) -> Int {
        var count = 0
        for index in 0..<bytes.byteCount where bytes.byte(at: index) == 0x0A { count += 1 }
        let endsOpen = bytes.byteCount > 0 && bytes.byte(at: bytes.byteCount - 1) != 0x0A
        return count + (endsOpen ? 1 : 0)
    }
}
