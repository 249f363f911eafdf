"""django-ninja as its manual has it: model schemas, a filter schema, page numbers."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path
from ninja import FilterSchema, ModelSchema, NinjaAPI, Query
from ninja.pagination import PageNumberPagination, paginate

from bench.peers.facts import in_force
from stories.models import Publication, PublicationText

api = NinjaAPI()


class TextOut(ModelSchema):
    class Meta:
        model = PublicationText
        fields = ("text",)


class FactOut(ModelSchema):
    body: TextOut

    class Meta:
        model = Publication
        fields = (
            *("position", "event", "at", "story", "fact_id", "correction_kind", "note", "kind", "basis", "language"),
            "independent_sources",
        )


class FactFilters(FilterSchema):
    story: str | None = None
    basis: str | None = None
    kind: str | None = None
    language: str | None = None


@api.get("/facts/", response=list[FactOut])
@paginate(PageNumberPagination, page_size=50)
def list_facts(request: HttpRequest, filters: Query[FactFilters]) -> Any:
    return filters.filter(in_force())


@api.get("/facts/{fact_id}/", response=FactOut)
def read_fact(request: HttpRequest, fact_id: UUID) -> Any:
    return get_object_or_404(in_force(), fact_id=fact_id)


urlpatterns = [path("", api.urls)]
