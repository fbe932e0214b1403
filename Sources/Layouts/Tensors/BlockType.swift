internal import CKernels
internal import TensorIO

/// How GGUF keeps the numbers of a matrix.
public enum BlockType: String, Sendable, CaseIterable {
    case f32, f16, bf16, q8_0, q5_0, q4_0, q4_k, q6_k

    /// What ggml calls it.
    var name: String { rawValue.uppercased() }

    /// What its elements are; nil for blocks.
    var elementType: ElementType? {
        switch self {
        case .f32: .f32
        case .f16: .f16
        case .bf16: .bf16
        default: nil
        }
    }

    /// The numbers in a block, and its bytes.
    var block: (numbers: Int, bytes: Int) {
        switch self {
        case .f32: (1, 4)
        case .f16, .bf16: (1, 2)
        case .q8_0: (32, 34)
        case .q5_0: (32, 22)
        case .q4_0: (32, 18)
        case .q4_k: (256, 144)
        case .q6_k: (256, 210)
        }
    }

    /// The number by which `general.file_type` says that most of a file is so.
    var fileType: Int {
        switch self {
        case .f32: 0
        case .f16: 1
        case .q4_0: 2
        case .q8_0: 7
        case .q5_0: 8
        case .q4_k: 15
        case .q6_k: 18
        case .bf16: 32
        }
    }

    /// The type of rows of `width` numbers: this one where they are whole blocks, else what llama.cpp takes.
    func fitting(_ width: Int) -> BlockType {
        guard width % block.numbers != 0 else { return self }
        switch self {
        case .q4_k: return BlockType.q5_0.fitting(width)
        case .q6_k: return BlockType.q8_0.fitting(width)
        default: return .f16
        }
    }

    /// The type of the tables of tokens where nobody says: as llama.cpp has it, small blocks cost them too much.
    var usualTableType: BlockType {
        switch self {
        case .q5_0, .q4_0, .q4_k: .q6_k
        default: self
        }
    }

    /// Packs `numbers`, whole blocks of them, into `bytes`.
    func pack(_ numbers: UnsafePointer<Float>, _ count: Int, into bytes: UnsafeMutablePointer<UInt8>) {
        switch self {
        case .q8_0: unsafe focus_pack_q8_0(numbers, count, bytes)
        case .q5_0: unsafe focus_pack_q5_0(numbers, count, bytes)
        case .q4_0: unsafe focus_pack_q4_0(numbers, count, bytes)
        case .q4_k: unsafe focus_pack_q4_k(numbers, count, bytes)
        case .q6_k: unsafe focus_pack_q6_k(numbers, count, bytes)
        case .f32, .f16, .bf16: break
        }
    }
}
