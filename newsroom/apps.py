"""Django's admin with the desk's own site."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig

FACTORS = ("otp_totp", "otp_static", "django_otp_webauthn")
"""Apps whose lists would let an administrator read and type secrets: each person has a page of their own instead."""


class DeskAdminConfig(AdminConfig):
    """Named in the settings in the place of `django.contrib.admin`."""

    default_site = "stories.admin.site.DeskSite"

    def ready(self) -> None:
        """Django's; the desk's pages come first, or the site would be made a second time while it imports them."""
        from django.contrib.admin import site

        import_module("stories.admin")
        super().ready()
        for model in [one for one in site._registry if one._meta.app_label in FACTORS]:
            site.unregister(model)
