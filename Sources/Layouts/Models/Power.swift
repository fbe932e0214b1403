private import Glibc

/// Powers and roots of numbers, of the C library.
enum Power {
    /// `base` to the power of `exponent`.
    static func of(_ base: Double, _ exponent: Double) -> Double {
        pow(base, exponent)
    }

    /// The natural logarithm of `number`.
    static func logarithm(_ number: Double) -> Double {
        log(number)
    }
}
