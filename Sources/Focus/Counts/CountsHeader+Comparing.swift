extension CountsHeader.Origin {
    /// What is different in `other`, in words; nil for nothing.
    func difference(from other: CountsHeader.Origin) -> String? {
        if target != other.target || targetRows != other.targetRows { return "it was made with another --tokenizer" }
        if source != other.source || sourceRows != other.sourceRows {
            return "it was made for another source tokenizer"
        }
        return corpus == other.corpus ? nil : "it is of another corpus"
    }
}
