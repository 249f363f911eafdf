"""An app that makes codes, as a telephone has it."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth.models import User
from django_otp.oath import TOTP

from stories.people.factors import new_secret, set_up_app
from stories.stamps import LIVE


@dataclass
class App:
    """An app with its secret; its clock is off by so many seconds."""

    secret: bytes = field(default_factory=new_secret)
    off: int = 0

    def code(self, later: int = 0) -> str:
        """What it shows now, or so many seconds later."""
        totp = TOTP(self.secret)
        totp.time = (LIVE.now() + timedelta(seconds=self.off + later)).timestamp()
        return f"{totp.token():06}"

    def wrong(self) -> str:
        """A code that it does not show for many minutes."""
        near = {int(self.code(30 * step)) for step in range(-10, 11)}
        return f"{next(number for number in range(100) if number not in near):06}"


def give_app(person: User, *, off: int = 0) -> App:
    """An app that is set up for `person`; the code that it shows now is used."""
    app = App(off=off)
    set_up_app(person, secret=app.secret, code=app.code())
    return app
