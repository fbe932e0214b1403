internal import CFocusPlugin
public import SystemPackage
public import TensorIO

extension PluginFormat {
    /// Has the plug-in write a file, or into a folder, of a temporary name, which gets its own when it is whole and on
    /// disk.
    ///
    /// - Throws: `FormatError` where a tensor cannot be kept in this format, the destination exists, or writing fails;
    ///   nothing is left behind.
    public func write(
        _ tensors: [TensorDescriptor], metadata: [String: String], options: WriteOptions, to path: FilePath,
        contents: TensorContents
    ) throws(FormatError) {
        do throws(FormatError) {
            try check(tensors, metadata, options)
            if traits.isFolder {
                try StagedFolder.write(path, options: options, isOwn: owns) { (folder) throws(FormatError) in
                    try write(tensors, metadata, options, to: folder, contents)
                }
            } else {
                try StagedFile.place(path, options: options) { (file) throws(FormatError) in
                    try write(tensors, metadata, options, to: file, contents)
                    guard MappedFile.nameExists(file), !MappedFile.isFolder(file) else {
                        throw FormatError(
                            .unsupported, "the plug-in '\(name)' says that it has written, but there is no file")
                    }
                }
            }
        } catch {
            throw error.at(path)
        }
    }

    /// Throws where the plug-in cannot keep what is to be written, before anything is.
    private func check(
        _ tensors: [TensorDescriptor], _ metadata: [String: String], _ options: WriteOptions
    ) throws(FormatError) {
        let traits = traits
        guard traits.writes else {
            throw FormatError(.unsupported, "the plug-in '\(name)' only reads; write another format")
        }
        try tensors.refuseRepeatedNames()
        for tensor in tensors where !traits.elementTypes.contains(tensor.elementType) {
            throw FormatError(
                .unsupported, "is \(tensor.elementType.rawValue), which \(name) cannot hold", tensor: tensor.name)
        }
        guard tensors.count == 1 || !traits.holdsOneTensor else {
            throw FormatError(
                .unsupported, "a file of \(name) is one tensor, not \(tensors.count); use --include for one of them")
        }
        guard metadata.isEmpty || traits.keepsMetadata else {
            throw FormatError(.unsupported, "\(name) has no place for metadata")
        }
        let compression = String(options.compression.description.prefix { $0 != ":" })
        guard options.compression == .none || traits.compressions.contains(compression) else {
            throw FormatError(.unsupported, "\(name) does not compress with \(compression)")
        }
    }

    private func write(
        _ tensors: [TensorDescriptor], _ metadata: [String: String], _ options: WriteOptions, to path: FilePath,
        _ contents: TensorContents
    ) throws(FormatError) {
        let sending = PluginSending(tensors, contents)
        let strings = PluginStrings()
        let rawTensors = unsafe tensors.map { unsafe strings.describe($0) }
        let rawMetadata = unsafe metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { unsafe strings.pair($0.key, $0.value) }
        var job = unsafe focus_job_v1()
        unsafe job.struct_size = UInt32(MemoryLayout<focus_job_v1>.size)
        unsafe (job.compression, job.level) = PluginFormat.codes(of: options.compression)
        unsafe job.path = unsafe strings.lend(path.string.utf8)
        unsafe job.tensor_count = UInt64(tensors.count)
        unsafe job.metadata_count = UInt64(metadata.count)
        unsafe job.send_contents = PluginSending.send
        unsafe job.host = Unmanaged.passUnretained(sending).toOpaque()
        do throws(FormatError) {
            try unsafe table.call(tensors) { error in
                unsafe rawTensors.withUnsafeBufferPointer { rawTensors in
                    unsafe rawMetadata.withUnsafeBufferPointer { rawMetadata in
                        unsafe settings.withOptions { rawOptions in
                            unsafe job.tensors = rawTensors.baseAddress
                            unsafe job.metadata = rawMetadata.baseAddress
                            unsafe job.options = rawOptions
                            return unsafe table.raw.write(&job, error)
                        }
                    }
                }
            }
        } catch {
            // What the plug-in makes of an error of ours is of no interest.
            throw sending.failure ?? error
        }
        withExtendedLifetime(strings) {}
        if let failure = sending.failure { throw failure }
        if let forgotten = sending.forgotten {
            throw FormatError(
                .invalidTensor, "the plug-in '\(name)' did not ask for its contents", tensor: forgotten.name)
        }
    }

    private static func codes(of compression: TensorCompression) -> (UInt32, Int32) {
        switch compression {
        case .none: (FOCUS_COMPRESSION_NONE.rawValue, 0)
        case .gzip(let level): (FOCUS_COMPRESSION_GZIP.rawValue, Int32(level))
        case .zstd(let level): (FOCUS_COMPRESSION_ZSTD.rawValue, Int32(level))
        }
    }
}

extension PluginStrings {
    /// `tensor` as a plug-in takes it.
    fileprivate func describe(_ tensor: TensorDescriptor) -> focus_tensor_v1 {
        var raw = unsafe focus_tensor_v1()
        unsafe raw.name = unsafe lend(tensor.name.bytes)
        unsafe raw.name_length = UInt64(tensor.name.bytes.count)
        unsafe raw.element_type = tensor.elementType.pluginCode
        unsafe raw.rank = UInt32(tensor.shape.count)
        unsafe raw.shape = unsafe lend(tensor.shape)
        unsafe raw.byte_count = UInt64(tensor.byteCount)
        unsafe raw.file_offset = UInt64(FOCUS_NONE)
        return unsafe raw
    }
}
