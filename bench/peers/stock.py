"""Django REST framework as its tutorial has it: a model view set, a model serializer, page numbers, django-filter."""

from django.db.models import QuerySet
from django.urls import include, path
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import pagination, routers, serializers, viewsets

from bench.peers.facts import in_force
from stories.models import Publication, PublicationText


class TextSerializer(serializers.ModelSerializer):
    class Meta:
        model = PublicationText
        fields = ("text",)


class FactSerializer(serializers.ModelSerializer):
    body = TextSerializer()

    class Meta:
        model = Publication
        fields = (
            *("position", "event", "at", "story", "fact_id", "correction_kind", "note", "kind", "basis", "language"),
            *("independent_sources", "body"),
        )


class FactPages(pagination.PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 100


class FactViewSet(viewsets.ModelViewSet):
    serializer_class = FactSerializer
    pagination_class = FactPages
    filter_backends = (DjangoFilterBackend,)
    filterset_fields = ("story", "basis", "kind", "language")
    lookup_field = "fact_id"
    http_method_names = ("get", "head", "options")

    def get_queryset(self) -> QuerySet[Publication]:
        return in_force()


router = routers.DefaultRouter()
router.register("facts", FactViewSet, basename="fact")
urlpatterns = [path("", include(router.urls))]
