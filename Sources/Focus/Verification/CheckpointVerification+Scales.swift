internal import Checkpoints
internal import TensorIO

extension CheckpointVerification {
    /// Quantised tables and output layers whose scales are missing, have another shape than they should, or are no
    /// numbers above zero.
    static func checkScales(_ checkpoint: Checkpoint) -> [Finding] {
        let quantized = QuantizedTensors(in: checkpoint)
        return quantized.modules.compactMap { module in
            guard module.isReadable, let name = module.elements?.tensor.name, VocabularyNames(name).isVocabulary else {
                return nil
            }
            do throws(FormatError) {
                _ = try quantized.weight(named: name)
                return nil
            } catch {
                return Finding(check: "scales", sentence: "\(error)")
            }
        }
    }
}
