"""`manage.py what_if SOURCE | --article ARTICLE`: what would lose its basis, or a route. Nothing is changed."""

import difflib
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from stories.insight.what_if import Effect, Outcome, still_names, suppose_retracted, suppose_wrong
from stories.models import Alias, Article, Source, Story
from stories.provenance.protected import hide_slugs


def find_by_slug(model: type[Any], slug: str, *, spellings: dict[str, str] | None = None) -> Any:
    """The row of `model` called `slug`; `CommandError` with near matches, also by `spellings` (words → slug)."""
    row = model.objects.filter(slug=slug).first()
    if row is not None:
        return row
    known = {one: one for one in model.objects.values_list("slug", flat=True)}
    near = known | {words.casefold(): one for words, one in (spellings or {}).items()}
    close = [near[words] for words in difflib.get_close_matches(slug.casefold(), near, n=5)]
    meant = f" Did you mean {' or '.join(dict.fromkeys(close))}?" if close else ""
    raise CommandError(f"There is no {model._meta.verbose_name} “{slug}”.{hide_slugs(meant)}")


class Command(BaseCommand):
    """Prints facts, claims and versions that would lose their basis, and those that would lose a route."""

    help = "Suppose that a source is wrong, or an article retracted: what would lose its basis, and what a route?"

    def add_arguments(self, parser: CommandParser) -> None:
        """What is supposed, where, and how it is told."""
        parser.add_argument("source", nargs="?", metavar="SOURCE", help="Slug of the source that is wrong.")
        parser.add_argument("--article", metavar="SLUG", help="Suppose instead that this article is retracted.")
        parser.add_argument("--story", metavar="SLUG", help="In this story alone.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, source: str | None, article: str | None, **options: Any) -> None:
        """Suppose and print."""
        if (source is None) == (article is None):
            raise CommandError("Give the slug of a source, or --article with the slug of an article: one of them.")
        story = find_by_slug(Story, options["story"]) if options["story"] else None
        if article is not None:
            outcome = suppose_retracted(find_by_slug(Article, article), story=story)
        else:
            names = dict(Alias.objects.filter(source__confidential=False).values_list("text", "source__slug"))
            names |= {str(one): one.slug for one in Source.objects.all()}
            outcome = suppose_wrong(find_by_slug(Source, source or "", spellings=names), story=story)
        if options["json"]:
            self.stdout.write(hide_slugs(json.dumps(describe_outcome(outcome), ensure_ascii=False, indent=1)))
        else:
            self._print(outcome)

    def _print(self, outcome: Outcome) -> None:
        supposition = outcome.supposition
        self.stdout.write(f"Suppose {supposition.says}.")
        if supposition.may_be:
            may_be = hide_slugs(", ".join(supposition.may_be))
            self.stdout.write(f"Taken with it, since they may be one voice: {may_be}.")
        if not outcome.effects:
            self.stdout.write("\nNothing stands on it.")
        facts = [one for one in outcome.losing_basis if one.is_fact]
        self._print_effects("fact(s) in force would lose their basis", facts, outcome)
        claims = [one for one in outcome.losing_basis if not one.is_fact]
        self._print_effects("claim(s) that are no fact would have nothing left", claims, outcome)
        self._print_effects("would lose a route and still stand", outcome.losing_route, outcome)
        self._print_effects("report(s) what it says, which stays said", outcome.reporting, outcome)
        if count := len(outcome.versions):
            self.stdout.write(f"\n{count} published version(s) print facts that would lose their basis:")
        for one in outcome.versions:
            self.stdout.write(f"  {one.version.story.slug} version {one.version.number}: {len(one.facts)} fact(s)")
        self.stdout.write("\nNothing was changed. An editor withdraws facts on the page of the source or the article.")

    def _print_effects(self, what: str, effects: list[Effect], outcome: Outcome) -> None:
        if not effects:
            return
        self.stdout.write(f"\n{len(effects)} {what} (independent sources before → after):")
        for one in effects:
            basis = one.standing.decision.basis if one.standing.decision else "no fact"
            self.stdout.write(f"  {one.before} → {one.after}  {basis:<12}  {one.wording}")
            for reason in one.reasons:
                self.stdout.write(f"           {reason}")
            if not one.reasons and one.lost_routes and still_names(one, outcome.supposition):
                self.stdout.write("           It still stands, but its wording names the source.")


def describe_outcome(outcome: Outcome) -> dict[str, Any]:
    """`outcome` as plain JSON."""
    return {
        "suppose": outcome.supposition.says,
        "taken_with_it": list(outcome.supposition.may_be),
        "losing_basis": [_describe_effect(one, outcome) for one in outcome.losing_basis],
        "losing_route": [_describe_effect(one, outcome) for one in outcome.losing_route],
        "reporting": [_describe_effect(one, outcome) for one in outcome.reporting],
        "versions": [
            {"story": one.version.story.slug, "number": one.version.number, "facts": list(one.facts)}
            for one in outcome.versions
        ],
    }


def _describe_effect(effect: Effect, outcome: Outcome) -> dict[str, Any]:
    decision = effect.standing.decision
    return {
        "claim": str(effect.claim.uuid),
        "story": effect.claim.story.slug,
        "statement": effect.claim.statement,
        "fact": {"position": decision.publication_id, "basis": decision.basis, "wording": decision.wording}
        if decision
        else None,
        "independent_sources": {"before": effect.before, "after": effect.after},
        "lost_routes": [list(route) for route in effect.lost_routes],
        "reasons": list(effect.reasons),
        "had_no_basis_before": effect.had_none,
        "wording_names_the_source": still_names(effect, outcome.supposition),
    }
