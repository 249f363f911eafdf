"""URLs of the API-only process."""

from django.urls import include, path

from newsroom.health import healthz, readyz_api

urlpatterns = [
    path("api/", include("stories.api.urls")),
    path("healthz", healthz),
    path("readyz", readyz_api),
]

handler500 = "stories.api.urls.report_failure"
