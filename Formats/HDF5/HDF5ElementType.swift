internal import CHDF5
internal import TensorIO

/// Element types as HDF5 describes them.
enum HDF5ElementType {
    /// How a float's bits are divided.
    private struct FloatLayout: Equatable {
        var size: Int
        var exponentBits: Int
        var fractionBits: Int
        var bias: Int
    }

    private static let floats: [(ElementType, FloatLayout)] = [
        (.f16, FloatLayout(size: 2, exponentBits: 5, fractionBits: 10, bias: 15)),
        (.bf16, FloatLayout(size: 2, exponentBits: 8, fractionBits: 7, bias: 127)),
        (.f32, FloatLayout(size: 4, exponentBits: 8, fractionBits: 23, bias: 127)),
        (.f64, FloatLayout(size: 8, exponentBits: 11, fractionBits: 52, bias: 1023)),
        (.f8e4m3, FloatLayout(size: 1, exponentBits: 4, fractionBits: 3, bias: 7)),
        (.f8e5m2, FloatLayout(size: 1, exponentBits: 5, fractionBits: 2, bias: 15)),
        (.f8e4m3fnuz, FloatLayout(size: 1, exponentBits: 4, fractionBits: 3, bias: 8)),
        (.f8e5m2fnuz, FloatLayout(size: 1, exponentBits: 5, fractionBits: 2, bias: 16)),
    ]

    /// Whether HDF5 can hold elements of `type`.
    static func carries(_ type: ElementType) -> Bool {
        type.bitWidth >= 8
    }

    /// The type for `type`, little endian.
    static func make(_ type: ElementType) throws(FormatError) -> HDF5Handle {
        if let float = floats.first(where: { $0.0 == type })?.1 { return try make(float) }
        switch type {
        case .u8, .u16, .u32, .u64: return try integer(type.bitWidth / 8, isSigned: false)
        case .i8, .i16, .i32, .i64: return try integer(type.bitWidth / 8, isSigned: true)
        case .bool: return try boolean()
        case .c64: return try complex()
        default:
            // HDF5 has no float without a fraction.
            let handle = try HDF5Library.handle(H5Tcreate(H5T_OPAQUE, type.bitWidth / 8), "make a type", H5Tclose)
            try unsafe HDF5Library.check(H5Tset_tag(handle.id, type.rawValue), "name a type")
            return handle
        }
    }

    private static func integer(_ size: Int, isSigned: Bool) throws(FormatError) -> HDF5Handle {
        try HDF5Library.handle(H5Tcopy(focus_h5_integer(size, isSigned ? 1 : 0)), "make a type", H5Tclose)
    }

    private static func make(_ float: FloatLayout) throws(FormatError) -> HDF5Handle {
        let origin = float.size == 8 ? focus_h5_ieee_f64() : focus_h5_ieee_f32()
        let handle = try HDF5Library.handle(H5Tcopy(origin), "make a type", H5Tclose)
        guard float.size < 4 else { return handle }
        let sign = float.size * 8 - 1
        // Fields before the size: the library checks that they fit.
        try HDF5Library.check(
            H5Tset_fields(handle.id, sign, float.fractionBits, float.exponentBits, 0, float.fractionBits),
            "make a float")
        try HDF5Library.check(H5Tset_size(handle.id, float.size), "make a float")
        try HDF5Library.check(H5Tset_ebias(handle.id, float.bias), "make a float")
        return handle
    }

    /// Truth values as h5py keeps them.
    private static func boolean() throws(FormatError) -> HDF5Handle {
        let handle = try HDF5Library.handle(H5Tenum_create(focus_h5_integer(1, 1)), "make a type", H5Tclose)
        for (name, value) in [("FALSE", 0), ("TRUE", 1)] as [(String, Int8)] {
            var value = value
            try unsafe HDF5Library.check(H5Tenum_insert(handle.id, name, &value), "make a truth value")
        }
        return handle
    }

    /// Complex numbers as h5py keeps them.
    private static func complex() throws(FormatError) -> HDF5Handle {
        let handle = try HDF5Library.handle(H5Tcreate(H5T_COMPOUND, 8), "make a type", H5Tclose)
        try unsafe HDF5Library.check(H5Tinsert(handle.id, "r", 0, focus_h5_ieee_f32()), "make a complex number")
        try unsafe HDF5Library.check(H5Tinsert(handle.id, "i", 4, focus_h5_ieee_f32()), "make a complex number")
        return handle
    }

    /// The attribute of a dataset of bytes without a meaning that says what they are.
    static let typeAttribute = "dtype"

