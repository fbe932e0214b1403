internal import Focus
internal import JSON
internal import SystemPackage

/// What a file of counts holds, for people and for programs.
struct CountsStory {
    private let file: CountsFile
    private let wasFinished: Bool

    /// - Parameter wasFinished: whether the file was there before.
    init(_ file: CountsFile, wasFinished: Bool) {
        (self.file, self.wasFinished) = (file, wasFinished)
    }

    /// Tells it, as JSON where that is asked for.
    func tell(_ common: CommonOptions, _ path: FilePath) {
        let (documents, tokens, bytes) = file.size
        guard !common.json else {
            let json = JSONBuilder.object([
                .init("shard", .text(file.shard.description)), .init("documents", .integer(documents)),
                .init("tokens", .integer(tokens)), .init("bytes", .integer(bytes)),
                .init("wasFinished", .boolean(wasFinished)),
            ])
            return Terminal.answer(json.written(indentation: 2) + [0x0A])
        }
        if wasFinished { common.say("'\(path)' is finished already: nothing to do") }
        common.say(
            "shard \(file.shard): \(Wording.count(tokens)) tokens of \(Wording.count(documents)) documents")
    }
}
