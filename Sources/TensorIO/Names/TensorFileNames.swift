/// Names of files for tensors: any tensor name becomes a plain file name, and no two become the same.
///
/// Letters, digits, `.`, `_` and `-` stay as they are; other bytes become `%` and two digits, and so does a dot at the
/// start. What is too long for a file name is cut, and a hash of the whole is appended.
public struct TensorFileNames: Sendable {
    private let ending: String
    private var taken: Set<[UInt8]> = []

    /// The longest name, without the ending.
    private static let maximumByteCount = 180

    /// Makes names that end with `ending`, as in `.npy`.
    public init(ending: String) {
        self.ending = ending
    }

    /// The file name for the tensor named `name`.
    public mutating func next(for name: TensorName) -> String {
        var bytes: [UInt8] = []
        for (index, byte) in name.bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                bytes.append(byte)
            case UInt8(ascii: ".") where index > 0: bytes.append(byte)
            default:
                bytes.append(contentsOf: [UInt8(ascii: "%")] + TensorFileNames.hexadecimal(UInt64(byte), digits: 2))
            }
        }
        if bytes.isEmpty { bytes = [UInt8(ascii: "%")] }
        if bytes.count > TensorFileNames.maximumByteCount {
            let hash = name.bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            bytes.removeLast(bytes.count - 150)
            bytes += [UInt8(ascii: "~")] + TensorFileNames.hexadecimal(hash, digits: 16)
        }
        var unique = bytes
        var number = 2
        while !taken.insert(unique).inserted {
            unique = bytes + Array("~\(number)".utf8)
            number += 1
        }
        return String(decoding: unique, as: UTF8.self) + ending
    }

    private static func hexadecimal(_ value: UInt64, digits: Int) -> [UInt8] {
        let characters = Array("0123456789ABCDEF".utf8)
        return (0..<digits).reversed().map { characters[Int(value >> ($0 * 4) & 15)] }
    }
}
