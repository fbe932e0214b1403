#include "trainer.h"

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <istream>
#include <mutex>
#include <random>

namespace focus {

using namespace fasttext;

template <typename Value> static void put(std::ostream &out, Value value) {
    out.write(reinterpret_cast<const char *>(&value), sizeof value);
}

RowMatrix::RowMatrix(int64_t rows, int64_t columns)
    : Matrix(rows, columns), data_(static_cast<real *>(std::calloc(rows * columns, sizeof(real))), std::free) {
    if (!data_) throw std::bad_alloc();
}

void RowMatrix::fill(real bound, int threads, int seed) {
    const int64_t block = m_ * n_ / 10;
    for (int thread = 0; thread < std::max(1, threads); thread++) {
        std::minstd_rand generator(thread + seed);
        std::uniform_real_distribution<> uniform(-bound, bound);
        const int64_t end = std::min(m_ * n_, block * (thread + 1));
        for (int64_t i = block * thread; i < end; i++) data_.get()[i] = uniform(generator);
    }
}

void RowMatrix::save(std::ostream &out) const {
    put(out, m_);
    put(out, n_);
    out.write(reinterpret_cast<const char *>(data_.get()), m_ * n_ * sizeof(real));
}

// Nothing here is loaded or printed; the interface asks for both.
void RowMatrix::load(std::istream &) { throw std::logic_error("a matrix in training is not loaded"); }
void RowMatrix::dump(std::ostream &) const { throw std::logic_error("a matrix in training is not printed"); }

real RowMatrix::dotRow(const Vector &vector, int64_t index) const {
    const real *x = row(index);
    const real *y = vector.data();
    real sum = 0;
    // One element after the other, as fastText does: another order would give other bits.
    for (int64_t i = 0; i < n_; i++) sum += x[i] * y[i];
    if (std::isnan(sum)) throw DenseMatrix::EncounteredNaNError();
    return sum;
}

void RowMatrix::addVectorToRow(const Vector &vector, int64_t index, real scale) {
    kernels_.add_scaled(row(index), vector.data(), scale, n_);
}

void RowMatrix::addRowToVector(Vector &vector, int32_t index) const {
    kernels_.add(vector.data(), row(index), n_);
}

void RowMatrix::addRowToVector(Vector &vector, int32_t index, real scale) const {
    kernels_.add_scaled(vector.data(), row(index), scale, n_);
}

/* A file that ends early when the work should stop: making a dictionary cannot be interrupted otherwise. */
class WatchedFile : public std::filebuf {
    const Trainer::Progress &progress_;

  public:
    bool stopped = false;

    explicit WatchedFile(const Trainer::Progress &progress) : progress_(progress) {}

  protected:
    int_type underflow() override {
        stopped = stopped || progress_(0, 0);
        return stopped ? traits_type::eof() : std::filebuf::underflow();
    }
};

void Trainer::readDictionary(const Progress &progress) {
    dict_ = std::make_shared<Dictionary>(args_);
    WatchedFile file(progress);
    if (!file.open(args_->input, std::ios::in | std::ios::binary)) throw NoInput();
    std::istream in(&file);
    try {
        dict_->readFromFile(in);
    } catch (const std::invalid_argument &) {
        // What fastText throws for a dictionary without words, stopped or not.
        if (!file.stopped) throw TooFewWords();
    }
    if (file.stopped) throw Stopped();
    // With a single word, fastText looks for a different one for ever.
    if (dict_->nwords() < 2) throw TooFewWords();
}

void Trainer::run(const Args &args, const Progress &progress) {
    args_ = std::make_shared<Args>(args);
    readDictionary(progress);
    auto input = std::make_shared<RowMatrix>(int64_t(dict_->nwords()) + args_->bucket, args_->dim);
    input->fill(1.0 / args_->dim, args_->thread, args_->seed);
    input_ = input;
    output_ = std::make_shared<RowMatrix>(dict_->nwords(), args_->dim);
    quant_ = false;
    // fastText's losses keep a reference to this member, so it must be made after the matrix is in place.
    model_ = std::make_shared<Model>(input_, output_, createLoss(output_), false);

    const int64_t total = dict_->ntokens() * args_->epoch;
    std::mutex turn;
    std::atomic<bool> stopped{false};
    try {
        startThreads([&](float fraction, float, double, double, int64_t) {
            std::unique_lock<std::mutex> lock(turn, std::try_to_lock);
            if (!lock || stopped) return;
            if (progress(std::min(total, int64_t(double(fraction) * double(total))), total)) {
                stopped = true;
                abort();
            }
        });
    } catch (const AbortError &) {
        throw Stopped();
    }
}

void Trainer::beginFile(std::ostream &out, Args args) const {
    put<int32_t>(out, 793712314);
    put<int32_t>(out, 12);
    args.save(out);
    dict_->save(out);
    put(out, false);
}

void Trainer::save(std::ostream &out) const {
    beginFile(out, *args_);
    input_->save(out);
    put(out, false);
    output_->save(out);
}

void Trainer::saveWords(std::ostream &out) const {
    Args args = *args_;
    args.minn = args.maxn = args.bucket = 0;
    beginFile(out, args);
    put<int64_t>(out, dict_->nwords());
    put<int64_t>(out, args.dim);
    Vector vector(args.dim);
    for (int32_t word = 0; word < dict_->nwords(); word++) {
        getWordVector(vector, dict_->getWord(word));
        out.write(reinterpret_cast<const char *>(vector.data()), args.dim * sizeof(real));
    }
    put(out, false);
    put<int64_t>(out, 0);
    put<int64_t>(out, args.dim);
}

} // namespace focus
