import CFocusPlugin
import TensorIO
import Testing

@testable import PluginHost

/// What both sides take focus_plugin.h to mean.
@Suite struct `The interface of plug-ins` {
    @Test func `has a code for every element type, with its size`() {
        for (code, type) in ElementType.allCases.enumerated() {
            #expect(ElementType(pluginCode: UInt32(code)) == type)
            #expect(type.pluginCode == UInt32(code))
            #expect(focus_element_bits(UInt32(code)) == UInt32(type.bitWidth))
        }
        #expect(ElementType(pluginCode: UInt32(ElementType.allCases.count)) == nil)
        #expect(ElementType.set(pluginBits: UInt64(FOCUS_ALL_TYPES)) == Set(ElementType.allCases))
        #expect(ElementType.set(pluginBits: 1 << 22) == nil)
        #expect(FOCUS_F4.rawValue == ElementType.f4.pluginCode && FOCUS_C64.rawValue == ElementType.c64.pluginCode)
        #expect(
            FOCUS_BF16.rawValue == ElementType.bf16.pluginCode
                && FOCUS_F6_E3M2.rawValue == ElementType.f6e3m2.pluginCode)
    }

    @Test func `lets one thread at a time in, and no thread twice`() throws {
        let lock = PluginLock()
        let tensor = try TensorDescriptor(name: "x", elementType: .u8, shape: [])
        var count = 0
        try lock.hold(tensor) { count += 1 }
        let error = #expect(throws: FormatError.self) {
            try lock.hold(tensor) { () throws(FormatError) in try lock.hold(tensor) {} }
        }
        #expect(error?.tensor == "x")
        try lock.hold(tensor) { count += 1 }
        #expect(count == 2)
    }
}
