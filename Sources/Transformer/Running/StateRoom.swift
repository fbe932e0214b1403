public import SystemPackage

/// Where the states of a model are kept from layer to layer.
public struct StateRoom: Sendable {
    /// The most bytes that are kept in memory; more go to a temporary file.
    public let byteCount: Int
    /// The folder of temporary files.
    public let folder: FilePath

    /// Makes room: 256 MB of memory unless said otherwise.
    public init(byteCount: Int = 256 << 20, folder: FilePath = "/tmp") {
        self.byteCount = byteCount
        self.folder = folder
    }
}
