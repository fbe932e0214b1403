package import CFocusPlugin

/// Why a file is not read: one sentence that says what was found, what was expected and the cure.
package struct Refusal: Error {
    /// The kinds of failure that the header knows.
    package enum Kind {
        case system, unrecognized, truncated, invalidHeader, invalidTensor, unsupported, memory

        /// What a function of the table returns.
        var status: Int32 {
            let status =
                switch self {
                case .system: FOCUS_ERROR_SYSTEM
                case .unrecognized: FOCUS_ERROR_UNRECOGNIZED
                case .truncated: FOCUS_ERROR_TRUNCATED
                case .invalidHeader: FOCUS_ERROR_INVALID_HEADER
                case .invalidTensor: FOCUS_ERROR_INVALID_TENSOR
                case .unsupported: FOCUS_ERROR_UNSUPPORTED
                case .memory: FOCUS_ERROR_MEMORY
                }
            return Int32(status.rawValue)
        }
    }

    package let kind: Kind
    package private(set) var message: String
    /// The first byte of the file that is wrong, where one can be named.
    package private(set) var byteOffset: Int?

    package init(_ kind: Kind, _ message: String, byteOffset: Int? = nil) {
        self.kind = kind
        self.message = message
        self.byteOffset = byteOffset
    }

    /// The same refusal, about the tensor or the file called `name`.
    package func about(_ what: String, _ name: [UInt8]) -> Refusal {
        var refusal = self
        refusal.message = "\(what) '\(name.printable)': \(message)"
        return refusal
    }

    /// The same refusal of something that begins at byte `start` of the file.
    package func shifted(by start: Int) -> Refusal {
        var refusal = self
        refusal.byteOffset = byteOffset.map { $0 + start }
        return refusal
    }
}

extension Refusal {
    /// Copies the sentence, cut between characters where it is too long, and the place.
    package func copy(to error: UnsafeMutablePointer<focus_error_v1>) {
        if let byteOffset { unsafe error.pointee.byte_offset = UInt64(byteOffset) }
        unsafe withUnsafeMutableBytes(of: &error.pointee.message) { place in
            var count = 0
            for character in message {
                let bytes = character.utf8
                guard count + bytes.count < place.count else { break }
                for byte in bytes {
                    unsafe place[count] = byte
                    count += 1
                }
            }
            unsafe place[count] = 0
        }
    }
}
