internal import CFocusPlugin
internal import Glibc

/// What libFuzzer calls: `bytes` are an archive where they begin with PK, an index where they begin with a brace, or else the
/// pickle of an archive whose storage '0' has 64 bytes. All goes through the table, as focus would have it.
@c(LLVMFuzzerTestOneInput)
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    if input.first == UInt8(ascii: "{") {
        _ = try? ShardIndex(input)
    } else {
        FuzzedFile.check(input.starts(with: [UInt8](ascii: "PK")) ? input : FuzzedFile.archive(of: input))
    }
    return 0
}

/// One file that takes the contents of each input.
enum FuzzedFile {
    private static let path = "/dev/shm/focus-fuzz-\(getpid()).pt"
    private static let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)

    /// Opens `contents` and reads all tensors, whole and from the middle; traps where an answer is none.
    static func check(_ contents: [UInt8]) {
        precondition(ftruncate(descriptor, 0) == 0)
        precondition(unsafe pwrite(descriptor, contents, contents.count, 0) == contents.count)
        guard let table = unsafe focus_plugin_entry(1)?.pointee else { return }
        var file = unsafe focus_file_v1()
        var error = focus_error_v1()
        _ = unsafe table.recognizes(contents, UInt64(min(4096, contents.count)))
        guard unsafe table.open(path, nil, &file, &error) == FOCUS_OK.rawValue else {
            precondition(error.message.0 != 0, "a refusal without a sentence")
            return
        }
        let tensorCount = unsafe file.tensor_count
        for number in 0..<tensorCount {
            let tensor = unsafe file.tensors[Int(number)]
            var product: UInt64 = 1
            for axis in 0..<Int(unsafe tensor.rank) { unsafe product &*= tensor.shape[axis] }
            unsafe precondition(
                product &* UInt64(focus_element_bits(tensor.element_type)) == tensor.byte_count &* 8, "another size")
            if unsafe tensor.file_offset != FOCUS_NONE {
                unsafe precondition(
                    tensor.file_offset + tensor.byte_count <= UInt64(contents.count), "beyond the end of the file")
            } else if unsafe tensor.byte_count > 0 {
                let count = unsafe min(tensor.byte_count, 1 << 16)
                unsafe read(&file, number, 0, count, table)
                unsafe read(&file, number, tensor.byte_count - count / 3 - 1, count / 3 + 1, table)
            }
        }
        unsafe table.close(&file)
    }

    private static func read(
        _ file: inout focus_file_v1, _ number: UInt64, _ offset: UInt64, _ count: UInt64, _ table: focus_plugin_v1
    ) {
        var error = focus_error_v1()
        var received: UInt64 = 0
        let status = unsafe withUnsafeMutablePointer(to: &received) { received in
            var sink = unsafe focus_sink_v1(context: received) { context, _, count in
                unsafe context?.assumingMemoryBound(to: UInt64.self).pointee += count
                return 0
            }
            return unsafe table.read(&file, number, offset, count, &sink, &error)
        }
        precondition(status == FOCUS_OK.rawValue && received == count, "another number of bytes")
    }

    /// An archive with `pickle` and one storage; its checksums are none, so that none is compared.
    static func archive(of pickle: [UInt8]) -> [UInt8] {
        var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
        let members: [(name: StaticString, contents: [UInt8])] = [
            ("x/data.pkl", pickle), ("x/data/0", Array(0..<64)), ("x/version", [UInt8](ascii: "3\n")),
        ]
        for (name, contents) in members {
            let name = [UInt8](ascii: name)
            let sizes = number(contents.count, 4) + number(contents.count, 4) + number(name.count, 2) + number(0, 2)
            let place = number(bytes.count, 4)
            bytes += number(0x0403_4B50, 4) + number(0, 14) + sizes + name + contents
            directory += number(0x0201_4B50, 4) + number(0, 16) + sizes + number(0, 10) + place + name
        }
        let end =
            number(members.count, 2) + number(members.count, 2) + number(directory.count, 4) + number(bytes.count, 4)
        return bytes + directory + number(0x0605_4B50, 4) + number(0, 4) + end + number(0, 2)
    }

    private static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
    }
}
