internal import Replacement
internal import StaticEmbeddings
public import SystemPackage

/// How auxiliary vectors are trained on text: continuous bag of words, as fastText does it.
public struct VectorTraining: Sendable, Hashable {
    /// The elements of a vector, from 1 to 65,536; 100 by default.
    public var dimension = 100
    /// How often the whole text is read; nil, the default, for as often as it needs: the less text, the more often.
    public var epochs: Int?
    /// Tokens that occur less often get no vector; nil, the default, for what the number of epochs allows.
    public var minimumCount: Int?
    /// How much of the text is read; all of it by default.
    public var sample = TrainingSample.all
    /// The most threads that train; nil, the default, for all that there are. The result is the same on any number.
    public var maximumThreads: Int?
    /// The folder in which trained vectors are kept and looked for; nil for none. By default `focus` in the user's
    /// cache.
    public var cache = AuxiliaryTraining.defaultCache

    /// Makes what `focus specialize` does by default.
    public init() {}

    /// As the reference package trains, whatever the size of the text: all of it, 3 epochs, tokens that occur 10
    /// times.
    public static var reference: VectorTraining {
        var training = VectorTraining()
        (training.epochs, training.minimumCount, training.sample) = (3, 10, .all)
        return training
    }

    /// The same as fastText's parameters.
    var parameters: FastTextParameters {
        var parameters = FastTextParameters()
        parameters.dimension = dimension
        parameters.epochs = epochs
        parameters.minimumCount = minimumCount
        return parameters
    }

    /// Throws where a number makes no sense.
    func check() throws(FocusError) {
        let numbers = [
            ("dimension", dimension, 65_536), ("number of epochs", epochs ?? 1, 1_000_000),
            ("minimum count", minimumCount ?? 1, Int(Int32.max)), ("number of threads", maximumThreads ?? 1, 4096),
        ]
        for (name, value, limit) in numbers where !(1...limit).contains(value) {
            throw FocusError("the \(name) is \(value), but must be from 1 to \(limit)", code: .option)
        }
        if case .bytes(let count) = sample, count < 1 {
            throw FocusError("the sample has \(count) bytes, but must have 1 at least", code: .option)
        }
    }
}
