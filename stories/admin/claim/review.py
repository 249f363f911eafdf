"""The review page of a claim: read the passages, see what holds and why, decide."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import SuspiciousOperation
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list

from stories.admin.article.marking import CONTEXT, Sides, put_side_by_side
from stories.admin.base import FormPage, RowPage, person_of
from stories.admin.claim.forms import WORDING_HELP, DecisionForm, decide
from stories.admin.claim.presence import describe_others, note_open, others_with
from stories.admin.claim.under_review import read_claims, weigh_claims
from stories.admin.pictures.picture import Stop, describe_routes, draw_routes
from stories.admin.record.replicas import announce
from stories.choices import Basis, Verdict
from stories.insight.standing import Standing, Trouble
from stories.models import Claim, Contradiction, Decision, Discrepancy, Source
from stories.policy.bases import reasons_against, warnings_about
from stories.policy.transitions import Verb
from stories.provenance.names import can_name, name_of
from stories.provenance.routes import DESK, DESK_NAME, count_sources, rests_on, routes_of
from stories.provenance.snapshots import Snapshot
from stories.record.decisions import Refused
from stories.verification.verbs import snapshot_now

QUEUE = "queue"
"""The parameter that carries the list one came from: its own query string."""

CHECK = "check"
"""The button that decides nothing: it shows which bases hold for what was chosen and typed."""


class Offer(NamedTuple):
    """A wording that can be taken as it is, and the words at its end that credit somebody."""

    wording: str
    credit: str


class ReviewPage(RowPage, FormPage):
    """A claim with all that a decision on it needs to be seen; on POST what was typed is put to the verb pressed."""

    name, route = "review", "<int:pk>/review/"
    related = ("story", "says")
    template_name = "admin/stories/claim/review.html"
    form_class = DecisionForm

    def find(self, **kwargs: Any) -> None:
        """Find the claim, and read what is known of it."""
        super().find(**kwargs)
        (self.claim,) = read_claims([self.row], by=person_of(self.request), context=CONTEXT)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Django's, and the claim."""
        return {**super().get_form_kwargs(), "claim": self.claim}

    def act(self, form: DecisionForm) -> HttpResponse:
        """Decide, say what was decided, with a link back, and go to the next claim of the queue one came from."""
        pressed = self.request.POST.get("verb", CHECK)
        if pressed == CHECK:
            return self.render_to_response(self.get_context_data(form=form))
        if pressed not in list(Verb):
            raise Refused([f"“{pressed[:40]}” is no verb. Choose one of: {', '.join(Verb)}."])
        made = decide(Verb(pressed), self.row, by=person_of(self.request), typed=form.cleaned_data)
        here = reverse("admin:stories_claim_review", args=[self.row.pk])
        said = format_html('Decision {}: {}. <a href="{}">{}</a>', made.seq, made.verdict, here, self.row)
        announce(self, said, is_published=made.publication_id is not None)
        following = f"{reverse('admin:stories_claim_next', args=[self.row.pk])}?{self.request.GET.get(QUEUE, '')}"
        return HttpResponseRedirect(following if QUEUE in self.request.GET else here)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The claim as it stands on the ticked passages and the wording typed."""
        form: DecisionForm = more.pop("form", None) or self.get_form()
        claim, meanwhile = self.claim, more.get("meanwhile")
        (weighed,) = weigh_claims([(claim, form.ticked())])
        snapshot, wording = weighed.ticked, str(form["wording"].value() or "")
        accepts_inferred = bool(form["accepts_inferred"].value())
        fact_weighed = _weigh_fact(self.row, claim.decisions) if claim.fact else None
        stops, shared = _stops_of(snapshot), rests_on(snapshot)
        return super().get_context_data(
            form=form,
            claim=self.row,
            review=claim,
            queue=self.request.GET.get(QUEUE, ""),
            open_elsewhere=describe_others(others_with(self.row, but=person_of(self.request))),
            fact_trouble=list(fact_weighed.reasons) if fact_weighed else [],
            fact_weighed=fact_weighed,
            proposal_changes=weighed.changes,
            passages=[(one, one.evidence.pk in form.ticked()) for one in claim.passages],
            sources=count_sources(snapshot, accepts_inferred=accepts_inferred),
            rests_on=_call(shared),
            attributable=_attributable(snapshot),
            attributed=attributed_wordings(str(self.row), snapshot),
            # The picture escapes whatever it prints (tests/admin/test_picture.py).
            picture=SafeString(draw_routes(stops, title=str(self.row), rests_on=shared) if any(stops) else ""),
            picture_in_words=describe_routes(stops, rests_on=shared),
            bases=[
                (basis, reasons_against(basis, snapshot, wording=wording, accepts_inferred=accepts_inferred))
                for basis in Basis
            ],
            warnings=warnings_about(snapshot, wording=wording),
            wording_help=WORDING_HELP,
            discrepancies=_discrepancies_of(self.row),
            contradictions=_contradictions_of(self.row),
            buttons=list(claim.reasons.items()),
            timeline=claim.decisions[::-1],
            # After a conflict the page shows the decision that was missed, so the next attempt follows that one.
            follows=meanwhile.seq if meanwhile else form["follows"].value(),
            **more,
        )


class OpenPage(RowPage):
    """Where an open review page says that it is open."""

    name, route = "open", "<int:pk>/open/"

    def post(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Keep that this person has the claim open; answers who else has."""
        person = person_of(request)
        note_open(self.row, by=person)
        return JsonResponse({"words": describe_others(others_with(self.row, but=person))})


