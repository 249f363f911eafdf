"""The second rules of policy: every fact in force is weighed by them, so that the front page shows which fail."""

from django.db import migrations

LIST_FACTS = """
INSERT INTO stories_doubt (claim_id) SELECT w.claim_id FROM stories_workitem w
WHERE w.in_force AND NOT EXISTS (SELECT 1 FROM stories_doubt d WHERE d.claim_id = w.claim_id)
"""


class Migration(migrations.Migration):
    """Rows alone."""

    dependencies = [("stories", "0011_reader_lists")]
    operations = [migrations.RunSQL(LIST_FACTS, migrations.RunSQL.noop)]
