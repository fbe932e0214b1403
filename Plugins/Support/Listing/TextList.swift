/// Texts for C, each with a zero after it.
@safe final class TextList {
    private let bytes: UnsafeMutableBufferPointer<CChar>
    private var places: [Int] = []

    package init(_ texts: [[UInt8]]) {
        unsafe bytes = .allocate(capacity: texts.reduce(0) { $0 + $1.count + 1 })
        var place = 0
        for text in texts {
            places.append(place)
            for byte in text {
                unsafe bytes.initializeElement(at: place, to: CChar(bitPattern: byte))
                place += 1
            }
            unsafe bytes.initializeElement(at: place, to: 0)
            place += 1
        }
    }

    deinit {
        unsafe bytes.deallocate()
    }

    /// Where text number `number` begins; nil where there are no texts at all.
    package subscript(number: Int) -> UnsafePointer<CChar>? {
        unsafe bytes.baseAddress.map { unsafe UnsafePointer($0 + places[number]) }
    }
}
