"""What a hostile student might write, and grades and notebooks that are full of it."""

from __future__ import annotations

import base64

from grader.model import CellKind, CellRun, CellStatus, Grade, Notice, Transcript, Written

REMOTE = "http://127.0.0.1:9/poison"
SCRIPT = "window.__pwned = 1; alert(1)"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" onload="window.__pwned=1">'
    f'<script>{SCRIPT}</script><style>rect {{ fill: red }}</style><image href="{REMOTE}"/>'
    '<foreignObject><iframe src="javascript:window.__pwned=1"/></foreignObject>'
    '<rect width="40" height="20" style="stroke: blue"/></svg>'
)
POISONS = (
    f"<script>{SCRIPT}</script>",
    f"</script><script>{SCRIPT}</script>",
    f"</style><script>{SCRIPT}</script>",
    f"</title><script>{SCRIPT}</script>",
    f"</textarea></pre></code><script>{SCRIPT}</script>",
    '"><img src=x onerror="window.__pwned=1">',
    "' onmouseover='window.__pwned=1' autofocus onfocus='window.__pwned=1' x='",
    '<svg onload="window.__pwned=1">',
    f'<iframe srcdoc="<script>parent.__pwned=1</script>" src="{REMOTE}"></iframe>',
    f'<link rel="stylesheet" href="{REMOTE}"><img src="{REMOTE}">',
    '<meta http-equiv="refresh" content="0;url=javascript:window.__pwned=1">',
    f'<base href="{REMOTE}"><form action="{REMOTE}"><button autofocus>',
    "<details open ontoggle='window.__pwned=1'>",
    "{{ 7 * 7 }}{% raw %}{{ ''.__class__ }}",
    "javascript:window.__pwned=1",
    "\x1b[31m<b onclick='window.__pwned=1'>\x1b]8;;javascript:window.__pwned=1\x07x\x1b[0m",
    "\u202e\u2066right to left\x00\x07\x85\ufeff\ud800",
    "<!--<script>-->",
    "&lt;script&gt;window.__pwned=1&lt;/script&gt;",
    "A" * 4_000,
)
MARKDOWN_POISONS = (
    *POISONS,
    "[click](javascript:window.__pwned=1)",
    "[click](<java\nscript:window.__pwned=1>)",
    "[click](data:text/html,<script>parent.__pwned=1</script>)",
    f"![picture]({REMOTE})",
    f'[a]: {REMOTE} "x\\" onclick=window.__pwned=1"\n\n![a]',
    "$\\href{javascript:window.__pwned=1}{x}<script>window.__pwned=1</script>$",
)


def poisoned_transcript() -> Transcript:
    png = base64.b64encode(b"\x89PNG").decode() + '"><script>window.__pwned=1</script>'
    runs: list[CellRun] = []
    for poison in MARKDOWN_POISONS:
        outputs = (
            {"output_type": "stream", "name": "stdout", "text": poison},
            {"output_type": "stream", "name": poison, "text": [poison]},
            {"output_type": "display_data", "data": {"text/html": poison}},
            {"output_type": "display_data", "data": {"text/html": poison, "text/plain": poison}},
            {"output_type": "display_data", "data": {"text/markdown": poison}},
            {"output_type": "display_data", "data": {poison: poison}},
            {"output_type": "execute_result", "data": {"application/javascript": poison}},
            {"output_type": "execute_result", "data": {"image/svg+xml": poison}},
            {"output_type": "error", "ename": poison, "evalue": poison, "traceback": [poison]},
            {"output_type": poison},
        )
        runs += [
            CellRun(kind=CellKind.MARKDOWN, source=poison),
            CellRun(kind=CellKind.RAW, source=poison.encode("utf-8", "replace").decode()),
            CellRun(
                kind=CellKind.CODE,
                source=f"x = 1  # {poison}",
                id=poison,
                status=CellStatus.ERROR,
                outputs=outputs,
                message=poison,
            )
        ]  # fmt: skip
    pictures = {"image/svg+xml": SVG}, {"image/png": png}, {"image/jpeg": png}
    runs.append(
        CellRun(
            kind=CellKind.CODE,
            source="plot()",
            outputs=tuple({"output_type": "display_data", "data": data} for data in pictures),
        )
    )
    return Transcript(runs=tuple(runs))


def poisoned_grade(grade: Grade, poison: str) -> Grade:
    """The poison in every field that is text."""
    verdicts = [
        one.model_copy(update=dict.fromkeys(("id", "title", "message", "hint"), poison))
        for one in grade.verdicts
    ]
    assert grade.environment is not None
    environment = grade.environment.model_copy(
        update={
            **dict.fromkeys(("grader", "python", "platform", "cpu", "isolation", "seed"), poison),
            **dict.fromkeys(("assignment_digest", "submission_digest"), poison),
            "libraries": {poison: poison},
        }
    )
    texts = ("student", "name", "assignment", "assignment_title", "submission", "problem")
    notice = Notice.model_construct(code=poison, message=poison, where=poison)
    return grade.model_copy(
        update={
            **dict.fromkeys(texts, poison),
            "verdicts": tuple(verdicts),
            "written": Written.model_construct(answers=poison, key_points=poison),
            "warnings": (notice,),
            "environment": environment,
        }
    )
