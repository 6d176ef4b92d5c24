"""The page on which people say what applications may be told of them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from grantway.core.claims import Address
from grantway.core.errors import PROFILE_CHANGED, Invalid, Refused
from grantway.core.messages import Session
from grantway.core.model import User
from grantway.edges.signin.presenting import Values, field_problems
from grantway.edges.web import answers, failures
from grantway.edges.web.browsers import ACCOUNT, Browsers, Visit, sign_in_first
from grantway.edges.web.forms import Parameters
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features import fields
from grantway.features.accounts import claim_rules
from grantway.features.accounts.own_profile import OWN, OwnProfile
from grantway.features.accounts.profile import Profiles

PROFILE = "/profile"
PURPOSE = "profile"
_ADDRESS = "address."
_LONGEST_VERSION = 18
LIMITS = {
    "name": fields.LONGEST_NAME,
    "url": claim_rules.LONGEST_URL,
    "gender": claim_rules.LONGEST_GENDER,
    "phone": claim_rules.LONGEST_PHONE,
    "street": claim_rules.LONGEST_STREET,
    "code": claim_rules.LONGEST_CODE,
}


class EditingProfile:
    """Shows the form, and saves it."""

    def __init__(self, own: OwnProfile, profiles: Profiles, browsers: Browsers) -> None:
        self._own = own
        self._profiles = profiles
        self._browsers = browsers

    def show(self, request: HttpRequest) -> HttpAnswer:
        """The form; a stranger is led to sign in."""
        visit = self._browsers.visit(request)
        if visit.session is None:
            return sign_in_first("profile")
        return self._page(visit, visit.session)

    def submit(self, request: HttpRequest) -> HttpAnswer:
        """The profile was sent."""
        visit, form = self._browsers.post(request, PURPOSE)
        if visit.session is None:
            return sign_in_first("profile")
        typed = _typed(form)
        try:
            outcome = self._own.change(
                visit.session, _said(typed), version=_version(form), address=request.address
            )
        except Invalid as refused:
            return self._page(visit, visit.session, status=422, typed=typed, errors=field_problems(refused))
        if isinstance(outcome, Refused):
            status = failures.report(outcome, request).status
            refusal: list[Values] = [{"field": "", "text": outcome.reason.text, "id": outcome.reason.id}]
            # What somebody else changed is read before it is written over: the form shows it.
            kept = None if outcome.reason == PROFILE_CHANGED else typed
            return self._page(visit, visit.session, status=status, typed=kept, errors=refusal)
        return answers.see_other(ACCOUNT + "?done=profile" if outcome else ACCOUNT)

    def _page(
        self,
        visit: Visit,
        session: Session,
        *,
        status: int = 200,
        typed: Mapping[str, str] | None = None,
        errors: list[Values] | None = None,
    ) -> HttpAnswer:
        profile = self._profiles.of(session)
        if profile is None:
            return sign_in_first("profile")
        user = profile.user
        return answers.page(
            visit.request,
            "profile.html",
            status=status,
            action=PROFILE,
            csrf=self._browsers.proof(visit, PURPOSE),
            version=str(user.version),
            values={**_stored(user), **(typed or {})},
            username=user.claims.preferred_username,
            email=user.email,
            limits=LIMITS,
            errors=errors or [],
            home_url=ACCOUNT,
        )


def _typed(form: Parameters) -> dict[str, str]:
    """What was typed, by field, with the line breaks of browsers read as such."""
    names = [name for name in OWN if name != "address"]
    parts = [_ADDRESS + name for name in Address.__struct_fields__]
    found = {name: form.get(name) or "" for name in (*names, *parts) if name in form}
    return {name: text.replace("\r\n", "\n").strip() for name, text in found.items()}


def _said(typed: Mapping[str, str]) -> dict[str, object]:
    """The same as the feature takes it: nothing for what is empty, and the address as one."""
    said: dict[str, object] = {
        name: text or None for name, text in typed.items() if not name.startswith(_ADDRESS)
    }
    if "name" in said:
        said["name"] = typed["name"]
    parts = {
        name.removeprefix(_ADDRESS): text or None for name, text in typed.items() if name.startswith(_ADDRESS)
    }
    return {**said, "address": Address(**parts)} if parts else said


def _stored(user: User) -> dict[str, str | None]:
    """What stands in the profile, by field."""
    told = structs.asdict(user.claims)
    address = told.pop("address") or Address()
    plain = {name: getattr(user, name) for name in ("name", "given_name", "family_name", "locale")}
    parts = {_ADDRESS + name: value for name, value in structs.asdict(address).items()}
    return {**plain, **told, **parts}


def _version(form: Parameters) -> int:
    text = form.get("version") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_VERSION else 0
