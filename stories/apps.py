"""The app that holds the whole pipeline."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StoriesConfig(AppConfig):
    """Configuration of the one app."""

    name = "stories"
    verbose_name = "Desk"

    def ready(self) -> None:
        """Have migrate make the groups, once the permissions that they hold are there."""
        from stories.roles import create_roles

        post_migrate.connect(create_roles, dispatch_uid="stories.create_roles")
