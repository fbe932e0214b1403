import Testing

@testable import Focus

struct TemplateMarkersTests {
    private func found(_ template: String) -> [String] {
        TemplateMarkers.found(in: Array(template.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `markers of the usual templates are found`() {
        #expect(found("{{ '<|im_start|>' + role }}{{'<|im_end|>\\n'}}") == ["<|im_start|>", "<|im_end|>"])
        #expect(found("[INST] <<SYS>>x<</SYS>> [/INST]</s>") == ["[INST]", "<<SYS>>", "<</SYS>>", "[/INST]", "</s>"])
        #expect(found("{% set x = '<start_of_turn>' %}{{ x }}<｜User｜>") == ["<start_of_turn>", "<｜User｜>"])
        #expect(found("<think></think><think>") == ["<think>", "</think>"])
    }

    @Test func `comparisons, indices, comments and open brackets are none`() {
        #expect(found("{% if a < b and c > d %}{{ m[0] }}{{ m['A'] }}{# <|no|> #}{{ '<|' + r + '|>' }}").isEmpty)
        #expect(found("<|open {# never closed <b>").isEmpty)
        #expect(found("< >[]<<>><1>").isEmpty)
        #expect(found("<" + String(repeating: "a", count: 1000) + ">").isEmpty)
    }

    @Test func `what stands between markers is what is left`() {
        let parts = TemplateMarkers.between(Array("<|im_start|>system\nYou are.<|im_end|>".utf8))
        #expect(parts == [Array("system\nYou are.".utf8)])
        #expect(TemplateMarkers.between(Array("plain text".utf8)) == [Array("plain text".utf8)])
    }
}
