/// Why there is no plan, or a plan is none.
public struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it is; more may come.
    public struct Code: Hashable, Sendable {
        private let name: String

        private init(_ name: String) {
            self.name = name
        }

        /// There are tokens to be combined, and nothing to combine them from.
        public static let noAnchors = Code("noAnchors")
        /// A row is read that the source does not have.
        public static let sourceTooShort = Code("sourceTooShort")
        /// A number is outside of what it may be.
        public static let invalidOption = Code("invalidOption")
        /// A plan contradicts itself.
        public static let invalidPlan = Code("invalidPlan")
        /// There are too few tokens to learn from.
        public static let tooFewPairs = Code("tooFewPairs")
        /// There are too few states to learn from.
        public static let tooFewStates = Code("tooFewStates")
        /// Numbers that must be finite are not.
        public static let notFinite = Code("notFinite")
    }

    /// What kind of trouble it is.
    public let code: Code
    /// One sentence: what was found, what was expected, the cure.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
