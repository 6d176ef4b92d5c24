"""The features of one form of the store, built with each other, in the shapes that the faces want."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.app.mounting import Placed
from grantway.core import assurance
from grantway.core.claims import OF_SCOPES, OF_SIGN_INS
from grantway.core.messages import BearerRequest, Metadata
from grantway.edges.api import DialectCalls
from grantway.edges.dialects import PRESETS
from grantway.edges.signin import SignInFeatures
from grantway.edges.web.dialect import OperationTable
from grantway.edges.web.records.services import RecordFeatures, record_features
from grantway.features import grant_types
from grantway.features.accounts.activation import Activation
from grantway.features.accounts.addresses import Addresses
from grantway.features.accounts.consents import Consents
from grantway.features.accounts.joining import Joining
from grantway.features.accounts.login import Login
from grantway.features.accounts.operators import Operators
from grantway.features.accounts.own_profile import OwnProfile
from grantway.features.accounts.passwords import PasswordChange, PasswordRules
from grantway.features.accounts.profile import Profiles
from grantway.features.accounts.sessions import Sessions
from grantway.features.accounts.users import Users
from grantway.features.authorize.device_desk import DeviceDesk
from grantway.features.authorize.devices import DeviceRequests
from grantway.features.authorize.flow import AuthorizeFlow
from grantway.features.authorize.launched import LaunchedFlow
from grantway.features.authorize.speaking import Speaking
from grantway.features.client_auth import ClientAuthentication
from grantway.features.decisions import Decisions
from grantway.features.notices.confirming import Confirming
from grantway.features.origins import Origins
from grantway.features.published import PublishedScopes
from grantway.features.redemption import Redemption
from grantway.features.registry.installed import Installed
from grantway.features.registry.launcher import Launcher
from grantway.features.registry.revealing import Revealing
from grantway.features.services import Services
from grantway.features.tenants import Tenants
from grantway.features.tokens import formats
from grantway.features.tokens.format import Format
from grantway.features.tokens.introspect import Introspection
from grantway.features.tokens.issue import Issuer
from grantway.features.tokens.revoke import Revocation
from grantway.features.tokens.userinfo import UserInfo
from grantway.features.tokens.verify import VerifiedToken, Verifier
from grantway.features.user_tokens import UserTokens


@dataclass(frozen=True, slots=True)
class UseCases:
    """What the faces lead to. Features with nothing to decide about the store are shared inside."""

    services: Services
    operations: OperationTable
    sign_in: SignInFeatures
    api: RecordFeatures


def use_cases(services: Services, placed: tuple[Placed, ...], operators: Operators) -> UseCases:
    """Build every feature over these services."""
    written: dict[str, Format] = {form.name: form(services.keyring) for form in formats.ALL}
    readable: dict[str, dict[str, Format]] = {
        one.mount.name: {name: written[name] for name in one.dialect.token_formats} for one in placed
    }
    authentication = ClientAuthentication(services)
    read_by = {mount: tuple(forms.values()) for mount, forms in readable.items()}
    verifier = Verifier(services, authentication, read_by)
    issuer = Issuer(services, readable)
    sessions = Sessions(services)
    flow = AuthorizeFlow(services)
    devices = DeviceRequests(services, authentication)
    published = PublishedScopes(services)
    launcher = Launcher(services, verifier)
    sign_in = _sign_in(services, flow, devices, sessions, operators)
    api = record_features(
        services,
        verifier,
        sign_in.activation,
        presets={preset.name: preset for preset in PRESETS},
        spoken=frozenset(one.dialect.name for one in placed),
        entrances={
            one.dialect.name: one.dialect.entrance for one in placed if one.dialect.entrance is not None
        },
    )
    origins = Origins(services, verifier)
    revocation = Revocation(services, authentication, verifier)
    operations = OperationTable(
        authorize=flow.begin,
        connect=LaunchedFlow(services).connect,
        session=sessions.find,
        token=_redemption(services, authentication, verifier, issuer).redeem,
        revoke=revocation.revoke,
        introspect=Introspection(services, authentication, verifier).introspect,
        userinfo=UserInfo(services, verifier).claims,
        metadata=lambda mount: _metadata(services, published, mount),
        keys=services.keyring.public_keys,
        example_bearer=lambda request: _example(verifier, request),
        example_basic=verifier.basic,
        installed=Installed(services).organizations,
        scope_used=lambda token, scope: _scope_used(services, token, scope),
        decide=Decisions(services, authentication, verifier).decide,
        pair_secrets=Revealing(services).own_keys,
        user_token=UserTokens(services, verifier, issuer).token,
        tenant=Tenants(services).served,
        management=DialectCalls(api).perform,
        end_token=revocation.end,
        end_tokens=revocation.end_all,
        allows_origin=origins.allows,
        origin_refused=origins.concern_of,
        device=devices.begin,
        siblings=lambda bearer, scope: launcher.siblings(bearer, scope=scope),
        authorize_for=Speaking(services, verifier).authorize,
        device_request=DeviceDesk(services, verifier, devices).ask,
    )
    return UseCases(services, operations, sign_in, api)


def _redemption(
    services: Services, authentication: ClientAuthentication, verifier: Verifier, issuer: Issuer
) -> Redemption:
    return Redemption(services, authentication, issuer, grant_types.all_of(services, verifier))


def _sign_in(
    services: Services,
    flow: AuthorizeFlow,
    devices: DeviceRequests,
    sessions: Sessions,
    operators: Operators,
) -> SignInFeatures:
    rules = PasswordRules()
    addresses = Addresses(services, operators.welcome)
    activation = Activation(services, sessions, rules, addresses=addresses)
    return SignInFeatures(
        flow=flow,
        devices=devices,
        login=Login(services, sessions),
        sessions=sessions,
        activation=activation,
        joining=Joining(services, sessions, rules, addresses),
        change=PasswordChange(services, sessions, rules),
        own_profile=OwnProfile(services, Users(services, activation)),
        profiles=Profiles(services, sessions),
        consents=Consents(services),
        confirming=Confirming(services),
    )


def _metadata(services: Services, published: PublishedScopes, mount: str) -> Metadata:
    """What is true of this server: of what is registered, only what operators list for everybody."""
    return Metadata(
        issuer=services.issuer_of(mount),
        grant_types=tuple(sorted(kind.name for kind in grant_types.ALL)),
        scopes=published.values(),
        id_token_algorithms=services.keyring.algorithms(mount),
        claims=(*dict.fromkeys(name for names in OF_SCOPES.values() for name in names), *OF_SIGN_INS),
        acr_values=assurance.NAMES,
    )


def _scope_used(services: Services, token: VerifiedToken, scope: str) -> None:
    """A call needed a scope: the organization that granted it sees that it is of use."""
    if token.party.installation is not None:
        services.uses.scopes(token.party.installation.id, (scope,), at=services.clock.now())


def _example(verifier: Verifier, request: BearerRequest) -> VerifiedToken:
    """The example API takes every live token of its mount; the scope of the call decides."""
    return verifier.bearer(request, audience=None)
