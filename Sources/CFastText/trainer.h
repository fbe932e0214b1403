#ifndef FOCUS_TRAINER_H
#define FOCUS_TRAINER_H

#include <fasttext/fasttext.h>

#include <functional>
#include <memory>
#include <ostream>

#include "rows.h"

namespace focus {

/* fastText's dense matrix with the same bits, but quicker loops, which in the library are not vectorised, and memory
   that is taken only for rows in use: most of the two million rows for n-grams never are. */
class RowMatrix final : public fasttext::Matrix {
    const RowKernels kernels_ = RowKernels::best();
    std::unique_ptr<fasttext::real, void (*)(void *)> data_;

    fasttext::real *row(int64_t index) const { return data_.get() + index * n_; }

  public:
    /* All zeros. */
    RowMatrix(int64_t rows, int64_t columns);

    /* Random numbers from -bound to bound. As in fastText, each of `threads` has a generator of its own and fills a
       tenth of the matrix; with fewer than ten threads the rest stays zero. */
    void fill(fasttext::real bound, int threads, int seed);

    fasttext::real dotRow(const fasttext::Vector &vector, int64_t row) const override;
    void addVectorToRow(const fasttext::Vector &vector, int64_t row, fasttext::real scale) override;
    void addRowToVector(fasttext::Vector &vector, int32_t row) const override;
    void addRowToVector(fasttext::Vector &vector, int32_t row, fasttext::real scale) const override;
    void save(std::ostream &out) const override;
    void load(std::istream &in) override;
    void dump(std::ostream &out) const override;
};

/* fastText, opened up where its own `train` and `saveModel` cannot be stopped, do not look at what happened, or loop
   for ever. */
class Trainer : public fasttext::FastText {
  public:
    /* Returns whether to stop. */
    using Progress = std::function<bool(int64_t completed, int64_t total)>;

    struct Stopped {};
    struct NoInput {};
    struct TooFewWords {};

    /* Reads the input twice: first for the dictionary, then to train. */
    void run(const fasttext::Args &args, const Progress &progress);

    void save(std::ostream &out) const;
    void saveWords(std::ostream &out) const;

    int32_t words() const { return dict_ ? dict_->nwords() : 0; }
    int64_t tokens() const { return dict_ ? dict_->ntokens() : 0; }

  private:
    void readDictionary(const Progress &progress);
    void beginFile(std::ostream &out, fasttext::Args args) const;
};

} // namespace focus

#endif
