#include "CFastText.h"

#include <cstring>
#include <memory>
#include <new>
#include <streambuf>

#include "trainer.h"

struct focus_fasttext_model {
    focus::Trainer trainer;
};

namespace {

/* Sends what is written to it to a function. */
class SinkBuffer : public std::streambuf {
    const focus_fasttext_sink sink_;
    void *const context_;

  public:
    SinkBuffer(focus_fasttext_sink sink, void *context) : sink_(sink), context_(context) {}

  protected:
    std::streamsize xsputn(const char *bytes, std::streamsize count) override {
        return sink_(context_, bytes, size_t(count)) ? 0 : count;
    }

    int_type overflow(int_type character) override {
        const char byte = traits_type::to_char_type(character);
        return sink_(context_, &byte, 1) ? traits_type::eof() : traits_type::not_eof(character);
    }
};

fasttext::Args arguments(const focus_fasttext_parameters &parameters, const char *input) {
    fasttext::Args args;
    args.input = input;
    args.model = fasttext::model_name::cbow;
    args.loss = fasttext::loss_name::ns;
    args.dim = parameters.dimension;
    args.epoch = parameters.epochs;
    args.minCount = parameters.minimum_count;
    args.neg = parameters.negatives;
    args.ws = parameters.window;
    args.minn = parameters.minimum_ngram;
    args.maxn = parameters.maximum_ngram;
    args.bucket = parameters.buckets;
    args.lrUpdateRate = parameters.learning_rate_update_rate;
    args.thread = parameters.threads;
    args.seed = parameters.seed;
    args.lr = parameters.learning_rate;
    args.t = parameters.sampling_threshold;
    args.verbose = 0;
    return args;
}

void conclude(focus_fasttext_outcome *outcome, focus_fasttext_status status, const char *message) {
    outcome->status = status;
    std::strncpy(outcome->message, message, sizeof outcome->message - 1);
}

} // namespace

focus_fasttext_model *focus_fasttext_train(
    const focus_fasttext_parameters *parameters, const char *input, focus_fasttext_progress progress, void *context,
    focus_fasttext_outcome *outcome) {
    std::memset(outcome, 0, sizeof *outcome);
    std::unique_ptr<focus_fasttext_model> model;
    try {
        model = std::make_unique<focus_fasttext_model>();
        model->trainer.run(arguments(*parameters, input), [=](int64_t completed, int64_t total) {
            return progress(context, completed, total) != 0;
        });
        conclude(outcome, FOCUS_FASTTEXT_TRAINED, "");
    } catch (const focus::Trainer::Stopped &) {
        conclude(outcome, FOCUS_FASTTEXT_STOPPED, "");
    } catch (const focus::Trainer::NoInput &) {
        conclude(outcome, FOCUS_FASTTEXT_NO_INPUT, "");
    } catch (const focus::Trainer::TooFewWords &) {
        conclude(outcome, FOCUS_FASTTEXT_TOO_FEW_WORDS, "");
    } catch (const fasttext::DenseMatrix::EncounteredNaNError &) {
        conclude(outcome, FOCUS_FASTTEXT_DIVERGED, "");
    } catch (const std::bad_alloc &) {
        conclude(outcome, FOCUS_FASTTEXT_NO_MEMORY, "");
    } catch (const std::length_error &) {
        // A vector asked for more elements than there can be.
        conclude(outcome, FOCUS_FASTTEXT_NO_MEMORY, "");
    } catch (const std::exception &error) {
        conclude(outcome, FOCUS_FASTTEXT_FAILED, error.what());
    } catch (...) {
        conclude(outcome, FOCUS_FASTTEXT_FAILED, "an unknown failure");
    }
    if (model) {
        outcome->words = model->trainer.words();
        outcome->tokens = model->trainer.tokens();
    }
    return outcome->status == FOCUS_FASTTEXT_TRAINED ? model.release() : nullptr;
}

int focus_fasttext_save(
    const focus_fasttext_model *model, int words_only, focus_fasttext_sink sink, void *context) {
    try {
        SinkBuffer buffer(sink, context);
        std::ostream out(&buffer);
        if (words_only) {
            model->trainer.saveWords(out);
        } else {
            model->trainer.save(out);
        }
        return !out.good();
    } catch (...) {
        return 1;
    }
}

void focus_fasttext_free(focus_fasttext_model *model) { delete model; }
