"""People are invited by a link, good once; lost factors are taken off, on record (rule: invitations)."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from stories.people.factors import count_codes, has_factor, make_codes
from tests.admin.conftest import page_of
from tests.people.apps import give_app

pytestmark = pytest.mark.django_db

PASSWORD = "words-that-a-guest-chose"
OVER = "This link is good no more"


@pytest.fixture
def guest(clock: Any, db: None) -> User:
    return User.objects.create_user("guest", password="what-somebody-typed", is_staff=True)


def administrator() -> Client:
    client = Client()
    client.force_login(User.objects.get_or_create(username="root", is_staff=True, is_superuser=True)[0])
    return client


def act(person: User, step: str, client: Client | None = None) -> Any:
    return (client or administrator()).post(f"/admin/auth/user/{person.pk}/ways-in/", {"step": step})


def link_for(person: User) -> str:
    (link,) = re.findall(r'<code class="desk-secret">http://testserver([^<]+)</code>', page_of(act(person, "invite")))
    return unescape(link)


def accept(link: str, password: str = PASSWORD) -> Any:
    client = Client()
    answer = client.get(link)
    if answer.status_code != 302:
        return answer
    return client.post(answer.headers["Location"], {"new_password1": password, "new_password2": password})


def can_log_in(username: str, password: str) -> bool:
    return Client().post("/admin/login/", {"username": username, "password": password}).status_code == 302


def test_somebody_sets_a_password_of_their_own_once(guest: User) -> None:
    link = link_for(guest)
    assert not can_log_in("guest", "what-somebody-typed")
    answer = accept(link)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/login/?next=%2Fadmin%2Ffactors%2F")
    assert can_log_in("guest", PASSWORD)
    assert OVER in page_of(accept(link, "words-of-somebody-else"))
    assert not can_log_in("guest", "words-of-somebody-else")


def test_the_address_with_the_signature_is_left_at_once(guest: User) -> None:
    link = link_for(guest)
    assert Client().get(link).headers["Location"] == re.sub(r"[^/]+/$", "set-password/", link)


def test_it_ends_after_48_hours(clock: Any, guest: User) -> None:
    link = link_for(guest)
    clock.shift(timedelta(hours=48, seconds=1))
    assert OVER in page_of(accept(link))


def test_it_is_good_for_48_hours(clock: Any, guest: User) -> None:
    link = link_for(guest)
    clock.shift(timedelta(hours=47, minutes=59))
    assert accept(link).status_code == 302


def test_a_newer_one_ends_it(guest: User) -> None:
    old, new = link_for(guest), link_for(guest)
    assert OVER in page_of(accept(old))
    assert accept(new).status_code == 302


def test_a_forged_one_is_none(guest: User) -> None:
    other = User.objects.create_user("other", is_staff=True)
    mine, theirs = link_for(guest).split("/"), link_for(other).split("/")
    for signature in (theirs[4], mine[4][:-1] + "x", "set-password", "x"):
        forged = "/".join([*mine[:4], signature, ""])
        assert OVER in page_of(accept(forged)), forged
    assert OVER in page_of(accept("/admin/invitation/%00/x/"))


def test_nobody_who_is_switched_off_is_invited_or_comes_in(guest: User) -> None:
    link = link_for(guest)
    User.objects.filter(pk=guest.pk).update(is_active=False)
    assert OVER in page_of(accept(link))
    assert act(guest, "invite").status_code == 422


def test_a_weak_password_is_refused(guest: User) -> None:
    assert "too short" in page_of(accept(link_for(guest), "short"))


def test_lost_factors_are_taken_off_on_record(guest: User) -> None:
    give_app(guest)
    make_codes(guest)
    assert act(guest, "reset").status_code == 302
    assert (has_factor(guest), count_codes(guest)) == (False, 0)
    client = Client()
    client.force_login(guest)
    assert "All factors and recovery codes were taken off. · by root" in page_of(client.get("/admin/factors/"))


def test_a_superuser_s_ways_in_are_changed_by_a_superuser_alone(guest: User) -> None:
    guest.user_permissions.add(*Permission.objects.filter(codename__in=["view_user", "change_user"]))
    root = User.objects.create_superuser("chief")
    give_app(root)
    client = Client()
    client.force_login(guest)
    assert [act(root, step, client).status_code for step in ("invite", "reset")] == [403, 403]
    assert has_factor(root)


def test_who_may_not_change_people_finds_no_page(guest: User) -> None:
    client = Client()
    client.force_login(guest)
    assert act(User.objects.create_user("other"), "invite", client).status_code == 403


def test_the_form_of_a_new_person_invites(guest: User) -> None:
    client = administrator()
    assert "By an invitation link" in page_of(client.get("/admin/auth/user/add/"))
    client.post("/admin/auth/user/add/", {"username": "new", "usable_password": "false"})
    person = User.objects.get(username="new")
    assert not person.has_usable_password()
    assert f"/admin/auth/user/{person.pk}/ways-in/" in page_of(client.get(f"/admin/auth/user/{person.pk}/change/"))
