"""Everything as the first release has it: what 0001 to 0009 made, at once."""

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import uuid
from django.conf import settings
from django.db import migrations, models


SEARCH = {
    "sqlite": [
        "CREATE VIRTUAL TABLE stories_search\nUSING fts5(statement, story, kind, basis, source, sources, content='',"
        " tokenize=\"unicode61 remove_diacritics 0\")",
        "CREATE VIRTUAL TABLE stories_claimwords\nUSING fts5(statement, story, content='',"
        " tokenize=\"unicode61 remove_diacritics 0\")",
    ],
    "postgresql": [
        "CREATE INDEX stories_search ON stories_publicationtext"
        " USING gin (to_tsvector('simple', text::jsonb ->> 'statement'))",
        "CREATE INDEX stories_claimwords ON stories_claim USING gin (to_tsvector('simple', statement))",
    ],
}
"""The indexes of words, which no model knows. A desk that is new has no words to put into them yet."""


def create_search(apps, schema_editor):
    for statement in SEARCH[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_search(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":  # on PostgreSQL they go with their tables
        schema_editor.execute("DROP TABLE stories_search")
        schema_editor.execute("DROP TABLE stories_claimwords")


class Migration(migrations.Migration):

    replaces = [
        ('stories', '0001_initial'),
        ('stories', '0002_search'),
        ('stories', '0003_presence'),
        ('stories', '0004_heartbeat'),
        ('stories', '0005_worklist'),
        ('stories', '0006_doubts'),
        ('stories', '0007_fact_in_force'),
        ('stories', '0008_disagreements_opened_again'),
        ('stories', '0009_bounded_counts'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(db_index=False, max_length=80, unique=True)),
                ('name', models.CharField(help_text='As we print it. Good: Deutsche Welle. Bad: the publication.', max_length=200)),
                ('kind', models.CharField(choices=[('outlet', 'outlet'), ('agency', 'agency'), ('document', 'document'), ('person', 'person'), ('institution', 'institution'), ('anonymous-person', 'anonymous person')], max_length=20)),
                ('confidential', models.BooleanField(default=False, help_text='The name must never leave the desk. Then give a public name.')),
                ('public_name', models.CharField(blank=True, help_text='The only name that leaves the desk for a confidential source. Good: a senior official.', max_length=200)),
                ('separate_because', models.TextField(blank=True, help_text='Why this unnamed person is certainly not another one of the same institution.')),
                ('notes', models.TextField(blank=True)),
                ('institution', models.ForeignKey(blank=True, help_text='Where an unnamed person works. Unnamed people of one institution count as one voice.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='stories.source')),
            ],
            options={
                'ordering': ['name', 'slug'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['outlet', 'agency', 'document', 'person', 'institution', 'anonymous-person'])), name='source_kind_is_known', violation_error_message='kind must be one of: outlet, agency, document, person, institution, anonymous-person.'), models.CheckConstraint(condition=models.Q(('confidential', False), models.Q(('public_name', ''), _negated=True), _connector='OR'), name='source_confidential_has_a_public_name', violation_error_message='A confidential source needs a public name.'), models.CheckConstraint(condition=models.Q(('institution__isnull', True), models.Q(('institution', models.F('pk')), _negated=True), _connector='OR'), name='source_is_not_its_own_institution', violation_error_message='A source cannot be its own institution.')],
            },
        ),
        migrations.CreateModel(
            name='Story',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(db_index=False, help_text='Its name in addresses, e.g. peace-plan. Never changes.', max_length=80, unique=True)),
                ('title', models.CharField(help_text='What readers call it.', max_length=200)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'stories',
                'ordering': ['-created_at', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, help_text='One id for good, public once confirmed.', unique=True, verbose_name='fact id')),
                ('statement', models.TextField(help_text='One statement that can be checked. Good: Axios obtained the draft on November 21. Bad: Reports say that talks are going badly.')),
                ('kind', models.CharField(choices=[('fact', 'fact'), ('plan-term', 'term of a plan or document'), ('quote', 'quotation'), ('date', 'date'), ('figure', 'figure'), ('position', 'statement of position'), ('characterisation', 'characterisation'), ('prediction', 'prediction'), ('analysis', 'analysis'), ('question', 'open question')], max_length=20)),
                ('language', models.CharField(default='en', max_length=12)),
                ('note', models.TextField(blank=True, help_text='For colleagues: what to look out for. Never public.')),
                ('created_at', models.DateTimeField()),
                ('says', models.ForeignKey(blank=True, help_text='The person or document whose words this claim reports, if it reports any.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='said_claims', to='stories.source')),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='stories.story')),
            ],
            options={
                'ordering': ['-created_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['fact', 'plan-term', 'quote', 'date', 'figure', 'position', 'characterisation', 'prediction', 'analysis', 'question'])), name='claim_kind_is_known', violation_error_message='kind must be one of: fact, plan-term, quote, date, figure, position, characterisation, prediction, analysis, question.'), models.CheckConstraint(condition=models.Q(('statement', ''), _negated=True), name='claim_has_a_statement'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'position'), _negated=True), ('says__isnull', False), _connector='OR'), name='claim_position_says_whose_it_is', violation_error_message='A statement of position says whose it is.')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('position', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('event', models.CharField(choices=[('confirmed', 'confirmed'), ('reworded', 'reworded'), ('withdrawn', 'withdrawn'), ('version', 'story version'), ('suppressed', 'suppressed')], max_length=10)),
                ('at', models.DateTimeField()),
                ('story', models.CharField(help_text="The story's slug; no foreign key leaves the public tables.", max_length=80)),
                ('fact_id', models.UUIDField(null=True)),
                ('version', models.PositiveIntegerField(null=True)),
                ('correction_kind', models.CharField(blank=True, choices=[('update', 'update: events moved on, it was not wrong when printed'), ('clarification', 'clarification: right, but misleading'), ('correction', 'correction: it was wrong'), ('withheld', 'withheld: taken down while we check'), ('retraction', 'retraction: it should not have been published')], max_length=14)),
                ('note', models.TextField(blank=True)),
                ('replaced_by', models.UUIDField(null=True)),
                ('kind', models.CharField(blank=True, choices=[('fact', 'fact'), ('plan-term', 'term of a plan or document'), ('quote', 'quotation'), ('date', 'date'), ('figure', 'figure'), ('position', 'statement of position'), ('characterisation', 'characterisation'), ('prediction', 'prediction'), ('analysis', 'analysis'), ('question', 'open question')], max_length=20)),
                ('basis', models.CharField(blank=True, choices=[('corroborated', 'corroborated: two independent sources'), ('documented', 'documented: the document is in our hands'), ('attributed', 'attributed: the wording names its source')], max_length=12)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('independent_sources', models.PositiveIntegerField(null=True)),
                ('text_sha256', models.CharField(blank=True, max_length=64)),
                ('payload', models.TextField(help_text='The public event in canonical form: what the hash covers.')),
                ('hash', models.CharField(max_length=64)),
                ('ends', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ended_by', to='stories.publication')),
                ('suppresses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suppressed_by', to='stories.publication')),
            ],
            options={
                'ordering': ['position'],
                'indexes': [models.Index(fields=['story', '-position', 'event', 'kind', 'basis', 'independent_sources', 'fact_id'], name='publication_story_newest'), models.Index(fields=['-position', 'event', 'kind', 'basis', 'independent_sources', 'fact_id'], name='publication_newest'), models.Index(condition=models.Q(('correction_kind__gt', '')), fields=['story', '-position'], name='publication_corrections'), models.Index(condition=models.Q(('fact_id__isnull', False)), fields=['fact_id', '-position'], name='publication_fact_newest'), models.Index(fields=['at', 'position'], name='publication_time')],
                'constraints': [models.CheckConstraint(condition=models.Q(('event__in', ['confirmed', 'reworded', 'withdrawn', 'version', 'suppressed'])), name='publication_event_is_known', violation_error_message='event must be one of: confirmed, reworded, withdrawn, version, suppressed.'), models.CheckConstraint(condition=models.Q(('correction_kind__in', ['update', 'clarification', 'correction', 'withheld', 'retraction', ''])), name='publication_correction_kind_is_known', violation_error_message='correction_kind must be one of: update, clarification, correction, withheld, retraction.'), models.CheckConstraint(condition=models.Q(('kind__in', ['fact', 'plan-term', 'quote', 'date', 'figure', 'position', 'characterisation', 'prediction', 'analysis', 'question', ''])), name='publication_kind_is_known', violation_error_message='kind must be one of: fact, plan-term, quote, date, figure, position, characterisation, prediction, analysis, question.'), models.CheckConstraint(condition=models.Q(('basis__in', ['corroborated', 'documented', 'attributed', ''])), name='publication_basis_is_known', violation_error_message='basis must be one of: corroborated, documented, attributed.'), models.UniqueConstraint(condition=models.Q(('event', 'version')), fields=('story', 'version'), name='publication_version_once'), models.CheckConstraint(condition=models.Q(models.Q(('ends__isnull', True), ('event', 'confirmed'), ('fact_id__isnull', False), ('suppresses__isnull', True), ('version__isnull', True)), models.Q(('ends__isnull', False), ('event__in', ['reworded', 'withdrawn']), ('fact_id__isnull', False), ('suppresses__isnull', True), ('version__isnull', True)), models.Q(('ends__isnull', True), ('event', 'version'), ('fact_id__isnull', True), ('suppresses__isnull', True), ('version__isnull', False)), models.Q(('ends__isnull', True), ('event', 'suppressed'), ('suppresses__isnull', False)), _connector='OR'), name='publication_event_has_its_parts'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('correction_kind', ''), ('note', ''), ('replaced_by__isnull', True)), models.Q(models.Q(('correction_kind', ''), _negated=True), models.Q(('note', ''), _negated=True)), _connector='OR'), models.Q(models.Q(('event__in', ['reworded', 'withdrawn']), _negated=True), models.Q(('correction_kind', ''), _negated=True), _connector='OR')), name='publication_change_is_explained'), models.CheckConstraint(condition=models.Q(models.Q(('event__in', ['withdrawn', 'suppressed']), ('text_sha256', '')), models.Q(models.Q(('event__in', ['withdrawn', 'suppressed']), _negated=True), models.Q(('text_sha256', ''), _negated=True)), _connector='OR'), name='publication_text_where_there_is_one'), models.CheckConstraint(condition=models.Q(models.Q(('event__in', ('confirmed', 'reworded')), _negated=True), models.Q(models.Q(('kind', ''), _negated=True), models.Q(('basis', ''), _negated=True), models.Q(('language', ''), _negated=True), ('independent_sources__isnull', False)), _connector='OR'), name='publication_fact_has_its_filters'), models.CheckConstraint(condition=models.Q(models.Q(('ends__isnull', True), ('ends__lt', models.F('position')), _connector='OR'), models.Q(('suppresses__isnull', True), ('suppresses__lt', models.F('position')), _connector='OR')), name='publication_ends_an_earlier_one')],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(db_index=False, max_length=120, unique=True)),
                ('kind', models.CharField(choices=[('published', 'published article'), ('wire', 'wire copy'), ('release', 'press release'), ('document', 'document we hold'), ('own-note', 'own note')], default='published', max_length=20)),
                ('headline', models.CharField(blank=True, help_text='Empty when the text came without one.', max_length=300)),
                ('url', models.URLField(blank=True, max_length=500)),
                ('language', models.CharField(default='en', max_length=12)),
                ('published', models.CharField(blank=True, help_text='As precise as the article gives it, e.g. 2025-11-21 or 2025-11-21T12:21. No invented hour or zone.', max_length=30, validators=[django.core.validators.RegexValidator('^\\d{4}(-\\d{2}(-\\d{2}(T\\d{2}:\\d{2}(:\\d{2})?(Z|[+-]\\d{2}:\\d{2})?)?)?)?$', 'Give the time as precisely as the article does and no more: 2025, 2025-11, 2025-11-21, 2025-11-21T12:21.')])),
                ('received_at', models.DateTimeField()),
                ('text', models.TextField(help_text='Stored as received; set by intake or a file upload only.')),
                ('sha256', models.CharField(help_text='Of the text in UTF-8.', max_length=64)),
                ('body_start', models.PositiveIntegerField(help_text='Where the article proper begins (code points).')),
                ('body_end', models.PositiveIntegerField(help_text='Where the article proper ends (code points, exclusive).')),
                ('status', models.CharField(choices=[('current', 'current'), ('corrected', 'corrected by its outlet'), ('retracted', 'retracted by its outlet')], default='current', max_length=12)),
                ('retracted_at', models.DateTimeField(blank=True, null=True)),
                ('authentication', models.TextField(blank=True, help_text='For a document that we hold: how we know that it is genuine.')),
                ('copy_of', models.ForeignKey(blank=True, help_text="The text that this one is syndicated copy of. A copy gives the original's route.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='stories.article')),
                ('outlet', models.ForeignKey(blank=True, help_text='Who put it out. For a document that we hold, the document itself; empty for a note of our own.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='stories.source')),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='stories.story')),
            ],
            options={
                'ordering': ['-received_at', 'slug'],
                'indexes': [models.Index(fields=['outlet', 'kind'], name='article_outlet_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['published', 'wire', 'release', 'document', 'own-note'])), name='article_kind_is_known', violation_error_message='kind must be one of: published, wire, release, document, own-note.'), models.CheckConstraint(condition=models.Q(('status__in', ['current', 'corrected', 'retracted'])), name='article_status_is_known', violation_error_message='status must be one of: current, corrected, retracted.'), models.CheckConstraint(condition=models.Q(('body_start__lte', models.F('body_end'))), name='article_body_lies_in_its_text', violation_error_message='The body must begin before it ends.'), models.CheckConstraint(condition=models.Q(models.Q(('retracted_at__isnull', False), ('status', 'retracted')), models.Q(models.Q(('status', 'retracted'), _negated=True), ('retracted_at__isnull', True)), _connector='OR'), name='article_retraction_is_dated', violation_error_message='A retracted article carries the time of its retraction, others none.'), models.CheckConstraint(condition=models.Q(('outlet__isnull', False), ('kind', 'own-note'), _connector='OR'), name='article_only_own_notes_have_no_outlet', violation_error_message='Only a note of our own has no outlet.'), models.CheckConstraint(condition=models.Q(('copy_of__isnull', True), models.Q(('copy_of', models.F('pk')), _negated=True), _connector='OR'), name='article_is_no_copy_of_itself', violation_error_message='An article is no copy of itself.')],
            },
        ),
        migrations.CreateModel(
            name='Doubt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('claim', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='doubts', to='stories.claim')),
            ],
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('stance', models.CharField(choices=[('supports', 'supports'), ('contradicts', 'contradicts')], default='supports', max_length=12)),
                ('quote', models.TextField(help_text='The exact words, as they stand in the article.')),
                ('start', models.PositiveIntegerField(help_text='Where the words begin in the text (code points).')),
                ('end', models.PositiveIntegerField(help_text='Where the words end (code points, exclusive).')),
                ('prefix', models.CharField(blank=True, max_length=32)),
                ('suffix', models.CharField(blank=True, max_length=32)),
                ('attribution', models.TextField(blank=True, help_text='The words that give the credit. Good: “Axios reports”. Empty when there are none.')),
                ('inferred', models.BooleanField(default=False, help_text='The credit stands elsewhere in the article.')),
                ('own_reporting', models.BooleanField(default=False, help_text='Our own reporting: nobody stands between.')),
                ('created_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='stories.article')),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='stories.claim')),
            ],
            options={
                'verbose_name_plural': 'evidence',
                'ordering': ['article', 'start', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('stance__in', ['supports', 'contradicts'])), name='evidence_stance_is_known', violation_error_message='stance must be one of: supports, contradicts.'), models.CheckConstraint(condition=models.Q(('start__lt', models.F('end')), ('end', django.db.models.expressions.CombinedExpression(models.F('start'), '+', django.db.models.functions.text.Length('quote')))), name='evidence_offsets_match_its_quote', violation_error_message='The offsets must span exactly the quoted words.'), models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('claim', 'article', 'start', 'end'), name='evidence_once_per_claim', violation_error_message='This passage is evidence for this claim already.')],
            },
        ),
        migrations.CreateModel(
            name='Discrepancy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('quotation', 'quotation wording'), ('name', 'name or spelling'), ('figure', 'figure'), ('date', 'date'), ('strength', 'strength of the statement'), ('only-one', 'only one outlet says it')], max_length=12)),
                ('first_words', models.TextField(blank=True)),
                ('second_words', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('open', 'open'), ('resolved', 'resolved'), ('dismissed', 'dismissed')], default='open', max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('found_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='discrepancies', to='stories.claim')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='discrepancies_as_first', to='stories.evidence')),
                ('second', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='discrepancies_as_second', to='stories.evidence')),
            ],
            options={
                'verbose_name_plural': 'discrepancies',
                'ordering': ['claim', 'kind', 'pk'],
                'indexes': [models.Index(fields=['state', 'kind', 'found_at'], name='discrepancy_open_oldest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['quotation', 'name', 'figure', 'date', 'strength', 'only-one'])), name='discrepancy_kind_is_known', violation_error_message='kind must be one of: quotation, name, figure, date, strength, only-one.'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'resolved', 'dismissed'])), name='discrepancy_state_is_known', violation_error_message='state must be one of: open, resolved, dismissed.'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('kind', 'first', 'second', 'first_words', 'second_words'), name='discrepancy_open_once', violation_error_message='This discrepancy is open already.'), models.UniqueConstraint(condition=models.Q(('second__isnull', True), ('state', 'open')), fields=('kind', 'first', 'first_words'), name='discrepancy_of_one_passage_open_once', violation_error_message='This discrepancy is open already.'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('reason', ''), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('closed_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='discrepancy_closed_with_a_reason', violation_error_message='Resolving or dismissing needs a reason; what is open has none.')],
            },
        ),
        migrations.CreateModel(
            name='FactInForce',
            fields=[
                ('position', models.OneToOneField(db_column='position', db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='+', serialize=False, to='stories.publication')),
                ('story', models.CharField(max_length=80)),
                ('fact_id', models.UUIDField()),
                ('kind', models.CharField(max_length=20)),
                ('basis', models.CharField(max_length=12)),
                ('independent_sources', models.PositiveIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['story', '-position', 'kind', 'basis', 'independent_sources', 'fact_id'], name='fact_in_force_story'), models.Index(fields=['-position', 'kind', 'basis', 'independent_sources', 'fact_id'], name='fact_in_force_newest')],
            },
        ),
        migrations.CreateModel(
            name='PublicationText',
            fields=[
                ('position', models.OneToOneField(db_column='position', on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='body', serialize=False, to='stories.publication')),
                ('salt', models.CharField(max_length=64)),
                ('text', models.TextField(help_text='Canonical JSON of the whole fact or version.')),
            ],
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('seq', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('verdict', models.CharField(choices=[('proposed', 'proposed'), ('confirmed', 'confirmed'), ('returned', 'returned'), ('disputed', 'disputed'), ('refuted', 'refuted'), ('withdrawn', 'withdrawn'), ('suppressed', 'suppressed')], max_length=10)),
                ('wording', models.TextField(blank=True)),
                ('basis', models.CharField(blank=True, choices=[('corroborated', 'corroborated: two independent sources'), ('documented', 'documented: the document is in our hands'), ('attributed', 'attributed: the wording names its source')], max_length=12)),
                ('rationale', models.TextField(blank=True)),
                ('correction_kind', models.CharField(blank=True, choices=[('update', 'update: events moved on, it was not wrong when printed'), ('clarification', 'clarification: right, but misleading'), ('correction', 'correction: it was wrong'), ('withheld', 'withheld: taken down while we check'), ('retraction', 'retraction: it should not have been published')], max_length=14)),
                ('public_note', models.TextField(blank=True)),
                ('accepts_inferred', models.BooleanField(default=False)),
                ('evidence', models.JSONField(help_text='The listed passages and all that was weighed, as they stood.', null=True)),
                ('evidence_digest', models.CharField(blank=True, max_length=64)),
                ('actor_username', models.CharField(max_length=150)),
                ('actor_name', models.CharField(blank=True, max_length=301)),
                ('actor_role', models.CharField(choices=[('reporter', 'reporter'), ('editor', 'editor')], max_length=10)),
                ('at', models.DateTimeField()),
                ('payload', models.TextField(help_text='Canonical text of this decision: what the hash covers.')),
                ('hash', models.CharField(max_length=64)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to=settings.AUTH_USER_MODEL)),
                ('claim', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='stories.claim')),
                ('previous', models.OneToOneField(help_text='The decision it follows.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='following', to='stories.decision')),
                ('replaced_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stories.claim')),
                ('publication', models.OneToOneField(help_text='What it made public.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='stories.publication')),
                ('suppresses', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='suppression_decisions', to='stories.publication')),
            ],
            options={
                'ordering': ['seq'],
                'indexes': [models.Index(fields=['claim', '-seq'], name='decision_claim_newest'), models.Index(fields=['actor', '-seq'], name='decision_actor_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('verdict__in', ['proposed', 'confirmed', 'returned', 'disputed', 'refuted', 'withdrawn', 'suppressed'])), name='decision_verdict_is_known', violation_error_message='verdict must be one of: proposed, confirmed, returned, disputed, refuted, withdrawn, suppressed.'), models.CheckConstraint(condition=models.Q(('basis__in', ['corroborated', 'documented', 'attributed', ''])), name='decision_basis_is_known', violation_error_message='basis must be one of: corroborated, documented, attributed.'), models.CheckConstraint(condition=models.Q(('correction_kind__in', ['update', 'clarification', 'correction', 'withheld', 'retraction', ''])), name='decision_correction_kind_is_known', violation_error_message='correction_kind must be one of: update, clarification, correction, withheld, retraction.'), models.CheckConstraint(condition=models.Q(('actor_role__in', ['reporter', 'editor'])), name='decision_actor_role_is_known', violation_error_message='actor_role must be one of: reporter, editor.'), models.CheckConstraint(condition=models.Q(models.Q(('claim__isnull', False), ('suppresses__isnull', True)), models.Q(('claim__isnull', True), ('suppresses__isnull', False)), _connector='OR'), name='decision_on_one_claim_or_publication'), models.UniqueConstraint(condition=models.Q(('previous__isnull', True)), fields=('claim',), name='decision_one_first_per_claim'), models.UniqueConstraint(condition=models.Q(('previous__isnull', True)), fields=('suppresses',), name='decision_one_first_per_publication'), models.CheckConstraint(condition=models.Q(models.Q(('publication__isnull', False), ('verdict__in', ['confirmed', 'withdrawn', 'suppressed'])), models.Q(('publication__isnull', True), ('verdict__in', ['proposed', 'returned'])), ('verdict__in', ['disputed', 'refuted']), _connector='OR'), name='decision_publishes_what_its_verdict_says'), models.CheckConstraint(condition=models.Q(models.Q(('verdict__in', ['proposed', 'confirmed']), _negated=True), ('claim__isnull', True), models.Q(models.Q(('wording', ''), _negated=True), models.Q(('basis', ''), _negated=True), models.Q(('evidence_digest', ''), _negated=True), ('evidence__isnull', False)), _connector='OR'), name='decision_wording_with_a_basis'), models.CheckConstraint(condition=models.Q(('verdict', 'confirmed'), models.Q(('rationale', ''), _negated=True), _connector='OR'), name='decision_has_a_rationale'), models.CheckConstraint(condition=models.Q(models.Q(('verdict__in', ['withdrawn', 'disputed', 'refuted']), _negated=True), ('publication__isnull', True), models.Q(models.Q(('correction_kind', ''), _negated=True), models.Q(('public_note', ''), _negated=True)), _connector='OR'), name='decision_ending_a_fact_is_explained')],
            },
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='heartbeat_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField()),
                ('claim', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='stories.claim')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('claim', 'person'), name='presence_once_per_claim')],
            },
        ),
        migrations.CreateModel(
            name='PublicationSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=80)),
                ('publication', models.ForeignKey(db_column='position', db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='stories.publication')),
            ],
            options={
                'indexes': [models.Index(fields=['publication'], name='publication_source_position')],
                'constraints': [models.UniqueConstraint(fields=('slug', 'publication'), name='publication_source_once')],
            },
        ),
        migrations.CreateModel(
            name='ChainLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chain_links', to='stories.evidence')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chain_links', to='stories.source')),
            ],
            options={
                'ordering': ['evidence', 'place'],
                'constraints': [models.UniqueConstraint(fields=('evidence', 'place'), name='chain_link_one_per_place'), models.UniqueConstraint(fields=('evidence', 'source'), name='chain_names_a_source_once', violation_error_message='A chain names each source once.')],
            },
        ),
        migrations.CreateModel(
            name='Alias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200)),
                ('printable', models.BooleanField(help_text='May a wording name the source so? Yes for AFP; no for “he” or “the report”.')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='aliases', to='stories.source')),
            ],
            options={
                'verbose_name_plural': 'aliases',
                'ordering': ['source', 'text'],
                'constraints': [models.UniqueConstraint(fields=('source', 'text'), name='alias_once_per_source'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='alias_has_text')],
            },
        ),
        migrations.CreateModel(
            name='StoryVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('headline', models.CharField(max_length=300)),
                ('standfirst', models.TextField(blank=True)),
                ('blocks', models.JSONField(default=list, help_text='In order: {text, facts: [fact id]}; connecting words have no facts.')),
                ('change_kind', models.CharField(choices=[('new', 'new'), ('update', 'update'), ('clarification', 'clarification'), ('correction', 'correction'), ('withheld', 'withheld'), ('retraction', 'retraction')], default='new', max_length=14)),
                ('change_note', models.TextField(blank=True)),
                ('drafted_by_username', models.CharField(max_length=150)),
                ('drafted_by_role', models.CharField(choices=[('reporter', 'reporter'), ('editor', 'editor')], max_length=10)),
                ('drafted_at', models.DateTimeField()),
                ('cut_by_username', models.CharField(blank=True, max_length=150)),
                ('cut_by_role', models.CharField(blank=True, choices=[('reporter', 'reporter'), ('editor', 'editor')], max_length=10)),
                ('cut_at', models.DateTimeField(blank=True, null=True)),
                ('cut_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('publication', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='story_version', to='stories.publication')),
                ('story', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='stories.story')),
            ],
            options={
                'ordering': ['story', 'number'],
                'constraints': [models.UniqueConstraint(fields=('story', 'number'), name='version_number_once'), models.UniqueConstraint(condition=models.Q(('publication__isnull', True)), fields=('story',), name='version_one_draft_per_story'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='version_numbers_begin_at_one'), models.CheckConstraint(condition=models.Q(('headline', ''), _negated=True), name='version_has_a_headline'), models.CheckConstraint(condition=models.Q(('change_kind__in', ['new', 'update', 'clarification', 'correction', 'withheld', 'retraction'])), name='version_change_kind_is_known', violation_error_message='change_kind must be one of: new, update, clarification, correction, withheld, retraction.'), models.CheckConstraint(condition=models.Q(('drafted_by_role__in', ['reporter', 'editor'])), name='version_drafted_by_role_is_known', violation_error_message='drafted_by_role must be one of: reporter, editor.'), models.CheckConstraint(condition=models.Q(('cut_by_role__in', ['reporter', 'editor', ''])), name='version_cut_by_role_is_known', violation_error_message='cut_by_role must be one of: reporter, editor.'), models.CheckConstraint(condition=models.Q(('change_kind', 'new'), models.Q(('change_note', ''), _negated=True), _connector='OR'), name='version_correction_is_explained'), models.CheckConstraint(condition=models.Q(models.Q(('cut_at__isnull', True), ('cut_by__isnull', True), ('cut_by_role', ''), ('publication__isnull', True)), models.Q(('cut_at__isnull', False), ('cut_by__isnull', False), ('cut_by_role', 'editor'), ('publication__isnull', False)), _connector='OR'), name='version_cut_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Voice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('reason', models.TextField(help_text='Why they may be one and the same.')),
                ('created_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('same_as', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='may_be', to='stories.source', verbose_name='may be')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='voices', to='stories.source')),
            ],
            options={
                'ordering': ['source', 'same_as'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('source', 'same_as'), name='voice_once_at_a_time', violation_error_message='This is recorded already.'), models.CheckConstraint(condition=models.Q(('source', models.F('same_as')), _negated=True), name='voice_is_somebody_else', violation_error_message='A source is not its own voice.'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='voice_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='WorkItem',
            fields=[
                ('claim', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='work_item', serialize=False, to='stories.claim')),
                ('kind', models.CharField(choices=[('fact', 'fact'), ('plan-term', 'term of a plan or document'), ('quote', 'quotation'), ('date', 'date'), ('figure', 'figure'), ('position', 'statement of position'), ('characterisation', 'characterisation'), ('prediction', 'prediction'), ('analysis', 'analysis'), ('question', 'open question')], max_length=20)),
                ('state', models.CharField(max_length=10)),
                ('in_force', models.BooleanField()),
                ('actor_role', models.CharField(max_length=10)),
                ('actor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('newest', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stories.decision')),
                ('proposer', models.ForeignKey(db_index=False, help_text='Whose proposal it was that the newest decision returned.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('story', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stories.story')),
            ],
            options={
                'indexes': [models.Index(fields=['state', '-claim'], name='work_state_newest'), models.Index(fields=['state', 'newest'], name='work_state_oldest'), models.Index(fields=['story', 'state', '-claim'], name='work_story_state_newest'), models.Index(fields=['story', '-claim'], name='work_story_newest'), models.Index(fields=['kind', 'state', '-claim'], name='work_kind_state_newest'), models.Index(fields=['kind', '-claim'], name='work_kind_newest'), models.Index(fields=['story', 'kind', 'state', '-claim'], name='work_story_kind_state_newest'), models.Index(condition=models.Q(('in_force', True)), fields=['-claim'], name='work_fact_newest'), models.Index(condition=models.Q(('in_force', True)), fields=['story', '-claim'], name='work_story_fact_newest'), models.Index(condition=models.Q(('in_force', True)), fields=['kind', '-claim'], name='work_kind_fact_newest')],
            },
        ),
        migrations.CreateModel(
            name='Contradiction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('note', models.TextField(help_text='In what they contradict each other.')),
                ('state', models.CharField(choices=[('open', 'open'), ('resolved', 'resolved'), ('dismissed', 'dismissed')], default='open', max_length=10)),
                ('reason', models.TextField(blank=True, help_text='Why it is resolved or no contradiction at all.')),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contradictions_as_first', to='stories.claim')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contradictions_as_second', to='stories.claim')),
            ],
            options={
                'ordering': ['opened_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'resolved', 'dismissed'])), name='contradiction_state_is_known', violation_error_message='state must be one of: open, resolved, dismissed.'), models.CheckConstraint(condition=models.Q(('first', models.F('second')), _negated=True), name='contradiction_has_two_claims', violation_error_message='A claim cannot contradict itself.'), models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='contradiction_has_a_note'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('first', 'second'), name='contradiction_open_once', violation_error_message='This contradiction is open already.'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('reason', ''), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('closed_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='contradiction_closed_with_a_reason', violation_error_message='Resolving or dismissing needs a reason; what is open has none.')],
            },
        ),
        migrations.RunPython(create_search, drop_search),
    ]