    /// What Keras and others call types that HDF5 has not, in the attribute `dtype` of a dataset of bytes without a
    /// meaning.
    private static let names: [String: ElementType] = [
        "bfloat16": .bf16, "float8_e4m3fn": .f8e4m3, "float8_e5m2": .f8e5m2, "float8_e4m3fnuz": .f8e4m3fnuz,
        "float8_e5m2fnuz": .f8e5m2fnuz, "float8_e8m0fnu": .f8e8m0,
    ]

    /// What the type `id` of a dataset is, and whether its bytes are as `make` has them. `declared` is what an
    /// attribute calls elements that are bytes without a meaning.
    static func read(
        _ id: hid_t, declared: String? = nil
    ) throws(FormatError) -> (type: ElementType, isLittleEndian: Bool) {
        let size = H5Tget_size(id)
        switch H5Tget_class(id) {
        case H5T_INTEGER:
            let types: [Int: [ElementType]] = [1: [.u8, .i8], 2: [.u16, .i16], 4: [.u32, .i32], 8: [.u64, .i64]]
            guard let pair = types[size], H5Tget_precision(id) == size * 8 else { break }
            return (pair[H5Tget_sign(id) == H5T_SGN_NONE ? 0 : 1], size == 1 || H5Tget_order(id) == H5T_ORDER_LE)
        case H5T_FLOAT:
            guard let type = float(id, size: size) else { break }
            return (type, size == 1 || H5Tget_order(id) == H5T_ORDER_LE)
        case H5T_ENUM where size == 1 && memberNames(id) == ["FALSE", "TRUE"]:
            return (.bool, true)
        case H5T_ENUM:
            // Whole numbers with names.
            let number = try HDF5Library.handle(H5Tget_super(id), "examine a type", H5Tclose)
            guard H5Tget_class(number.id) == H5T_INTEGER else { break }
            return try read(number.id)
        case H5T_COMPOUND where size == 8 && memberNames(id) == ["r", "i"]:
            let real = try HDF5Library.handle(H5Tget_member_type(id, 0), "examine a type", H5Tclose)
            let imaginary = try HDF5Library.handle(H5Tget_member_type(id, 1), "examine a type", H5Tclose)
            guard H5Tget_class(real.id) == H5T_FLOAT, float(real.id, size: H5Tget_size(real.id)) == .f32,
                H5Tequal(real.id, imaginary.id) > 0
            else { break }
            return (.c64, H5Tget_order(real.id) == H5T_ORDER_LE)
        case H5T_OPAQUE where declared.flatMap { names[$0] }?.bitWidth == 8 * size:
            guard let type = declared.flatMap({ names[$0] }) else { break }
            return (type, true)
        case H5T_OPAQUE where size == 1:
            guard let tag = unsafe H5Tget_tag(id) else { break }
            defer { unsafe H5free_memory(tag) }
            if unsafe String(cString: tag) == ElementType.f8e8m0.rawValue { return (.f8e8m0, true) }
        case H5T_STRING: throw FormatError(.noTensor, "holds text, not numbers")
        case H5T_VLEN: throw FormatError(.noTensor, "holds lists of different lengths, not numbers")
        case H5T_COMPOUND: throw FormatError(.noTensor, "holds records, not numbers")
        case H5T_REFERENCE: throw FormatError(.noTensor, "holds references, not numbers")
        default: break
        }
        throw FormatError(.noTensor, "holds elements of \(size) bytes of a type that no tensor can have")
    }

    private static func float(_ id: hid_t, size: Int) -> ElementType? {
        var (sign, exponent, exponentBits, fraction, fractionBits) = (0, 0, 0, 0, 0)
        guard unsafe H5Tget_fields(id, &sign, &exponent, &exponentBits, &fraction, &fractionBits) >= 0,
            H5Tget_norm(id) == H5T_NORM_IMPLIED, fraction == 0, exponent == fractionBits, sign == size * 8 - 1
        else { return nil }
        let found = FloatLayout(
            size: size, exponentBits: exponentBits, fractionBits: fractionBits, bias: H5Tget_ebias(id))
        return floats.first { $0.1 == found }?.0
    }

    private static func memberNames(_ id: hid_t) -> [String] {
        let count = H5Tget_nmembers(id)
        guard count > 0, count < 100 else { return [] }
        return (0..<UInt32(count)).compactMap { index in
            guard let name = unsafe H5Tget_member_name(id, index) else { return nil }
            defer { unsafe H5free_memory(name) }
            return unsafe String(cString: name)
        }
    }
}
