internal import CFocusPlugin

/// Runs `body` and returns its outcome as focus wants it: FOCUS_OK, FOCUS_ERROR_STOPPED where it returns false, or what
/// it throws, with the sentence in `error`.
func status(_ error: UnsafeMutablePointer<focus_error_v1>?, _ body: () throws(GGUFError) -> Bool) -> Int32 {
    do throws(GGUFError) {
        return try body() ? Int32(FOCUS_OK.rawValue) : Int32(FOCUS_ERROR_STOPPED.rawValue)
    } catch let failure {
        if let error = unsafe error { unsafe failure.fill(error) }
        return Int32(failure.status.rawValue)
    }
}

/// A copy of the `count` bytes at `start`.
func bytes(_ start: UnsafePointer<CChar>?, _ count: UInt64) -> [UInt8] {
    unsafe Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(clamping: count)))
}

/// Copies of the `count` keys and values at `start`.
func pairs(_ start: UnsafePointer<focus_pair_v1>?, _ count: UInt64) -> [(key: [UInt8], value: [UInt8])] {
    unsafe UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(clamping: count)).map {
        unsafe (bytes($0.key, $0.key_length), bytes($0.value, $0.value_length))
    }
}

extension GGUFError {
    /// A pointer that focus must give is missing.
    static let nothingGiven = GGUFError(FOCUS_ERROR_UNSUPPORTED, "was called without what the function needs")

    /// Writes this error into `error`; a sentence that is too long is cut between characters.
    func fill(_ error: UnsafeMutablePointer<focus_error_v1>) {
        if let tensor { unsafe error.pointee.tensor = UInt64(tensor) }
        if let byteOffset { unsafe error.pointee.byte_offset = UInt64(byteOffset) }
        unsafe withUnsafeMutableBytes(of: &error.pointee.message) { place in
            var end = place.startIndex
            for scalar in message.unicodeScalars {
                let bytes = String(scalar).utf8
                guard end + bytes.count < place.count else { break }
                for byte in bytes {
                    unsafe place[end] = byte
                    end += 1
                }
            }
            unsafe place[end] = 0
        }
    }
}
