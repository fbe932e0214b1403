/// Files made by hand.
enum SafetensorsFile {
    /// The length (or `length`) and the text of a header.
    static func bytes(_ json: String, length: UInt64? = nil) -> [UInt8] {
        let length = length ?? UInt64(json.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + Array(json.utf8)
    }
}
