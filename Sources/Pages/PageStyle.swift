/// How pages look: light or dark as the reader's system has it, on screens of any width, and on paper.
enum PageStyle {
    /// The style sheet.
    static let text: StaticString = """
        :root{color-scheme:light dark;--paper:#fdfdfc;--ink:#1c1f23;--soft:#565c64;--line:#d5d8dc;--tint:#f1f2f3;
        --link:#0b57a4;--mark:#fff3cd;--k0:#2a68a8;--k1:#b65c0b;--k2:#6c727b;--k3:#867612;--k4:#1f7a59;--k5:#7d52b3;
        --k6:#b23a72;--k7:#55762a;--k8:#7a4b2a;--inside:#fff}
        @media (prefers-color-scheme:dark){:root{--paper:#15171a;--ink:#e6e8eb;--soft:#a5acb5;--line:#3a3f46;
        --tint:#1f2227;--link:#8cc2ff;--mark:#3b3314;--k0:#6aa9e9;--k1:#f0a050;--k2:#9aa1ab;--k3:#d6c85e;--k4:#52c49a;
        --k5:#b794e6;--k6:#ee7fb0;--k7:#9cc45c;--k8:#c08a63;--inside:#15171a}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:66rem;padding:1.5rem 1rem 3rem;background:var(--paper);color:var(--ink);
        font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
        h1{font-size:1.75rem;line-height:1.2;margin:0 0 .75rem}
        h2{font-size:1.3rem;margin:2.75rem 0 .75rem;padding-top:.6rem;border-top:1px solid var(--line)}
        h3{font-size:1.05rem;margin:0}
        p{max-width:46rem;margin:.6rem 0}
        a{color:var(--link)}
        a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,.scroll:focus-visible{
        outline:3px solid var(--link);outline-offset:2px}
        .skip{position:absolute;left:-999rem}
        .skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem}
        nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;padding:0;margin:1rem 0 0;list-style:none}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,11.5rem),1fr));gap:.75rem;
        margin:1.5rem 0 0}
        .tiles div{display:flex;flex-direction:column-reverse;justify-content:flex-end;background:var(--tint);
        border-radius:6px;padding:.7rem .9rem}
        .tiles dd{margin:0;font-size:1.3rem;font-weight:600;line-height:1.25;font-variant-numeric:tabular-nums}
        .tiles dt,.small,figcaption,caption,footer{color:var(--soft);font-size:.875rem}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1.5rem 2rem}
        figure{margin:1rem 0;min-width:0}
        figcaption,caption{text-align:left;margin-bottom:.5rem;padding:0}
        figure>svg{width:100%;max-width:32rem;height:auto;display:block}
        .map>svg{max-width:36rem}
        svg text{font-size:13px;fill:var(--ink);font-variant-numeric:tabular-nums}
        svg .inside{fill:var(--inside);font-weight:600}
        svg .tick{fill:var(--soft);font-size:12px}
        .axis{stroke:var(--soft);fill:none}
        .median{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:4 3;fill:none}
        .ground{fill:var(--tint)}
        .ring{fill:none;stroke:var(--ink);stroke-width:2}
        .dots{fill:none;stroke-width:3.4;stroke-linecap:round;stroke-opacity:.72}
        .k0{fill:var(--k0)}.k1{fill:var(--k1)}.k2{fill:var(--k2)}.k3{fill:var(--k3)}.k4{fill:var(--k4)}
        .k5{fill:var(--k5)}.k6{fill:var(--k6)}.k7{fill:var(--k7)}.k8{fill:var(--k8)}
        .s0{stroke:var(--k0)}.s1{stroke:var(--k1)}.s2{stroke:var(--k2)}.s3{stroke:var(--k3)}.s4{stroke:var(--k4)}
        .s5{stroke:var(--k5)}.s6{stroke:var(--k6)}.s7{stroke:var(--k7)}.s8{stroke:var(--k8)}
        .swatch{width:.75em;height:.75em;margin-right:.4em;display:inline-block;vertical-align:-.05em}
        .legend{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;padding:0;font-size:.9rem}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;font-size:.92rem}
        th,td{overflow-wrap:normal;text-align:left;vertical-align:top;padding:.28rem 1rem .28rem 0;
        border-bottom:1px solid var(--line)}
        thead th{color:var(--soft);font-weight:600;white-space:nowrap}
        tbody th{font-weight:400}
        .best th,.best td{font-weight:700}
        .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        .token{font-family:ui-monospace,"Noto Sans Mono",Menlo,Consolas,monospace;font-size:.95em;white-space:pre-wrap;
        background:var(--tint);border-radius:3px;padding:0 .25em;overflow-wrap:anywhere}
        .tokens{width:100%}
        .tokens td:nth-child(2){min-width:7rem}
        .tokens td:nth-child(3){white-space:nowrap}
        .tokens td:last-child{min-width:14rem}
        .facts{display:grid;grid-template-columns:minmax(9rem,max-content) 1fr;gap:.15rem 1.2rem;font-size:.95rem}
        .facts dt{color:var(--soft)}
        .facts dd{margin:0;font-variant-numeric:tabular-nums;white-space:pre-wrap}
        .notes{padding:.6rem 1rem .6rem 2rem;background:var(--mark);border-radius:6px}
        .examples{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr));gap:1rem}
        .examples article{border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem}
        .examples ol{list-style:none;padding:0;margin:.5rem 0 0}
        .examples li{display:grid;grid-template-columns:1fr auto;gap:0 .6rem;align-items:baseline;margin-bottom:.35rem}
        .examples li .token{justify-self:start}
        .examples li svg{grid-column:1/-1;width:100%;height:4px;background:var(--tint)}
        .with-script{display:none}
        .scripted .with-script{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center}
        button,input,select{font:inherit;font-size:.95rem;color:var(--ink);background:var(--paper);
        border:1px solid var(--soft);border-radius:5px;padding:.25rem .6rem}
        button:disabled{opacity:.45}
        footer{margin-top:3rem;border-top:1px solid var(--line)}
        @media (max-width:34rem){.facts{grid-template-columns:1fr}.facts dd{margin-bottom:.5rem}h1{font-size:1.45rem}
        svg text{font-size:16px}svg .tick{font-size:15px}th,td{padding-right:.7rem}
        .tokens td:nth-child(2){min-width:5rem}
        .tokens td:last-child{min-width:10rem}}
        @media print{:root{--paper:#fff;--tint:#f4f4f4}body{max-width:none;font-size:10pt}nav,.skip,.controls,
        .scripted .with-script{display:none}section,figure,article,tr{break-inside:avoid}section{break-inside:auto}
        h2{break-after:avoid}.dots,svg rect,svg path{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
        """
}
