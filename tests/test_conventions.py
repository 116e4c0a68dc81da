"""What docs/architecture.md promises about the shape of the code, read from the code itself."""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from apps.web import policy

ROOT = Path(__file__).resolve().parent.parent
APPS = ROOT / "apps"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = [path for path in sorted(APPS.rglob("*.py")) if "migrations" not in path.parts]
VIEW_MODULES = [
    path for path in MODULES if re.fullmatch(r"(\w+_)?views", path.stem) or path.parent.stem == "views"
]

LONGEST_VIEW = 30
LONGEST_TEMPLATE = 140
JUNK_DRAWERS = {"common", "core", "utils", "helpers", "services", "managers", "selectors", "mixins"}

# A view whose page is called otherwise, and why.
OTHER_TEMPLATES: dict[str, set[str]] = {
    # One address for everybody's first page; what it shows depends on who they are and how far.
    "dashboards:home": {"dashboards/first.html", "dashboards/today.html", "dashboards/welcome.html"},
    # A row for the editor's table.
    "stories:metric_new": {"stories/edit.html"},
    # The section it stands under, and the list beside the text.
    "reviews:comment_new": {"reviews/edit.html"},
    # The form in which names are counted while they are typed.
    "scope:count": {"scope/new.html", "scope/_form.html"},
}

# A view called otherwise than its route, and why.
OTHER_VIEWS: dict[str, str] = {}

# Views name querysets; what a queryset is made of stands beside the model, and writes stand in actions.
NOT_IN_A_VIEW = {
    "aggregate",
    "annotate",
    "bulk_create",
    "bulk_update",
    "create",
    "exclude",
    "filter",
    "get_or_create",
    "raw",
    "update_or_create",
}

# Views that take a form without our cookie, and why that is safe.
WITHOUT_CSRF = {
    "mail:unsubscribe": "a mail program posts it (RFC 8058); the signed token in the address is what allows it",
}

# Where markup is declared safe, and why that is so.
SAFE_MARKUP = {
    "apps/stories/templatetags/stories.py": "Markdown parsed with HTML off, then sanitised by nh3",
    "apps/web/controls.py": "what Django's own templates write, each value escaped as they do",
    "apps/web/templatetags/ui.py": "an icon as the package lucide draws it",
    "templates/mfa/totp/activate_form.html": "a QR code that allauth draws from a key of its own making",
}


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _own_views() -> Iterator[tuple[str, str, Any]]:
    """Yield (namespace, URL name, view) of every route to a view of our own."""

    def walk(patterns: list[Any], namespace: str) -> Iterator[tuple[str, str, Any]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, pattern.namespace or namespace)
            elif (
                isinstance(pattern, URLPattern)
                and pattern.callback.__module__.startswith("apps.")
                # The admin's views are methods, named and called by Django.
                and "." not in pattern.callback.__qualname__
            ):
                yield namespace, pattern.name or "", pattern.callback

    return walk(get_resolver().url_patterns, "")


OWN_VIEWS = [pytest.param(*view, id=f"{view[0]}:{view[1]}") for view in _own_views()]


@pytest.mark.parametrize("namespace, name, view", OWN_VIEWS)
def test_view_is_named_as_its_route(namespace: str, name: str, view: Any) -> None:
    assert view.__name__ == OTHER_VIEWS.get(f"{namespace}:{name}", name)


