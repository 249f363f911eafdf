"""The reading page of an article: its text with every passage marked, and the form that adds one."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from stories.admin.article.evidence import describe_chain
from stories.admin.article.marking import Excerpt, excerpt, split_pieces
from stories.admin.article.passage_form import AmbiguousQuote, PassageForm, record_passage
from stories.admin.base import DeskAdmin, read_number
from stories.admin.claim import queue
from stories.intake.passages import retire_evidence
from stories.models import Article, Claim, Evidence, Source
from stories.roles import role_of


@dataclass(frozen=True)
class Marked:
    """A passage of the article, its place in the list beside the text, and the state of its claim."""

    number: int
    evidence: Evidence
    state: str
    in_force: bool
    chain: str


@dataclass(frozen=True)
class Stretch:
    """A stretch of the text: what it says, where it stands (code points), the passages that cover and begin it."""

    text: str
    start: int
    end: int
    covers: list[Marked]
    begins: list[Marked]
    is_boilerplate: bool


def urls(model_admin: DeskAdmin) -> list[URLPattern]:
    """The addresses of the reading page and of retiring a passage on it."""
    wrap = model_admin.admin_site.admin_view

    def read(request: HttpRequest, pk: int) -> HttpResponse:
        return read_article(model_admin, request, pk)

    def retire(request: HttpRequest, pk: int, passage: int) -> HttpResponse:
        return retire_passage(model_admin, request, pk, passage)

    retire_path = "<int:pk>/passages/<int:passage>/retire/"
    return [
        path("<int:pk>/read/", wrap(read), name="stories_article_read"),
        path(retire_path, wrap(require_POST(retire)), name="stories_article_retire"),
    ]


def read_article(model_admin: DeskAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the text; on POST record the passage that was selected or typed."""
    article: Article = model_admin.find_viewable(request, pk, "outlet", "story")
    if request.method != "POST":
        return _render(model_admin, request, article, PassageForm(article=article, initial=_preset(request, article)))
    _require_may_add(request)
    form = PassageForm(request.POST, article=article)
    candidates: Sequence[int] = ()
    if form.is_valid():
        try:
            evidence = record_passage(article, form.cleaned_data)
        except AmbiguousQuote as ambiguous:
            candidates = ambiguous.places
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            model_admin.message_user(request, f"Recorded for: {evidence.claim.statement}", messages.SUCCESS)
            return HttpResponseRedirect(_address(article, evidence))
    return _render(model_admin, request, article, form, candidates=candidates, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def retire_passage(model_admin: DeskAdmin, request: HttpRequest, pk: int, passage: int) -> HttpResponse:
    """Retire a passage: it stays on record and counts no more."""
    article: Article = model_admin.find_viewable(request, pk)
    _require_may_add(request)
    evidence = Evidence.objects.filter(article=article, pk=passage).first()
    if evidence is None:
        raise PermissionDenied("This passage stands in another article.")
    retire_evidence(evidence)
    model_admin.message_user(request, "Retired: it counts no more. Decisions that used it keep it.", messages.SUCCESS)
    model_admin.tell_trouble(request)
    return HttpResponseRedirect(reverse("admin:stories_article_read", args=[article.pk]))


def _require_may_add(request: HttpRequest) -> None:
    if role_of(request.user) is None or not request.user.has_perm("stories.add_evidence"):
        raise PermissionDenied("Only members of the groups Reporters and Editors record passages.")


def _address(article: Article, evidence: Evidence) -> str:
    return f"{reverse('admin:stories_article_read', args=[article.pk])}#e{evidence.pk}"


def _preset(request: HttpRequest, article: Article) -> dict[str, object]:
    """What the form starts with: the claim one came from, and the chain last recorded in this article."""
    last = Evidence.objects.filter(article=article).order_by("-created_at", "-pk").first()
    chain = [link.source.slug for link in last.chain_links.select_related("source")] if last else []
    if not chain and article.outlet:
        chain = [article.outlet.slug]
    claim = read_number(request.GET.get("claim", ""))
    preset: dict[str, object] = {f"chain_{place}": slug for place, slug in enumerate(chain)}
    if claim is not None:
        preset |= {"claim": claim}
    return preset


def _render(
    model_admin: DeskAdmin,
    request: HttpRequest,
    article: Article,
    form: PassageForm,
    *,
    candidates: Sequence[int] = (),
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    marked = _marked_in(article)
    context = model_admin.page_context(
        request,
        title=article.headline or article.slug,
        article=article,
        stretches=_stretches(article, marked),
        marked=marked,
        retired=Evidence.objects.filter(article=article, retired_at__isnull=False).select_related("claim"),
        form=form,
        chain_fields=form.chain_fields(),
        sources=Source.objects.order_by("name").values_list("slug", "name"),
        candidates=_describe_candidates(article, candidates),
        may_add=role_of(request.user) is not None and request.user.has_perm("stories.add_evidence"),
    )
    return TemplateResponse(request, "admin/stories/article/read.html", context, status=status)


def _marked_in(article: Article) -> list[Marked]:
    rows = list(
        Evidence.objects.filter(article=article)
        .current()
        .select_related("claim")
        .prefetch_related("chain_links__source")
        .order_by("start", "end", "pk")
    )
    claims = {claim.pk: claim for claim in queue.with_state(Claim.objects.filter(evidence__in=rows).distinct())}
    return [
        Marked(
            number,
            row,
            claims[row.claim_id].state,
            claims[row.claim_id].is_in_force,
            describe_chain(row),
        )
        for number, row in enumerate(rows, 1)
    ]


def _stretches(article: Article, marked: Sequence[Marked]) -> list[Stretch]:
    text = article.text
    spans = [(one.evidence.start, one.evidence.end) for one in marked]
    # A browser reads "\r\n" as one character; a border after each keeps its offsets and ours together.
    breaks = [(at + 2, at + 2) for at in range(len(text) - 1) if text.startswith("\r\n", at)]
    borders = [(article.body_start, article.body_end), *breaks]
    begun: set[int] = set()
    stretches = []
    for piece in split_pieces(text, [*spans, *borders]):
        covers = [marked[i] for i in piece.covers if i < len(marked)]
        begins = [one for one in covers if one.number not in begun]
        begun |= {one.number for one in begins}
        end = piece.start + len(piece.text)
        is_body = article.body_start <= piece.start and end <= article.body_end
        stretches.append(Stretch(piece.text, piece.start, end, covers, begins, not is_body))
    return stretches


def _describe_candidates(article: Article, places: Sequence[int]) -> list[tuple[int, Excerpt]]:
    return [(start, excerpt(article.text, start, start + 1, context=80)) for start in places]
