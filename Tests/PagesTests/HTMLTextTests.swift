import JSON
import Pages
import Testing

/// Text of files stays text, whatever it is.
struct HTMLTextTests {
    private static func page(_ write: (inout HTMLText) -> Void) -> String {
        var page = HTMLText()
        write(&page)
        return String(decoding: page.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("</script><b>", "&lt;/script&gt;&lt;b&gt;"), ("a & b &lt;", "a &amp; b &amp;lt;"), ("\"'", "&quot;&#39;"),
        ("<!--", "&lt;!--"), ("\u{1}\u{0}\u{7F}", "\u{FFFD}\u{FFFD}\u{FFFD}"), ("é▁ж🙂", "é▁ж🙂"),
    ])
    func `text is escaped in elements and in attributes`(text: String, escaped: String) {
        #expect(HTMLTextTests.page { $0.element("p", text: text) } == "<p>\(escaped)</p>")
        #expect(HTMLTextTests.page { $0.void("meta", ["content": text]) } == "<meta content=\"\(escaped)\">")
    }

    @Test func `data for scripts cannot end their element`() {
        let page = HTMLTextTests.page { $0.data("data", .object([.init("</script>", .text("<!-- & -->"))])) }
        #expect(
            page == "<script type=\"application/json\" id=\"data\">"
                + #"{"\u003c/script\u003e":"\u003c!-- \u0026 --\u003e"}"# + "</script>")
    }

    @Test(arguments: [
        ([UInt8]("plain </script>".utf8), "plain </script>"), ([0xFF, 0x41, 0xC3], "⟨0xFF⟩A⟨0xC3⟩"),
        ([UInt8]("a\u{202E}b\u{2066}".utf8), "a⟨U+202E⟩b⟨U+2066⟩"),
        ([UInt8]("\n\r\u{0}\u{85}".utf8), "⟨U+000A⟩⟨U+000D⟩⟨U+0000⟩⟨U+0085⟩"),
        ([UInt8]("\u{200B}\u{FEFF}\u{AD}".utf8), "⟨U+200B⟩⟨U+FEFF⟩⟨U+00AD⟩"), ([UInt8]("\u{301}".utf8), "◌\u{301}"),
        ([0xED, 0xA0, 0x80], "⟨0xED⟩⟨0xA0⟩⟨0x80⟩"), ([UInt8]("▁größe".utf8), "▁größe"), ([], ""),
    ])
    func `what cannot be seen is spelled out`(bytes: [UInt8], shown: String) {
        #expect(Array(ShownText(bytes).description.utf8) == Array(shown.utf8))
    }

    @Test func `long texts are cut off`() {
        #expect(ShownText([UInt8](repeating: 0x61, count: 300), longest: 10).description == "aaaaaaaaaa…")
    }

    @Test(arguments: [
        (0.0, "0.0 %"), (0.0001, "< 0.1 %"), (0.5, "50.0 %"), (0.99951, "100.0 %"), (1.0, "100.0 %"),
    ])
    func `shares are per cents`(share: Double, text: String) {
        #expect(PageNumber.percent(share) == text)
    }

    @Test(arguments: [
        (12.3456, 2, "12.35"), (-0.04, 1, "0.0"), (999_999_999_999.5, 1, "999999999999.5"),
        (1e14, 6, "100000000000000.0"),
        (1e300, 0, "1e+300"),
    ])
    func `numbers of any size have digits, as many as can be told`(
        number: Double, digits: Int, text: String
    ) {
        #expect(PageNumber.fixed(number, digits) == text)
    }
}
