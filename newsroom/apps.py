"""Django's admin with the desk's own site."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    """Named in the settings in the place of `django.contrib.admin`."""

    default_site = "stories.admin.site.DeskSite"

    def ready(self) -> None:
        """Django's; the desk's pages come first, or the site would be made a second time while it imports them."""
        import_module("stories.admin")
        super().ready()
