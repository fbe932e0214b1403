internal import ArgumentParser
internal import FocusEngine

/// A method as `--method` names it.
struct MethodOption: ExpressibleByArgument, Hashable {
    /// The method; nil for what keeps most of the model at hand.
    let method: RowMethod?

    /// Reads the name of a method, or `auto`.
    init?(argument: String) {
        guard argument != MethodOption.automatic else {
            method = nil
            return
        }
        guard let method = RowMethod(rawValue: argument) else { return nil }
        self.method = method
    }

    static var allValueStrings: [String] { [automatic] + RowMethod.allCases.map(\.rawValue) }

    private static let automatic = "auto"
}
