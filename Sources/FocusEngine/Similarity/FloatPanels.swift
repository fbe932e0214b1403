internal import Parallel
internal import Synchronization

/// The unit vectors of the anchors in single precision, in panels, packed when they are first needed.
///
/// Where integers rule out nearly all anchors (`QuantizedAnchors`), few new tokens need them, or none.
final class FloatPanels: Sendable {
    private let packed: Mutex<Aligned<Float>?>

    /// Keeps panels that are packed already, or makes room for those to come.
    init(_ packed: Aligned<Float>? = nil) {
        self.packed = Mutex(packed)
    }

    /// The panels; other threads that ask while `pack` makes them wait.
    func values(_ pack: () -> Aligned<Float>) -> Aligned<Float> {
        packed.withLock { packed in
            if let packed { return packed }
            let made = pack()
            packed = made
            return made
        }
    }
}
