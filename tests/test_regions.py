"""Solution regions: what is taken out, what stays, and which regions are refused."""

from __future__ import annotations

from textwrap import dedent

import pytest

from grader.errors import SpecError
from grader.regions import without_solutions


def _without(text: str) -> str:
    return without_solutions(dedent(text).lstrip("\n"), "solution.py")


def test_a_function_keeps_its_signature_docstring_and_prompts() -> None:
    assert _without('''
        import numpy as np

        def sigmoid(z, scale=1.0):
            """Return 1 / (1 + exp(-z)).

            # BEGIN SOLUTION is only text here
            """
            # Mind the sign.
            # BEGIN SOLUTION
            # the secret comment
            secret = np.exp(-z)

            return scale / (1 + secret)
            # END SOLUTION

        AFTER = 1
        ''') == dedent('''\
        import numpy as np

        def sigmoid(z, scale=1.0):
            """Return 1 / (1 + exp(-z)).

            # BEGIN SOLUTION is only text here
            """
            # Mind the sign.
            raise NotImplementedError("Write sigmoid() here.")

        AFTER = 1
        ''')


def test_the_error_names_the_innermost_function_and_stands_at_the_code_s_depth() -> None:
    assert _without("""
        class Neuron:
            async def fit(self, X):
                for row in X:
                    if row:
                # BEGIN SOLUTION
                        self.step(row)
                # END SOLUTION
                def inner():
                    try:
                        pass
                    except ValueError:
                        # BEGIN SOLUTION
                        match X:
                            case 1: x = 2
                        # END SOLUTION
        """) == dedent("""\
        class Neuron:
            async def fit(self, X):
                for row in X:
                    if row:
                        raise NotImplementedError("Write Neuron.fit() here.")
                def inner():
                    try:
                        pass
                    except ValueError:
                        raise NotImplementedError("Write Neuron.fit.inner() here.")
        """)


def test_outside_of_functions_a_region_becomes_a_comment() -> None:
    assert _without('''
        # BEGIN SOLUTION
        @property
        def whole(): return 1
        # END SOLUTION
        class Neuron:
            """A neuron."""
            # BEGIN SOLUTION
            def fit(self): return self
            # END SOLUTION
        ''') == dedent('''\
        # Write your code here
        class Neuron:
            """A neuron."""
            # Write your code here
        ''')


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("### BEGIN SOLUTION", "### END SOLUTION"),
        ("#BEGIN SOLUTION", "#END  SOLUTION"),
        ("# begin solution", "# End Solution  "),
    ],
)
def test_spellings_of_other_tools_are_understood(begin: str, end: str) -> None:
    text = f"def f():\n    {begin}\n    secret = 1\n    {end}\n"
    assert "secret" not in without_solutions(text, "solution.py")


def test_each_region_is_replaced_once() -> None:
    result = _without("""
        def f(x):
            # BEGIN SOLUTION
            a = 1
            b = 2
            # END SOLUTION
            y = x
            # BEGIN SOLUTION
            return y
            # END SOLUTION
        """)
    assert result.count("raise NotImplementedError") == 2
    assert result.splitlines()[2] == "    y = x"


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("x = 1\n", "solution.py", "there is no solution region"),
        ("def f(:\n", "solution.py:1", "this is not Python"),
        ("x = 1\n# BEGIN SOLUTION\ny = 2\n", "solution.py:2", "without an END SOLUTION"),
        ("x = 1\n# END SOLUTION\n", "solution.py:2", "without a BEGIN SOLUTION"),
        (
            "# BEGIN SOLUTION\nx = 1\n# BEGIN SOLUTION\ny = 1\n# END SOLUTION\n# END SOLUTION\n",
            "solution.py:3",
            "the region begun on line 1 is still open",
        ),
        (
            "# %%\n# BEGIN SOLUTION\nx = 1\n# %%\ny = 1\n# END SOLUTION\n",
            "solution.py:4",
            "the region begun on line 2 must end in its own cell",
        ),
        ("# BEGIN SOLUTION\n# nothing\n# END SOLUTION\n", "solution.py:1", "holds no statement"),
        ("# BEGIN SOLUTION NO PROMPT\nx = 1\n# END SOLUTION\n", "solution.py:1", "found `# BEGIN"),
        ("x = 1  # BEGIN SOLUTION\ny = 1\n# END SOLUTION\n", "solution.py:1", "alone on its line"),
        ("y = 1\nx = 1  # SOLUTION\n", "solution.py:2", "alone on its line"),
        (
            "def f():\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n  # SOLUTION\n",
            "solution.py:5",
            "alone on its line",
        ),
        (
            "class A:\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n\ny = 2\n",
            "solution.py:6",
            "without its solution regions this is not Python",
        ),
        (
            "x = [\n# BEGIN SOLUTION\n1,\n# END SOLUTION\n]\n",
            "solution.py:2",
            "this region holds no statement",
        ),
        (
            "# BEGIN SOLUTION\nx = [\n1,\n# END SOLUTION\n]\n",
            "solution.py:2",
            "the statement ends outside",
        ),
        (
            "if a:\n    x = 1\n# BEGIN SOLUTION\nelse:\n    x = 2\n# END SOLUTION\n",
            "solution.py:4",
            "`else:` belongs to a statement outside",
        ),
        (
            "if a:\n    # BEGIN SOLUTION\n    x = 1\nelse:\n    # END SOLUTION\n    x = 2\n",
            "solution.py:4",
            "`else:` belongs to a statement outside",
        ),
        (
            "def f():\n    y = 1\n    # BEGIN SOLUTION\n    x = 1\nz = 2\n# END SOLUTION\n",
            "solution.py:5",
            "the statement belongs to another block",
        ),
    ],
)
def test_what_is_not_clear_is_refused_with_its_line(text: str, where: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        without_solutions(text, "solution.py")
    assert caught.value.where == where
    assert message in caught.value.message


def test_a_comment_that_speaks_of_a_solution_is_no_marker() -> None:
    text = "# Solution of the normal equations\n# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n"
    expected = "# Solution of the normal equations\n# Write your code here\n"
    assert without_solutions(text, "solution.py") == expected
