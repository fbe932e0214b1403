internal import CFocusPlugin
internal import TensorIO

/// Hands contents to a plug-in that writes: each tensor once, when it asks.
final class PluginSending {
    private let tensors: [TensorDescriptor]
    private let contents: TensorContents
    private var sent: Set<Int> = []
    /// Why contents could not be provided.
    private(set) var failure: FormatError?

    /// Makes the one source of contents of a file.
    init(_ tensors: [TensorDescriptor], _ contents: TensorContents) {
        self.tensors = tensors
        self.contents = contents
    }

    /// A tensor with contents that nobody asked for.
    var forgotten: TensorDescriptor? {
        tensors.indices.first { !sent.contains($0) && tensors[$0].byteCount > 0 }.map { tensors[$0] }
    }

    /// `send_contents` of `focus_job_v1`.
    static let send: @convention(c) (UnsafePointer<focus_job_v1>?, UInt64, UnsafePointer<focus_sink_v1>?) -> Int32 = {
        job, tensor, sink in
        let stopped = Int32(FOCUS_ERROR_STOPPED.rawValue)
        guard let host = unsafe job?.pointee.host else { return stopped }
        let sending = unsafe Unmanaged<PluginSending>.fromOpaque(host).takeUnretainedValue()
        return unsafe sending.send(tensor, to: sink) ?? stopped
    }

    /// The status that the plug-in's own sink returned where that was no success; nil where the failure is ours.
    private func send(_ number: UInt64, to sink: UnsafePointer<focus_sink_v1>?) -> Int32? {
        guard failure == nil else { return nil }
        var status = Int32(FOCUS_OK.rawValue)
        do throws(FormatError) {
            guard number < tensors.count else {
                throw FormatError(.missingTensor, "the plug-in asks for tensor \(number) of \(tensors.count)")
            }
            let tensor = tensors[Int(number)]
            guard sent.insert(Int(number)).inserted else {
                throw FormatError(.unsupported, "the plug-in asks for its contents a second time", tensor: tensor.name)
            }
            guard let sink = unsafe sink, let send = unsafe sink.pointee.send else {
                throw FormatError(.unsupported, "the plug-in asks for its contents without a sink", tensor: tensor.name)
            }
            let context = unsafe sink.pointee.context
            try contents.send(tensor) { (span: RawSpan) throws(FormatError) in
                guard span.byteCount > 0 else { return }
                status = unsafe span.withUnsafeBytes { unsafe send(context, $0.baseAddress, UInt64($0.count)) }
                guard status == FOCUS_OK.rawValue else { throw FormatError(.cancelled, "the plug-in takes no more") }
            }
            return status
        } catch {
            guard status == FOCUS_OK.rawValue else { return status }
            failure = error
            return nil
        }
    }
}
