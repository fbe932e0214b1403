private import CKernels

/// Token ids as a line of text.
package enum TokenIDLine {
    /// Appends `ids` in decimal, separated by spaces, and a line feed.
    package static func append(_ ids: [Int32], to output: inout [UInt8]) {
        // As many bytes as the longest numbers take, and some that the kernel may write beyond.
        output.append(addingCapacity: ids.count * 9 + 8) { output in
            unsafe output.withUnsafeMutableBufferPointer { output, count in
                unsafe ids.withUnsafeBufferPointer { ids in
                    count += unsafe focus_write_decimals(ids.baseAddress, ids.count, output.baseAddress)
                }
            }
        }
    }
}
