"""URLs of the desk: the admin, where editors work, the API, and the process's health."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from newsroom.health import healthz, readyz

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("api/", include("stories.api.urls")),
    path("healthz", healthz),
    path("readyz", readyz),
]

handler400 = "newsroom.failure.report_bad_request"
handler404 = "newsroom.failure.report_unknown"
handler500 = "newsroom.failure.report_failure"
