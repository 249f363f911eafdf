"""Every page of the desk by name: ours, and those that Django's admin brings. `{…}` is the key of a thing."""

ADMIN = "/admin/stories"

OURS = {
    "front": "/admin/",
    "claims to do": f"{ADMIN}/claim/",
    "all claims": f"{ADMIN}/claim/?work=all",
    "no claims": f"{ADMIN}/claim/?work=returned",
    "review of a fact": f"{ADMIN}/claim/{{fact}}/review/",
    "review of a proposal": f"{ADMIN}/claim/{{proposed}}/review/",
    "review of a returned claim": f"{ADMIN}/claim/{{returned}}/review/",
    "review of an unverified claim": f"{ADMIN}/claim/{{unverified}}/review/",
    "review of a disputed claim": f"{ADMIN}/claim/{{disputed}}/review/",
    "several claims at once": f"{ADMIN}/claim/bulk/?claims={{fact}},{{proposed}},{{claim}}",
    "claim's form": f"{ADMIN}/claim/{{fact}}/change/",
    "undecided claim's form": f"{ADMIN}/claim/{{unverified}}/change/",
    "new claim": f"{ADMIN}/claim/add/",
    "articles": f"{ADMIN}/article/",
    "reading an article": f"{ADMIN}/article/{{article}}/read/",
    "article's form": f"{ADMIN}/article/{{article}}/change/",
    "taking an article in": f"{ADMIN}/article/add/",
    "what if an article": f"{ADMIN}/article/{{article}}/what-if/",
    "sources": f"{ADMIN}/source/",
    "source's form": f"{ADMIN}/source/{{source}}/change/",
    "new source": f"{ADMIN}/source/add/",
    "what if a source": f"{ADMIN}/source/{{source}}/what-if/",
    "protection of an open source": f"{ADMIN}/source/{{source}}/protection/",
    "protection of a protected source": f"{ADMIN}/source/{{protected}}/protection/",
    "a text that was stopped": f"{ADMIN}/source/sightings/{{sighting}}/",
    "a surname that was printed": f"{ADMIN}/source/namings/{{naming}}/",
    "stories": f"{ADMIN}/story/",
    "story's form": f"{ADMIN}/story/{{story}}/change/",
    "new story": f"{ADMIN}/story/add/",
    "versions": f"{ADMIN}/story/{{story}}/versions/",
    "what changed": f"{ADMIN}/story/{{story}}/diff/",
    "what we knew": f"{ADMIN}/story/{{story}}/as-of/",
    "list of versions": f"{ADMIN}/storyversion/",
    "version": f"{ADMIN}/storyversion/{{storyversion}}/change/",
    "passages": f"{ADMIN}/evidence/",
    "passage": f"{ADMIN}/evidence/{{evidence}}/change/",
    "contradictions": f"{ADMIN}/contradiction/",
    "contradiction": f"{ADMIN}/contradiction/{{contradiction}}/change/",
    "new contradiction": f"{ADMIN}/contradiction/add/",
    "discrepancies": f"{ADMIN}/discrepancy/",
    "discrepancy": f"{ADMIN}/discrepancy/{{discrepancy}}/change/",
    "ledger": f"{ADMIN}/decision/",
    "decision": f"{ADMIN}/decision/{{decision}}/change/",
    "public log": f"{ADMIN}/publication/",
    "publication": f"{ADMIN}/publication/{{publication}}/change/",
    "suppressing a text": f"{ADMIN}/publication/{{publication}}/suppression/",
    "suppressing a note": f"{ADMIN}/publication/{{publication}}/suppression/note/",
    "second factor": "/admin/factors/",
    "setting up an app": "/admin/factors/app/",
    "where publications have arrived": f"{ADMIN}/publication/replicas/?mark=0/1&until=2025-11-21T12:00:00%2B00:00",
}
"""Our screens, and the lists and forms of our things: name → path."""

SEEN_OTHERWISE = (
    "front",
    "claims to do",
    "review of a fact",
    "review of a proposal",
    "review of an unverified claim",
    "several claims at once",
    "reading an article",
    "claim's form",
    "source's form",
    "versions",
    "what if a source",
    "contradiction",
    "discrepancy",
    "suppressing a text",
)
"""Those of ours that look otherwise to who may do less."""

STOCK = {
    "password": "/admin/password_change/",
    "password changed": "/admin/password_change/done/",
    "desk's things": f"{ADMIN}/",
    "history of a claim": f"{ADMIN}/claim/{{fact}}/history/",
    "history of an article": f"{ADMIN}/article/{{article}}/history/",
    "groups": "/admin/auth/group/",
    "group": "/admin/auth/group/{group}/change/",
    "new group": "/admin/auth/group/add/",
    "users": "/admin/auth/user/",
    "user": "/admin/auth/user/{user}/change/",
    "user's password": "/admin/auth/user/{user}/password/",
    "new user": "/admin/auth/user/add/",
    "failed logins": "/admin/axes/accessattempt/",
    "logins": "/admin/axes/accesslog/",
    "log of failed logins": "/admin/axes/accessfailurelog/",
    "failed login": "/admin/axes/accessattempt/{accessattempt}/change/",
    "one login": "/admin/axes/accesslog/{accesslog}/change/",
    "log of a failed login": "/admin/axes/accessfailurelog/{accessfailurelog}/change/",
}
"""Pages that Django's admin and the login guard bring as they are."""

OPEN = {"login": "/admin/login/"}
"""What somebody sees who is not logged in."""

REFUSED = {
    "new passage": f"{ADMIN}/evidence/add/",
    "new version": f"{ADMIN}/storyversion/add/",
    "new decision": f"{ADMIN}/decision/add/",
    "new publication": f"{ADMIN}/publication/add/",
    "new discrepancy": f"{ADMIN}/discrepancy/add/",
    "deleting a claim": f"{ADMIN}/claim/{{claim}}/delete/",
    "new failed login": "/admin/axes/accessattempt/add/",
    "new login": "/admin/axes/accesslog/add/",
    "new log of a failed login": "/admin/axes/accessfailurelog/add/",
}
"""Addresses that stock admin has and at which nobody, an administrator neither, finds anything."""
