#ifndef FOCUS_TRAINER_H
#define FOCUS_TRAINER_H

#include <fasttext/fasttext.h>

#include <functional>
#include <ostream>

#include "rows.h"

namespace focus {

/* fastText's matrix with quicker loops: the library's own are not vectorised. The bits are the same. */
class RowMatrix final : public fasttext::DenseMatrix {
    const RowKernels kernels_ = RowKernels::best();

  public:
    RowMatrix(int64_t rows, int64_t columns) : DenseMatrix(rows, columns) {}

    fasttext::real dotRow(const fasttext::Vector &vector, int64_t row) const override;
    void addVectorToRow(const fasttext::Vector &vector, int64_t row, fasttext::real scale) override;
    void addRowToVector(fasttext::Vector &vector, int32_t row) const override;
    void addRowToVector(fasttext::Vector &vector, int32_t row, fasttext::real scale) const override;
};

/* fastText, opened up where its own `train` and `saveModel` cannot be stopped, do not look at what happened, or loop for ever. */
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
