internal import ArgumentParser

/// `--table-dtype`: what the elements of the vocabulary's tensors can become.
enum TableType: String, CaseIterable, ExpressibleByArgument {
    case f32, f16, bf16
}
