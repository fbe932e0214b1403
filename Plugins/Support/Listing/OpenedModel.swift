/// What a plug-in opened: what is listed, and how contents are read.
package protocol OpenedModel: AnyObject {
    /// The tensors, in the order in which people see them.
    var listed: [ListedTensor] { get }
    /// What the files say beside.
    var notes: Notes { get }
    /// The names of the files below the folder, an index too; none for a single file that was opened itself.
    var parts: [[UInt8]] { get }

    /// Sends the bytes `range` of tensor number `number`, which are inside of it, to `send`, in order.
    ///
    /// - Returns: what `send` returned where that was not 0, or 0.
    /// - Throws: `Refusal` where contents are not what the list says.
    func read(_ number: Int, _ range: Range<Int>, to send: (UnsafeRawBufferPointer) -> Int32) throws(Refusal) -> Int32
}
