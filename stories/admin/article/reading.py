"""The reading page of an article: its text with every passage marked, and the form that adds one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property

from stories.admin.article.evidence import describe_chain
from stories.admin.article.marking import Excerpt, excerpt, split_pieces
from stories.admin.article.passage_form import AmbiguousQuote, PassageForm, record_passage
from stories.admin.base import FormPage, RowPage, StatedPage, person_of, read_number
from stories.intake.passages import retire_evidence
from stories.models import Article, Evidence, Source
from stories.provenance.protected import telling_slugs
from stories.roles import role_of


@dataclass(frozen=True)
class Marked:
    """A passage of the article, its place in the list beside the text, and its chain in words."""

    number: int
    evidence: Evidence
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


def may_record(person: User) -> bool:
    """Whether `person` records and retires passages: a reporter or an editor."""
    return role_of(person) is not None and person.has_perm("stories.add_evidence")


class ReadingPage(RowPage, FormPage):
    """The text of an article with its passages; on POST the passage that was selected or typed is recorded."""

    name, route = "read", "<int:pk>/read/"
    related = ("outlet", "story")
    template_name = "admin/stories/article/read.html"

    @cached_property
    def shown(self) -> dict[str, str]:
        """What stands for the slugs that would tell a protected name."""
        return telling_slugs()

    def get_form(self, form_class: Any = None) -> PassageForm:
        """The form, which begins with the claim one came from and the chain last recorded in this article."""
        article = self.row
        last = Evidence.objects.filter(article=article).order_by("-created_at", "-pk").first()
        chain = [link.source.slug for link in last.chain_links.select_related("source")] if last else []
        if not chain and article.outlet:
            chain = [article.outlet.slug]
        preset: dict[str, object] = {f"chain_{place}": self.shown.get(slug, slug) for place, slug in enumerate(chain)}
        claim = read_number(self.request.GET.get("claim", ""))
        preset |= {} if claim is None else {"claim": claim}
        return PassageForm(article=article, **{**self.get_form_kwargs(), "initial": preset})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Django's, for who may record."""
        require_may_record(request)
        return super().post(request, *args, **kwargs)

    def act(self, form: PassageForm) -> HttpResponse:
        """Record the passage, or ask which of several places is meant."""
        try:
            evidence = record_passage(self.row, form.cleaned_data, by=person_of(self.request))
        except AmbiguousQuote as ambiguous:
            context = self.get_context_data(form=form, candidates=_describe_candidates(self.row, ambiguous.places))
            return self.render_to_response(context, status=422)
        self.model_admin.message_user(self.request, f"Recorded for: {evidence.claim}", messages.SUCCESS)
        here = reverse("admin:stories_article_read", args=[self.row.pk])
        return HttpResponseRedirect(f"{here}#e{evidence.pk}")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """The text in stretches, its passages, the sources to choose from."""
        article, marked, shown = self.row, _marked_in(self.row), self.shown
        return super().get_context_data(
            title=article.headline or article.slug,
            article=article,
            stretches=_stretches(article, marked),
            marked=marked,
            retired=Evidence.objects.filter(article=article, retired_at__isnull=False).select_related(
                "claim", "retired_by"
            ),
            sources=[(shown.get(source.slug, source.slug), source) for source in Source.objects.all()],
            may_add=may_record(person_of(self.request)),
            **more,
        )


class RetirePassagePage(StatedPage):
    """Retires a passage: it stays on record and counts no more."""

    name, route = "retire", "<int:pk>/passages/<int:passage>/retire/"
    back = "article_read"

    @property
    def subject(self) -> Evidence:
        """The passage."""
        return self.evidence

    def find(self, **kwargs: Any) -> None:
        """Find the article and its passage."""
        super().find(**kwargs)
        found = Evidence.objects.filter(article=self.row, pk=kwargs["passage"]).first()
        if found is None:
            raise PermissionDenied("This passage stands in another article.")
        self.evidence = found

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Retire it, for who may record."""
        require_may_record(request)
        return super().post(request, *args, **kwargs)

    def change(self) -> HttpResponse:
        """Retire it, and say which facts that troubles."""
        retire_evidence(self.evidence, by=person_of(self.request))
        said = "Retired: it counts no more. Decisions that used it keep it."
        return self.leave_changed("article_read", self.row.pk, said=said)


def require_may_record(request: HttpRequest) -> None:
    """403 for who records no passages."""
    if not may_record(person_of(request)):
        raise PermissionDenied("Only members of the groups Reporters and Editors record passages.")


def _marked_in(article: Article) -> list[Marked]:
    rows = Evidence.objects.filter(article=article).current().select_related("claim__queue_item", "recorded_by")
    rows = rows.prefetch_related("chain_links__source").order_by("start", "end", "pk")
    return [Marked(number, row, describe_chain(row)) for number, row in enumerate(rows, 1)]


def _stretches(article: Article, marked: Sequence[Marked]) -> list[Stretch]:
    text = article.text
    # A browser reads "\r\n" as one character; a border after each keeps its offsets and ours together.
    breaks = [(at + 2, at + 2) for at in range(len(text) - 1) if text.startswith("\r\n", at)]
    spans = [(one.evidence.start, one.evidence.end) for one in marked]
    stretches = []
    for piece in split_pieces(text, [*spans, (article.body_start, article.body_end), *breaks]):
        covers = [marked[i] for i in piece.covers if i < len(marked)]
        begins = [one for one in covers if one.evidence.start == piece.start]
        end, is_body = piece.start + len(piece.text), len(marked) in piece.covers
        stretches.append(Stretch(piece.text, piece.start, end, covers, begins, not is_body))
    return stretches


def _describe_candidates(article: Article, places: Sequence[int]) -> list[tuple[int, Excerpt]]:
    return [(start, excerpt(article.text, start, start + 1, context=80)) for start in places]