@pytest.mark.parametrize("namespace, name, view", OWN_VIEWS)
def test_view_renders_the_template_of_its_name(namespace: str, name: str, view: Any) -> None:
    source = inspect.getsource(inspect.unwrap(view))
    rendered = {
        argument.value.partition("#")[0]
        for call in _calls(ast.parse(source))
        if isinstance(call.func, ast.Name) and call.func.id == "render"
        for argument in call.args[1:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }

    assert rendered <= OTHER_TEMPLATES.get(f"{namespace}:{name}", {f"{namespace}/{name}.html"})


@pytest.mark.parametrize("namespace, name, view", OWN_VIEWS)
def test_methods_of_view_and_policy_row_agree(namespace: str, name: str, view: Any) -> None:
    rule = policy.rule_for(f"{namespace}:{name}")

    assert rule is not None
    decorators = {
        decorator.id
        for decorator in ast.parse(inspect.getsource(inspect.unwrap(view))).body[0].decorator_list  # type: ignore[attr-defined]
        if isinstance(decorator, ast.Name)
    }
    if "require_safe" in decorators:
        assert rule.methods == policy.GET
    if "require_POST" in decorators:
        assert rule.methods == policy.POST


def test_no_exception_is_left_over() -> None:
    routes = {route for route, _ in policy.routes()}

    assert {*OTHER_TEMPLATES, *OTHER_VIEWS} <= routes
    assert all((ROOT / name).exists() for name in SAFE_MARKUP)


@pytest.mark.parametrize("path", VIEW_MODULES, ids=_relative)
def test_views_hold_no_query(path: Path) -> None:
    found = [
        f"line {call.lineno}: .{call.func.attr}("
        for call in _calls(_tree(path))
        if isinstance(call.func, ast.Attribute) and call.func.attr in NOT_IN_A_VIEW
    ]

    assert found == []


@pytest.mark.parametrize("path", VIEW_MODULES, ids=_relative)
def test_views_are_short(path: Path) -> None:
    long = [
        f"{node.name}: {lines} lines"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_VIEW
    ]

    assert long == []


def test_no_signal_is_sent_or_received() -> None:
    found = [
        f"{_relative(path)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(_tree(path))
        if (isinstance(node, ast.ImportFrom) and re.search(r"(^|\.)(signals|dispatch)$", node.module or ""))
        or (isinstance(node, ast.Import) and any("signals" in name.name for name in node.names))
        or (
            isinstance(node, ast.ImportFrom)
            and any(name.name in {"signals", "Signal", "receiver"} for name in node.names)
        )
    ]

    assert found == []


def test_a_view_is_exempt_from_the_csrf_check_only_where_it_is_said_why() -> None:
    names = {"csrf_exempt", "login_not_required", "csp_override", "xframe_options_exempt"}
    found = {
        f"{_relative(path)}: {node.id if isinstance(node, ast.Name) else node.attr}"
        for path in [*MODULES, ROOT / "config" / "urls.py"]
        for node in ast.walk(_tree(path))
        if (isinstance(node, ast.Name) and node.id in names)
        or (isinstance(node, ast.Attribute) and node.attr in names)
    }
    exempt = {
        f"{view.__module__.replace('.', '/')}.py: csrf_exempt": f"{namespace}:{name}"
        for namespace, name, view in _own_views()
        if getattr(view, "csrf_exempt", False)
    }

    assert found == set(exempt)
    assert set(exempt.values()) == set(WITHOUT_CSRF)


def test_markup_is_declared_safe_only_where_it_is_said_why() -> None:
    in_templates = {
        _relative(path)
        for path in TEMPLATES
        if re.search(r"\|\s*(safe|safeseq)\b|autoescape\s+off", path.read_text())
    }
    in_modules = {
        _relative(path)
        for path in MODULES
        for call in _calls(_tree(path))
        if isinstance(call.func, ast.Name | ast.Attribute)
        and ast.unparse(call.func).rpartition(".")[2] in {"mark_safe", "SafeString", "SafeText"}
        and not all(isinstance(argument, ast.Constant) for argument in call.args)
    }

    assert in_templates | in_modules == set(SAFE_MARKUP)


def test_no_module_is_a_junk_drawer() -> None:
    assert [_relative(path) for path in MODULES if {*path.parts, path.stem} & JUNK_DRAWERS] == []


def test_templates_are_short() -> None:
    lengths = {_relative(path): len(path.read_text().splitlines()) for path in TEMPLATES}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_TEMPLATE} == {}


def test_templates_hold_no_inline_style_script_or_handler() -> None:
    unwanted = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=|hx-on|javascript:", re.IGNORECASE)
    found = [
        f"{_relative(path)}:{number}"
        for path in TEMPLATES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if unwanted.search(line)
    ]

    assert found == []


def test_every_template_is_used() -> None:
    """Nobody reads a page that nothing renders; allauth's are found by their names in allauth itself."""
    sources = "\n".join(path.read_text() for path in [*MODULES, *(ROOT / "templates").rglob("*.*")])
    named_by_django = {"400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"}
    libraries = {"account", "admin", "allauth", "mfa", "socialaccount", "usersessions"}
    unused = [
        name
        for path in TEMPLATES
        if (name := str(path.relative_to(ROOT / "templates"))) not in named_by_django
        and path.relative_to(ROOT / "templates").parts[0] not in libraries
        and name not in sources
    ]

    assert unused == []
