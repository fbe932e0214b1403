internal import Replacement
public import TensorIO

/// What the user says about tensors that shapes do not settle.
public struct VocabularyChoices: Sendable {
    /// Which axis of a tensor has an element a token.
    public enum AxisChoice: Sendable, Hashable {
        /// The one that is as long as the vocabulary.
        case automatic
        /// The one of this number, from 0 on.
        case axis(Int)
    }

    /// Tensors that follow the vocabulary, with the axis along which they do.
    public var include: [TensorName: AxisChoice]
    /// Tensors that stay as they are although an axis is as long as the vocabulary.
    public var leave: Set<TensorName>

    /// Makes choices; none by default.
    public init(include: [TensorName: AxisChoice] = [:], leave: Set<TensorName> = []) {
        self.include = include
        self.leave = leave
    }

    /// The same choices with names as the tensors have them: a name may end in `:0`, which reads like an axis.
    ///
    /// - Throws: `FocusError` where there is no such tensor.
    func resolved(among tensors: [TensorDescriptor]) throws(FocusError) -> VocabularyChoices {
        let names = Set(tensors.map(\.name))
        var resolved = VocabularyChoices(leave: leave)
        for (name, choice) in include {
            if case .axis(let number) = choice, !names.contains(name), names.contains(TensorName("\(name):\(number)")) {
                resolved.include[TensorName("\(name):\(number)")] = .automatic
            } else {
                resolved.include[name] = choice
            }
        }
        for name in Array(resolved.include.keys) + Array(leave) where !names.contains(name) {
            throw FocusError("there is no tensor '\(name)' in the checkpoint; focus inspect lists them")
        }
        return resolved
    }
}
