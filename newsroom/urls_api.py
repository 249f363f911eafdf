"""URLs of the API-only process. Whatever else is asked of it is a problem document."""

from django.urls import include, path

from newsroom.health import healthz, readyz_api

urlpatterns = [
    path("api/", include("stories.api.urls")),
    path("healthz", healthz),
    path("readyz", readyz_api),
]

handler400 = "stories.api.urls.report_bad_request"
handler404 = "stories.api.urls.report_unknown"
handler500 = "stories.api.urls.report_failure"
