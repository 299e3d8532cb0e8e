"""Texts that would act if a page took them for markup. Every one sets ``window.__pwned``."""

from __future__ import annotations

__all__ = ["MARKDOWN", "POISONS", "REMOTE", "SVG"]

REMOTE = "http://127.0.0.1:9/poison"
ACT = "window.__pwned=1"

POISONS = (
    f"<script>{ACT}</script>",
    f"</script></style></title></textarea></pre></code></template><script>{ACT}</script>",
    f'"><img src=x onerror="{ACT}">',
    f"' onmouseover='{ACT}' autofocus onfocus='{ACT}' style='position:fixed;inset:0' x='",
    f"<svg/onload={ACT}>",
    f"<iframe srcdoc='<script>parent.__pwned=1</script>' src='{REMOTE}'></iframe>",
    f'<link rel=stylesheet href="{REMOTE}"><img src="{REMOTE}"><video src="{REMOTE}" autoplay>',
    f'<meta http-equiv=refresh content="0;url=javascript:{ACT}"><base href="{REMOTE}">',
    f"<details open ontoggle={ACT}><math><a xlink:href='javascript:{ACT}'>x</a></math>",
    f"<object data='javascript:{ACT}'></object><embed src='{REMOTE}'><form action='{REMOTE}'>",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}${7*7}<%= 7 %>",
    f"javascript:{ACT}",
    f"\x1b[31m<b onclick={ACT}>\x1b]8;;javascript:{ACT}\x07link\x1b]8;;\x07\x1b[0m\x1b[2J",
    "\u202eright to left\u2066\u200b\u0000\u0007\u0085\ufeff\u2028\ufffe",
    "\ud83d half a pair \udc00",
    f"&lt;script&gt;{ACT}&lt;/script&gt;&#60;script>{ACT}&#60;/script>",
    f"<!--<script>--!><script>{ACT}</script>]]><![CDATA[<script>{ACT}</script>",
    "<" * 3000 + "A" * 3000,
)

SVG = (
    f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="{ACT}">'
    f'<script>{ACT}</script><image href="{REMOTE}"/><use href="{REMOTE}#x"/>'
    f'<foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="{ACT}"/>'
    f'</foreignObject><a href="javascript:{ACT}"><rect width="9" height="9"/></a>'
    f'<style>@import url("{REMOTE}"); rect {{ fill: url("{REMOTE}") }}</style>'
    f'<animate onbegin="{ACT}" attributeName="x" dur="1s"/></svg>'
)

MARKDOWN = (
    f"[click](javascript:{ACT})",
    f"[click](data:text/html,<script>{ACT}</script>)",
    f"![picture]({REMOTE}) <{REMOTE}>",
    f'[a]: {REMOTE} "x\\" onclick={ACT}"\n\n![a]',
    f"$\\href{{javascript:{ACT}}}{{x}}$ <script>{ACT}</script>",
    f"```html\n</code></pre><script>{ACT}</script>\n```",
    f"# <img src=x onerror={ACT}>\n\n| <script>{ACT}</script> |\n|-|\n| x |",
    SVG,
)
