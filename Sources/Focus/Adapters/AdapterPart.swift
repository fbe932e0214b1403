internal import Checkpoints
internal import Replacement
internal import SafetensorsFormat
internal import SystemPackage
internal import TensorIO

/// One adapter of a folder, opened and understood.
struct AdapterPart: Sendable {
    /// Its file of tensors, relative to the folder.
    let file: FilePath
    /// Its configuration's file, relative to the folder.
    let configurationFile: FilePath
    let reader: any TensorReader
    let configuration: AdapterConfiguration
    let tensors: AdapterTensors

    /// Opens the adapter at `place` of `folder`.
    ///
    /// - Throws: `FormatError` or `FocusError` where its files cannot be read, or hold what cannot be carried.
    init(_ folder: AdapterFolder, _ place: FilePath, count: Int, choices: VocabularyChoices) throws {
        file = try folder.weights(at: place)
        configurationFile = AdapterFolder.configuration(at: place)
        configuration = try AdapterConfiguration(folder.folder.pushing(configurationFile))
        try configuration.refuseInvocation()
        let path = folder.folder.pushing(file)
        reader = try SafetensorsFormat().open(path)
        tensors = try AdapterTensors(
            reader.tensors, configuration, count: count, choices: choices.resolved(among: reader.tensors), at: path)
    }
}
