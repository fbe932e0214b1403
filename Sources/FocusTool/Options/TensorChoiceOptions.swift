internal import ArgumentParser
internal import Checkpoints
internal import Focus
internal import TensorIO

/// Which tensors follow the vocabulary, where their shapes do not tell.
struct TensorChoiceOptions: ParsableArguments {
    @Option(
        name: .customLong("vocabulary-tensor"),
        help: ArgumentHelp(
            "A tensor that follows the vocabulary although its shape does not tell; may be repeated. "
                + "(default: by shape)",
            valueName: "name[:axis]"))
    var vocabularyTensors: [String] = []

    @Option(
        help: ArgumentHelp(
            "A tensor to leave as it is although it is as long as the vocabulary; may be repeated. (default: none)",
            valueName: "name"))
    var leave: [String] = []

    /// What they say.
    var choices: VocabularyChoices {
        get throws {
            var choices = VocabularyChoices(leave: Set(leave.map { TensorName($0) }))
            for text in vocabularyTensors {
                // Names may hold colons, as TensorFlow's do; only a number at the end is an axis.
                let parts = text.split(separator: ":", omittingEmptySubsequences: false)
                let axis = parts.count > 1 ? Int(parts[parts.count - 1]) : nil
                guard parts.count == 1 || axis != nil else {
                    throw ValidationError("--vocabulary-tensor takes NAME or NAME:AXIS, not '\(text)'.")
                }
                let name = axis == nil ? text : parts.dropLast().joined(separator: ":")
                choices.include[TensorName(name)] = axis.map { .axis($0) } ?? .automatic
            }
            return choices
        }
    }
}
