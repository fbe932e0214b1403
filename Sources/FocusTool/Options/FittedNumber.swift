internal import ArgumentParser

/// A number, or `auto` where it is to be fitted to the text.
enum FittedNumber: ExpressibleByArgument, CustomStringConvertible {
    case auto
    case exactly(Int)

    init?(argument: String) {
        if argument == "auto" {
            self = .auto
        } else if let number = Int(argument) {
            self = .exactly(number)
        } else {
            return nil
        }
    }

    /// The number; nil for `auto`.
    var number: Int? {
        if case .exactly(let number) = self { number } else { nil }
    }

    var description: String { number.map { "\($0)" } ?? "auto" }
    var defaultValueDescription: String { description }
}
