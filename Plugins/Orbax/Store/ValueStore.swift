internal import PluginSupport

/// Values by keys, as `params.dense.kernel/.zarray`: in a folder, or in OCDBT.
protocol ValueStore: AnyObject {
    /// Whether there is a value.
    func contains(_ key: [UInt8]) -> Bool
    /// The value of `key`; nil where there is none.
    ///
    /// - Throws: `Refusal` where it cannot be read.
    func value(of key: [UInt8]) throws(Refusal) -> StoredBytes?
    /// The names of what has a description of an array; empty where only a tree tells.
    var arrayNames: [[UInt8]] { get }
    /// Whether each value is a file of the checkpoint.
    var isOfFiles: Bool { get }
}

/// A folder with a file for each value.
final class FolderStore: ValueStore {
    private let folder: FilePlace

    init(_ folder: FilePlace) {
        self.folder = folder
    }

    func contains(_ key: [UInt8]) -> Bool { folder.appending(key).isFile }

    func value(of key: [UInt8]) throws(Refusal) -> StoredBytes? {
        let place = try folder.inside(key)
        guard place.isFile else { return nil }
        do throws(Refusal) {
            let file = try InputFile(place)
            return StoredBytes(file, 0..<file.byteCount)
        } catch {
            throw error.about("file", key)
        }
    }

    var arrayNames: [[UInt8]] { [] }
    var isOfFiles: Bool { true }
}