class NextPage(RowPage):
    """The way on through the list: takes the list's own parameters."""

    name, route = "next", "<int:pk>/next/"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """To the claim after this one (to the first, when this one has left the list); to the list after the last."""
        asked = request.GET.urlencode()
        try:
            keys = [row.pk for row in self.model_admin.get_changelist_instance(request).result_list]
        except (IncorrectLookupParameters, SuspiciousOperation):
            keys = []
        after = keys[keys.index(pk) + 1 :] if pk in keys else keys
        if not after:
            return HttpResponseRedirect(f"{reverse('admin:stories_claim_changelist')}?{asked}")
        following = reverse("admin:stories_claim_review", args=[after[0]])
        return HttpResponseRedirect(f"{following}?{urlencode({QUEUE: asked})}")


def _weigh_fact(claim: Claim, timeline: Sequence[Decision]) -> Trouble | None:
    """What has become of the fact in force, passage by passage."""
    confirmed = next((one for one in reversed(timeline) if one.verdict == Verdict.CONFIRMED), None)
    return Standing(claim, confirmed, snapshot_now(confirmed, claim)).weigh() if confirmed else None


def _stops_of(snapshot: Snapshot) -> list[list[Stop]]:
    """The routes among the chosen passages, as the picture takes them."""
    sources = snapshot["sources"]
    return [
        [Stop(slug, sources[slug]["name"], sources[slug]["kind"]) for slug in route.sources]
        for route in routes_of(snapshot)
    ]


def _call(voices: Collection[str]) -> list[str]:
    """What the desk calls `voices`, which may be sources on no chain of the claim."""
    called = {DESK: DESK_NAME, **{one.slug: str(one) for one in Source.objects.filter(slug__in=voices)}}
    return [called[slug] for slug in sorted(voices)]


def _attributable(snapshot: Snapshot) -> list[str]:
    """Whom a wording can be attributed to: the names on the routes that may stand in one."""
    slugs = {slug for route in routes_of(snapshot) for slug in route.sources if can_name(snapshot["sources"][slug])}
    return [name_of(snapshot, slug) for slug in sorted(slugs)]


def attributed_wordings(statement: str, snapshot: Snapshot) -> list[Offer]:
    """`statement` as reported by each source that may be named on every route, the nearest to the origin first.

    Where the routes share none, as reported by one of each; none where a route has nobody who can be named.
    """
    able = [[slug for slug in route.sources if can_name(snapshot["sources"][slug])] for route in routes_of(snapshot)]
    if not able or not all(able):
        return []
    shared = [[slug] for slug in reversed(able[0]) if all(slug in route for route in able)]
    offers = []
    for slugs in shared or [list(dict.fromkeys(route[-1] for route in able))]:
        credit = f", {get_text_list([name_of(snapshot, slug) for slug in slugs], 'and')} reported."
        offers.append(Offer(statement.strip().removesuffix(".") + credit, credit))
    return offers


def _discrepancies_of(claim: Claim) -> list[tuple[Discrepancy, Sides | None]]:
    """Those of `claim`, the open ones first and each of them with the two passages word by word."""
    rows = Discrepancy.objects.filter(claim=claim)
    rows = rows.select_related("first__article__outlet", "second__article__outlet", "closed_by")
    return [
        (row, put_side_by_side(row.first.quote, row.second.quote) if row.second and not row.closed_at else None)
        for row in rows.order_by(F("closed_at").asc(nulls_first=True), "kind", "pk")
    ]


def _contradictions_of(claim: Claim) -> list[tuple[Contradiction, Claim]]:
    rows = Contradiction.objects.filter(Q(first=claim) | Q(second=claim)).select_related(
        "first", "second", "opened_by", "closed_by"
    )
    return [
        (row, row.second if row.first_id == claim.pk else row.first)
        for row in rows.order_by(F("closed_at").asc(nulls_first=True), "pk")
    ]
