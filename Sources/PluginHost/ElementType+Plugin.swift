internal import CFocusPlugin
internal import TensorIO

extension ElementType {
    /// The element types in the order of their codes in focus_plugin.h, which never changes.
    private static let byCode: [ElementType] = [
        .bool, .u8, .i8, .f8e4m3, .f8e5m2, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz, .f4, .f6e2m3, .f6e3m2, .u16, .i16, .f16,
        .bf16, .u32, .i32, .f32, .u64, .i64, .f64, .c64,
    ]

    /// The type that plug-ins know by `code`, or nil.
    init?(pluginCode code: UInt32) {
        guard code < ElementType.byCode.count else { return nil }
        self = ElementType.byCode[Int(code)]
    }

    /// What plug-ins know it by.
    var pluginCode: UInt32 {
        UInt32(ElementType.byCode.firstIndex(of: self) ?? 0)
    }

    /// The types whose bits are set in `bits`, or nil where one is set that stands for none.
    static func set(pluginBits bits: UInt64) -> Set<ElementType>? {
        guard bits & ~UInt64(FOCUS_ALL_TYPES) == 0 else { return nil }
        return Set(byCode.filter { bits >> UInt64($0.pluginCode) & 1 == 1 })
    }
}
