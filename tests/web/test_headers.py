"""What browsers and caches are told on every answer. Cites C004, C010, C011, C012 and V142."""

from __future__ import annotations

from grantway.edges.web.headers import SecurityHeaders, content_security_policy


def test_every_answer_forbids_sniffing_framing_and_referrers() -> None:
    """C010, C012, V142: by header and by policy."""
    always = dict(SecurityHeaders("https://gate.example").always)
    assert always["x-content-type-options"] == "nosniff"
    assert always["x-frame-options"] == "DENY"
    assert always["referrer-policy"] == "same-origin"
    assert "default-src 'none'" in always["content-security-policy"]
    assert "frame-ancestors 'none'" in always["content-security-policy"]


def test_strict_transport_is_asked_for_only_where_the_issuer_has_it() -> None:
    """C004."""
    assert dict(SecurityHeaders("https://gate.example").always)["strict-transport-security"]
    assert "strict-transport-security" not in dict(SecurityHeaders("http://localhost:8080").always)


def test_a_page_loads_nothing_from_elsewhere_and_runs_no_script_without_its_nonce() -> None:
    """C011."""
    policy = content_security_policy("abc")
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'nonce-abc'"
    assert directives["style-src"] == "'self'"
    assert directives["form-action"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert directives["base-uri"] == "'none'"
    assert "unsafe" not in policy
    assert "script-src 'none'" in content_security_policy(None)


def test_a_page_that_leads_away_says_nothing_of_forms_and_the_same_of_all_else() -> None:
    leading, staying = (content_security_policy("abc", leads_away=leads) for leads in (True, False))
    assert "form-action" not in leading
    assert staying.replace("form-action 'self'; ", "") == leading


def test_pages_are_never_kept() -> None:
    page = dict(SecurityHeaders("https://gate.example").page("n"))
    assert page["cache-control"] == "no-store"
    assert page["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in page["permissions-policy"]


def test_the_page_of_a_pending_request_keeps_the_window_that_opened_it() -> None:
    page = dict(SecurityHeaders("https://gate.example").page("n", leads_away=True))
    assert page["cross-origin-opener-policy"] == "unsafe-none"
    assert "frame-ancestors 'none'" in page["content-security-policy"]
