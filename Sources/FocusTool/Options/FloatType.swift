internal import ArgumentParser

/// `--dtype`: what floating-point elements can become.
enum FloatType: String, CaseIterable, ExpressibleByArgument {
    case f32, f16, bf16, f64
}
