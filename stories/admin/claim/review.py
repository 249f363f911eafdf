"""The review page of a claim: read the passages, see what holds and why, decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import SuspiciousOperation
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from stories.admin.article.evidence import describe_chain
from stories.admin.article.marking import Excerpt, Sides, excerpt, put_side_by_side
from stories.admin.base import DeskAdmin, person_of
from stories.admin.claim.presence import describe_others, note_open, others_with
from stories.admin.claim.review_form import CHECK, MOST_REPLACEMENTS, DecisionForm, attributed_wordings, decide
from stories.admin.pictures.picture import Stop, describe_routes, draw_routes
from stories.admin.record import copies as delivery
from stories.choices import UNVERIFIED, Basis, Stance, Verdict
from stories.insight.standing import Standing, Trouble
from stories.models import Claim, Contradiction, Decision, Discrepancy, Evidence, QueueItem
from stories.policy.bases import reasons_against, warnings_about
from stories.policy.transitions import Verb
from stories.provenance.names import can_name, name_of
from stories.provenance.routes import count_sources, rests_on, routes_of
from stories.provenance.snapshots import Snapshot, take_snapshot
from stories.record.decisions import DecidedMeanwhile, Refused
from stories.record.publications import fact_in_force, text_of
from stories.verification.verbs import changes_since, reasons_by_verb, snapshot_now

QUEUE = "queue"
"""The parameter that carries the list one came from: its own query string."""

VERB_LABELS = {
    Verb.PROPOSE: "Propose",
    Verb.CONFIRM: "Confirm",
    Verb.RETURN: "Return",
    Verb.DISPUTE: "Dispute",
    Verb.REFUTE: "Refute",
    Verb.WITHDRAW: "Withdraw",
}


@dataclass(frozen=True)
class Passage:
    """A passage as the page shows it."""

    evidence: Evidence
    excerpt: Excerpt
    chain: str
    chosen: bool

    @property
    def is_usable(self) -> bool:
        """Whether one can stand on it at all."""
        return self.evidence.retired_at is None and self.evidence.stance == Stance.SUPPORTS


@dataclass(frozen=True)
class BasisRow:
    """A basis, and why it does not hold for the chosen passages and wording; no reasons: it holds."""

    value: str
    label: str
    reasons: list[str]


@dataclass(frozen=True)
class VerbButton:
    """A verb, and why this person may not use it now."""

    verb: Verb
    label: str
    reasons: list[str]


def urls(model_admin: DeskAdmin) -> list[URLPattern]:
    """The addresses of the review page, and of what it posts to while it is open."""
    wrap = model_admin.admin_site.admin_view

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        return review_claim(model_admin, request, pk)

    def ping(request: HttpRequest, pk: int) -> HttpResponse:
        return say_open(model_admin, request, pk)

    def skip(request: HttpRequest, pk: int) -> HttpResponse:
        return _go_on(model_admin, request, model_admin.find_viewable(request, pk))

    return [
        path("<int:pk>/review/", wrap(view), name="stories_claim_review"),
        path("<int:pk>/next/", wrap(require_safe(skip)), name="stories_claim_next"),
        path("<int:pk>/open/", wrap(require_POST(ping)), name="stories_claim_open"),
    ]


def review_claim(model_admin: DeskAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the page; on POST put what was typed to the verb whose button was pressed."""
    claim: Claim = model_admin.find_viewable(request, pk, "story", "says")
    if request.method == "POST":
        return _answer_post(model_admin, request, claim)
    newest = _decisions_on(claim).last()
    form = _make_form(claim, initial=_suggest(claim, newest))
    return _render(model_admin, request, claim, form, chosen=_suggest_passages(claim, newest))


