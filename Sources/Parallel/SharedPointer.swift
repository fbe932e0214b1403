/// A pointer that several threads use while the call that lends it lasts.
///
/// The one place where pointers pass from thread to thread: the lender keeps the memory alive until all threads are
/// done, and cuts the work so that no thread writes what another one reads or writes.
@safe package struct SharedPointer<Pointer>: @unchecked Sendable {
    /// The pointer.
    package let pointer: Pointer

    /// Lends a pointer to threads.
    package init(_ pointer: Pointer) {
        self.pointer = pointer
    }
}
