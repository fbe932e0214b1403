/// Where states are taken from a model.
public enum StateTap: Hashable, Sendable {
    /// After so many layers; 0 is what enters the first.
    case layer(Int)
    /// After the last layer and the norm that follows it: what the head reads, or an encoder's last hidden states.
    case final
}