def say_open(model_admin: DeskAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Keep that this person has the claim open; answers who else has."""
    claim: Claim = model_admin.find_viewable(request, pk)
    person = person_of(request)
    note_open(claim, by=person)
    return JsonResponse({"words": describe_others(others_with(claim, but=person))})


def _answer_post(model_admin: DeskAdmin, request: HttpRequest, claim: Claim) -> HttpResponse:
    form = _make_form(claim, data=request.POST)
    pressed = request.POST.get("verb", CHECK)
    reasons: Sequence[str] = []
    meanwhile = None
    status = HTTPStatus.OK
    if form.is_valid() and pressed != CHECK:
        try:
            if pressed not in list(Verb):
                raise Refused([f"“{pressed[:40]}” is no verb. Choose one of: {', '.join(Verb)}."])
            decision = decide(Verb(pressed), claim, by=person_of(request), typed=form.cleaned_data)
            return _after_decision(model_admin, request, claim, decision)
        except DecidedMeanwhile as conflict:
            reasons, meanwhile, status = conflict.reasons, conflict.decision, HTTPStatus.CONFLICT
        except Refused as refusal:
            reasons, status = refusal.reasons, HTTPStatus.UNPROCESSABLE_ENTITY
    elif not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    listed = list(form.cleaned_data.get("passages") or [])
    chosen = {row.pk for row in listed}
    return _render(
        model_admin, request, claim, form, chosen=chosen, reasons=reasons, meanwhile=meanwhile, status=status
    )


def _after_decision(model_admin: DeskAdmin, request: HttpRequest, claim: Claim, decision: Decision) -> HttpResponse:
    """Say what was decided, with a link back, and go to the next claim of the queue one came from."""
    here = reverse("admin:stories_claim_review", args=[claim.pk])
    said = format_html('Decision {}: {}. <a href="{}">{}</a>', decision.seq, decision.verdict, here, claim.statement)
    if decision.publication_id is None:
        model_admin.message_user(request, said, messages.SUCCESS)
    else:
        delivery.announce(model_admin, request, said)
    return _go_on(model_admin, request, claim) if QUEUE in request.GET else HttpResponseRedirect(here)


def _go_on(model_admin: DeskAdmin, request: HttpRequest, claim: Claim) -> HttpResponse:
    """To the claim after `claim` in the queue one came from; to the queue, where there is none."""
    following, asked = next_in_queue(model_admin, request, claim), request.GET.get(QUEUE, "")
    if following is None:
        return HttpResponseRedirect(f"{reverse('admin:stories_claim_changelist')}?{asked}")
    address = reverse("admin:stories_claim_review", args=[following])
    return HttpResponseRedirect(f"{address}?{urlencode({QUEUE: asked})}")


def next_in_queue(model_admin: DeskAdmin, request: HttpRequest, claim: Claim) -> int | None:
    """The claim after `claim` in the queue one came from (the first one when it has left the queue), if any."""
    asked = request.GET
    try:
        request.GET = cast(Any, QueryDict(asked.get(QUEUE, "")))
        rows = [row.pk for row in model_admin.get_changelist_instance(request).result_list]
    except (IncorrectLookupParameters, SuspiciousOperation):
        return None
    finally:
        request.GET = asked
    after = rows[rows.index(claim.pk) + 1 :] if claim.pk in rows else rows
    return after[0] if after else None


# ---- What the form starts with ---------------------------------------------------------------------------------


def _decisions_on(claim: Claim) -> QuerySet[Decision]:
    return Decision.objects.filter(claim=claim).order_by("seq")


def _last_wording(claim: Claim, newest: Decision | None) -> Decision | None:
    """The newest decision on `claim` that carries a wording: what the next one starts from."""
    if newest is None or newest.wording:
        return newest
    return _decisions_on(claim).exclude(wording="").last()


def _suggest(claim: Claim, newest: Decision | None) -> dict[str, Any]:
    last = _last_wording(claim, newest)
    return {
        "follows": newest.seq if newest else None,
        "wording": last.wording if last else claim.statement,
        "basis": last.basis if last else Basis.ATTRIBUTED,
        "accepts_inferred": last.accepts_inferred if last else False,
    }


def _suggest_passages(claim: Claim, newest: Decision | None) -> set[int]:
    """The passages that the last wording stood on; all current ones that support a claim without any."""
    last = _last_wording(claim, newest)
    rows = Evidence.objects.filter(claim=claim).supporting().current()
    if last and last.evidence:
        rows = rows.filter(uuid__in=[passage["uuid"] for passage in last.evidence["passages"]])
    return set(rows.values_list("pk", flat=True))


def _make_form(claim: Claim, **arguments: Any) -> DecisionForm:
    facts = QueueItem.objects.with_fact().filter(story=claim.story_id).exclude(claim=claim.pk)
    newest = facts.order_by("-claim_id").values_list("claim_id", flat=True)[:MOST_REPLACEMENTS]
    replacements = Claim.objects.filter(pk__in=list(newest))
    return DecisionForm(claim=claim, replacements=replacements, **arguments)


# ---- The page --------------------------------------------------------------------------------------------------


def _render(
    model_admin: DeskAdmin,
    request: HttpRequest,
    claim: Claim,
    form: DecisionForm,
    *,
    chosen: set[int],
    reasons: Sequence[str] = (),
    meanwhile: Decision | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    timeline = list(_decisions_on(claim).select_related("publication", "replaced_by"))
    newest = timeline[-1] if timeline else None
    proposal = newest if newest and newest.verdict == Verdict.PROPOSED else None
    passages = _passages_of(claim, chosen)
    snapshot = take_snapshot(claim, [row.evidence for row in passages if row.chosen])
    wording = str(form["wording"].value() or "")
    accepts_inferred = bool(form["accepts_inferred"].value())
    by_verb = reasons_by_verb(claim, by=person_of(request))
    fact = fact_in_force(claim)
    trouble, weighed = _weigh_fact(claim, timeline) if fact else ([], None)
    context = model_admin.page_context(
        request,
        title=claim.statement,
        claim=claim,
        queue=request.GET.get(QUEUE, ""),
        open_elsewhere=describe_others(others_with(claim, but=person_of(request))),
        form=form,
        state=newest.verdict if newest else UNVERIFIED,
        newest=newest,
        fact=fact,
        fact_text=text_of(fact) if fact else None,
        fact_trouble=trouble,
        fact_weighed=weighed,
        proposal=proposal,
        proposal_changes=changes_since(proposal, snapshot_now(proposal, claim)) if proposal else [],
        proposal_passages=_listed_in(proposal),
        passages=passages,
        sources=count_sources(snapshot, accepts_inferred=accepts_inferred),
        rests_on=[name_of(snapshot, slug) for slug in sorted(rests_on(snapshot))],
        attributable=_attributable(snapshot),
        attributed=attributed_wordings(claim.statement, snapshot),
        picture=_draw_provenance(claim, snapshot),
        picture_in_words=describe_routes(_stops_of(snapshot), rests_on=rests_on(snapshot)),
        bases=_bases_for(snapshot, wording, accepts_inferred=accepts_inferred),
        warnings=warnings_about(snapshot, wording=wording),
        discrepancies=_discrepancies_of(claim),
        contradictions=_contradictions_of(claim),
        buttons=[VerbButton(verb, VERB_LABELS[verb], by_verb[verb]) for verb in Verb],
        timeline=timeline[::-1],
        reasons=reasons,
        meanwhile=meanwhile,
        # After a conflict the page shows the decision that was missed, so the next attempt follows that one.
        follows=newest.seq if newest and meanwhile else form["follows"].value(),
    )
    return TemplateResponse(request, "admin/stories/claim/review.html", context, status=status)


def _passages_of(claim: Claim, chosen: set[int]) -> list[Passage]:
    rows = (
        Evidence.objects.filter(claim=claim).select_related("article__outlet").prefetch_related("chain_links__source")
    )
    rows = rows.order_by(F("retired_at").asc(nulls_first=True), "article__received_at", "start")
    return [
        Passage(row, excerpt(row.article.text, row.start, row.end), describe_chain(row), row.pk in chosen)
        for row in rows
    ]


def _listed_in(proposal: Decision | None) -> list[dict[str, Any]]:
    return proposal.evidence["passages"] if proposal and proposal.evidence else []


def _weigh_fact(claim: Claim, timeline: Sequence[Decision]) -> tuple[list[str], Trouble | None]:
    """Why the fact in force is in trouble (empty when it is not), passage by passage, and what it has left."""
    confirmed = next((one for one in reversed(timeline) if one.verdict == Verdict.CONFIRMED), None)
    if confirmed is None:
        return [], None
    weighed = Standing(claim, confirmed, snapshot_now(confirmed, claim)).weigh()
    return list(weighed.reasons) if weighed else [], weighed


def _stops_of(snapshot: Snapshot) -> list[list[Stop]]:
    """The routes among the chosen passages, as the picture takes them."""
    sources = snapshot["sources"]
    return [
        [Stop(slug, sources[slug]["name"], sources[slug]["kind"]) for slug in route.sources]
        for route in routes_of(snapshot)
    ]


def _draw_provenance(claim: Claim, snapshot: Snapshot) -> SafeString:
    """Who credits whom; empty when no route is recorded."""
    stops = [route for route in _stops_of(snapshot) if route]
    if not stops:
        return SafeString("")
    # The picture escapes whatever it prints (tests/admin/test_picture.py).
    return SafeString(draw_routes(stops, title=claim.statement, rests_on=rests_on(snapshot)))


def _attributable(snapshot: Snapshot) -> list[str]:
    """Whom a wording can be attributed to: the names on the routes that may stand in one."""
    slugs = {slug for route in routes_of(snapshot) for slug in route.sources if can_name(snapshot["sources"][slug])}
    return [name_of(snapshot, slug) for slug in sorted(slugs)]


def _bases_for(snapshot: Snapshot, wording: str, *, accepts_inferred: bool) -> list[BasisRow]:
    return [
        BasisRow(
            basis.value,
            str(basis.label),
            reasons_against(basis, snapshot, wording=wording, accepts_inferred=accepts_inferred),
        )
        for basis in Basis
    ]


def _discrepancies_of(claim: Claim) -> list[tuple[Discrepancy, Sides | None]]:
    """Those of `claim`, the open ones first and each of them with the two passages word by word."""
    rows = Discrepancy.objects.filter(claim=claim)
    rows = rows.select_related("first__article__outlet", "second__article__outlet", "closed_by")
    return [
        (row, put_side_by_side(row.first.quote, row.second.quote) if row.second and not row.closed_at else None)
        for row in rows.order_by(F("closed_at").asc(nulls_first=True), "kind", "pk")
    ]


def _contradictions_of(claim: Claim) -> list[tuple[Contradiction, Claim]]:
    rows = Contradiction.objects.filter(Q(first=claim) | Q(second=claim)).select_related("first", "second")
    return [
        (row, row.second if row.first_id == claim.pk else row.first)
        for row in rows.order_by(F("closed_at").asc(nulls_first=True), "pk")
    ]
