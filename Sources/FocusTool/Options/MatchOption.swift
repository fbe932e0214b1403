internal import ArgumentParser

/// `--match`: which tokens count as overlap.
enum MatchOption: String, CaseIterable, ExpressibleByArgument {
    case exact, fuzzy, symbols
}

/// `--auxiliary-level`: whose vectors the auxiliary file holds.
enum AuxiliaryLevel: String, CaseIterable, ExpressibleByArgument {
    case token, word
}
