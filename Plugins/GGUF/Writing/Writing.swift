internal import CFocusPlugin

/// Writes the file that `job` describes.
func write(_ job: UnsafePointer<focus_job_v1>?, _ error: UnsafeMutablePointer<focus_error_v1>?) -> Int32 {
    var stopped = Int32(FOCUS_ERROR_STOPPED.rawValue)
    let result = unsafe status(error) { () throws(GGUFError) in
        guard let job = unsafe job, let path = unsafe job.pointee.path, unsafe job.pointee.send_contents != nil else {
            throw .nothingGiven
        }
        let work = try unsafe WriteJob(job)
        let file = try unsafe OutputFile(path)
        try file.append(try work.header())
        for (index, tensor) in work.tensors.enumerated() {
            unsafe stopped = try sendContents(index, of: job, to: file, tensor)
            if stopped != Int32(FOCUS_OK.rawValue) { return false }
            // Readers map all of the last piece, too.
            try file.append(Array(repeating: 0, count: -tensor.byteCount & (work.alignment - 1)))
        }
        return true
    }
    return result == Int32(FOCUS_ERROR_STOPPED.rawValue) ? stopped : result
}

/// Appends the contents of tensor number `index` to `file`, and returns what focus returned.
private func sendContents(
    _ index: Int, of job: UnsafePointer<focus_job_v1>, to file: OutputFile, _ tensor: TensorEntry
) throws(GGUFError) -> Int32 {
    let start = file.byteCount
    let sink = unsafe focus_sink_v1(
        context: Unmanaged.passUnretained(file).toOpaque(),
        send: { context, bytes, count in
            guard let context = unsafe context else { return Int32(FOCUS_ERROR_UNSUPPORTED.rawValue) }
            let file = unsafe Unmanaged<OutputFile>.fromOpaque(context).takeUnretainedValue()
            let written = unsafe file.append(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            return Int32((written ? FOCUS_OK : FOCUS_ERROR_STOPPED).rawValue)
        })
    let result = unsafe withUnsafePointer(to: sink) { sink in
        withExtendedLifetime(file) { unsafe job.pointee.send_contents(job, UInt64(index), sink) }
    }
    if let failure = file.failure { throw failure.about(tensor: index) }
    guard result == Int32(FOCUS_OK.rawValue) else { return result }
    guard file.byteCount - start == tensor.byteCount else {
        throw GGUFError(
            FOCUS_ERROR_INVALID_TENSOR, "has \(tensor.byteCount) bytes, but \(file.byteCount - start) came",
            tensor: index)
    }
    return result
}
