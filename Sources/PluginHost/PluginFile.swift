internal import CFocusPlugin
internal import SystemPackage
internal import TensorIO

/// A file that a plug-in has open. Closes it when the last reference goes.
@safe final class PluginFile: @unchecked Sendable {
    let table: PluginTable
    private let file: UnsafeMutablePointer<focus_file_v1>
    /// Where the plug-in takes one call at a time: the thread that is in it.
    private let lock: PluginLock?

    /// Has the plug-in of `table` open the file or folder at `path`.
    init(_ path: FilePath, _ table: PluginTable, _ settings: [PluginSetting]) throws(FormatError) {
        let file = UnsafeMutablePointer<focus_file_v1>.allocate(capacity: 1)
        unsafe file.initialize(to: focus_file_v1())
        unsafe file.pointee.struct_size = UInt32(MemoryLayout<focus_file_v1>.size)
        do throws(FormatError) {
            try unsafe table.call { error in
                unsafe settings.withOptions { options in
                    unsafe path.withPlatformString { unsafe table.raw.open($0, options, file, error) }
                }
            }
        } catch {
            unsafe file.deallocate()
            throw error
        }
        self.table = table
        unsafe self.file = unsafe file
        lock = table.has(FOCUS_THREADS) ? nil : PluginLock()
    }

    /// What the plug-in lists.
    var listing: focus_file_v1 {
        unsafe file.pointee
    }

    /// Has the plug-in read the bytes `range` of tensor number `index` of `tensors`, and lends them to `body`.
    func read(
        _ index: Int, of tensors: [TensorDescriptor], bytes range: Range<Int>,
        _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        let tensor = tensors[index]
        let whole = tensor.wholeElements(range)
        var (delivered, failure) = (0, FormatError?.none)
        var carry = SpanCarry()
        func take(_ bytes: UnsafeRawBufferPointer?) -> Int32 {
            guard failure == nil else { return Int32(FOCUS_ERROR_STOPPED.rawValue) }
            do throws(FormatError) {
                guard let bytes = unsafe bytes, bytes.count <= whole.count - delivered else {
                    throw FormatError(
                        .invalidTensor,
                        "the plug-in '\(table.name)' sends more than the \(whole.count) bytes asked for",
                        tensor: tensor.name)
                }
                let start = whole.lowerBound + delivered
                delivered += bytes.count
                let wanted = (start..<start + bytes.count).clamped(to: range)
                if !wanted.isEmpty {
                    let span = unsafe bytes.bytes.extracting(wanted.lowerBound - start..<wanted.upperBound - start)
                    try carry.lend(span, isLast: wanted.upperBound == range.upperBound, body)
                }
                return Int32(FOCUS_OK.rawValue)
            } catch {
                failure = error
                return Int32(FOCUS_ERROR_STOPPED.rawValue)
            }
        }
        func call() throws(FormatError) {
            try unsafe PluginSink.with(take) { (sink) throws(FormatError) in
                try unsafe table.call(tensors) { error in
                    unsafe table.raw.read(
                        self.file, UInt64(index), UInt64(whole.lowerBound), UInt64(whole.count), sink, error)
                }
            }
        }
        do throws(FormatError) {
            if let lock { try lock.hold(tensor, call) } else { try call() }
        } catch {
            // What the plug-in makes of our own error is of no interest.
            var error = failure ?? error
            error.tensor = error.tensor ?? tensor.name
            throw error
        }
        if let failure { throw failure }
        guard delivered == whole.count else {
            throw FormatError(
                .invalidTensor,
                "the plug-in '\(table.name)' sends \(delivered) bytes where \(whole.count) were asked for",
                tensor: tensor.name)
        }
    }

    deinit {
        if let close = unsafe table.raw.close { unsafe close(file) }
        unsafe file.deallocate()
    }
}

extension TensorDescriptor {
    /// `range` in bytes, and what is missing of the elements that it begins and ends in.
    fileprivate func wholeElements(_ range: Range<Int>) -> Range<Int> {
        let unit =
            switch elementType.bitWidth {
            case 4: 1
            case 6: 3
            default: elementType.bitWidth / 8
            }
        let lower = range.lowerBound / unit * unit
        return lower..<max(lower, (range.upperBound + unit - 1) / unit * unit)
    }
}
